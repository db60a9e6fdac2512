"""E-mail addresses: one spelling for each, out of what people paste."""

import re

from crm.imports.values import BadValue, brief, shown, words_of

ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]+@([^\W_]([\w-]*[^\W_])?\.)+[^\W\d_]([\w-]*[^\W_])?")
BRACKETED = re.compile(r"<([^<>]*@[^<>]*)>")
BETWEEN = re.compile(r"[,;\n|]|\s+(?=\S+@)|\s/\s")


def parse(value: str) -> str:
    """
    Return the address in lower case, out of "mailto:", a name with brackets, or spaces around.

    Of several, the first; `parse_all` returns each.

    :raises BadValue: if there is none
    """
    found = parse_all(value)
    if not found:
        raise BadValue(f"{shown(value)} is not an e-mail address; write it like name@example.com.")
    return found[0]


def parse_all(value: str) -> list[str]:
    """
    Return every address in a value, in lower case, each once, in order.

    :raises BadValue: if the value is too long to be a list of addresses
    """
    value = brief(value, "e-mail addresses", limit=2000)
    parts = BRACKETED.findall(value) or BETWEEN.split(value)
    plain = (strip(part) for part in parts)
    return list(dict.fromkeys(part for part in plain if ADDRESS.fullmatch(part)))


def strip(part: str) -> str:
    """Return an address without what surrounds it, in lower case."""
    plain = part.strip().strip("<>\"'").removesuffix(".")
    return re.sub(r"^mailto:", "", plain, flags=re.IGNORECASE).split("?")[0].strip().casefold()


def domain(address: str) -> str:
    """Return what follows the @."""
    return address.rpartition("@")[2]


# Where an address says nothing about the company its owner works for.
FREE_DOMAINS = words_of(
    """
    gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr ymail.com hotmail.com hotmail.co.uk
    hotmail.fr outlook.com live.com msn.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.at
    web.de t-online.de freenet.de mail.ru yandex.ru yandex.com protonmail.com proton.me pm.me
    orange.fr wanadoo.fr free.fr laposte.net libero.it qq.com 163.com 126.com naver.com
    rediffmail.com fastmail.com zoho.com comcast.net verizon.net att.net
    example.com example.org example.net
    """
)
