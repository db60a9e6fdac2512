"""
Marks: fingerprints by which text is known again where it was copied.

A text has marks for what in it leads somewhere (addresses, numbers, references, long tokens) and
for every four words in a row, so a copied sentence is known and a name is not. It is read as a copy
may be disguised: without case, width, accents and look-alike letters, and decoded from the ways a
program writes text for another.
"""

import base64
import binascii
import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

WORDS = 4  # in a row, that are known again
LETTERS = 8  # the same of scripts that put no spaces between words
PROSE = 8  # words that are enough to tell somebody what to do
MOST = 512  # marks of one text that was read; of longer ones, the least of each neighbourhood
CACHED = 600  # characters of texts whose marks are worth remembering
PHONE = range(7, 16)  # digits
# Sites where everybody has a page: to name the site is not to name the page.
SHARED = frozenset(
    {
        *("linkedin.com", "xing.com", "facebook.com", "x.com", "twitter.com", "instagram.com"),
        *("github.com", "google.com", "docs.google.com", "youtube.com", "wikipedia.org"),
        *("en.wikipedia.org", "medium.com", "calendly.com", "zoom.us"),
    }
)

# Letters of other scripts that look like Latin ones, put into words that are Latin otherwise.
_ALIKE = str.maketrans("авеёкмнорстухіјѕԁԛԝһӏαεικνορτυχ", "abeekmhopctyxijsdqwhlaeikvoptux")
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[^\W_{_SPACELESS}]+")
_LETTER = re.compile(f"[{_SPACELESS}]")

_HOST = r"(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}"
_EMAIL = re.compile(rf"(?<![\w.+'-])[\w.+'-]{{1,64}}@{_HOST}")
_DOT = re.compile(r"\s{0,3}[\[({<]?\s{0,3}(?:\bdot\b|\.)\s{0,3}[\])}>]?\s{0,3}")
_SPELT = re.compile(  # eve [at] evil (dot) example
    r"(?<![\w.+-])([\w.+-]{1,64})\s{0,3}[\[({<]?\s{0,3}(?:\bat\b|@)\s{0,3}[\])}>]?\s{0,3}"
    rf"((?:[\w-]{{1,63}}{_DOT.pattern}){{1,8}}[a-z]{{2,24}})\b"
)
_PAGE = r"[^\s<>\"'`)\]}]"
_URL = re.compile(rf"(?:https?://|//|www\.){_PAGE}+|(?<![\w.-]){_HOST}(?:/{_PAGE}*)?")
_DIGIT = re.compile(r"\d")
_REF = re.compile(r"\b[a-z]{3,20}:[1-9][0-9]{0,17}\b")
_TIME = re.compile(r"\b\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d[\d:.]{0,12}(?:z|[+-]\d\d:?\d\d)?)?")
_PHONE = re.compile(r"\+?\(?\d[\d\s()./-]{5,20}\d")
_NUMBER = re.compile(r"\d{9,}")
_TOKEN = re.compile(r"\b(?=[a-z0-9_-]{0,99}\d)(?=[a-z0-9_-]{0,99}[a-z])[a-z0-9_-]{12,}\b")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
# What lacks all of these has no marks: a name, a few words, as most fields of a card.
_MAY_HAVE = re.compile(rf"[@:/.\d%&({{\[{_SPACELESS}]|\bat\b|\S\s+\S+\s+\S+\s+\S")


def find(text: str) -> frozenset[int]:
    """Return every mark of a text; of most names there is none."""
    return _find_again(text) if len(text) <= CACHED else _find(text)


def find_few(text: str) -> frozenset[int]:
    """Return marks of a text that was read, at most `MOST`: a copied passage keeps some of them."""
    if len(text) <= CACHED:
        return find(text)
    leads = list(_leads(text))[:MOST]
    return frozenset({*leads, *_thin(_rows(text), MOST - len(leads))})


def find_leads(text: str) -> frozenset[int]:
    """Return the marks of what leads somewhere alone: addresses, numbers, references, tokens."""
    return frozenset(_leads(text)) if _may_have(text) else frozenset()


def of(kind: str, value: str) -> int:
    """Return the mark of one thing: 64 bits, signed, as PostgreSQL has them."""
    told = f"{kind}\0{value}".encode(errors="replace")
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big", signed=True)


def within(organization_id: int, marks: Iterable[int]) -> list[int]:
    """
    Return marks as one organization keeps them; done twice, as they were.

    What many organizations write alike is then nothing they have in common, nor long to look for.
    """
    own = of("organization", str(organization_id))
    return sorted(mark ^ own for mark in marks)


def is_prose(text: str) -> bool:
    """Whether a text has words enough to tell somebody what to do."""
    read = plain(text)
    words = [word for word in _WORD.findall(read) if not word.isdecimal()]
    return len(words) + len(_LETTER.findall(read)) // 2 >= PROSE


def plain(text: str) -> str:
    """Return a text as it compares: one case and width, no accents, Latin for look-alikes."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text)
    seen = "".join(each for each in apart if unicodedata.category(each) not in ("Mn", "Cf"))
    folded = unicodedata.normalize("NFKC", seen).casefold()
    return re.sub(r"\S+", lambda word: _as_latin(word[0]), folded)


def _as_latin(word: str) -> str:
    return word.translate(_ALIKE) if re.search("[a-z]", word) else word


@lru_cache(maxsize=8192)
def _find_again(text: str) -> frozenset[int]:
    return _find(text)


def _find(text: str) -> frozenset[int]:
    if not _may_have(text):
        return frozenset()
    return frozenset({*_leads(text), *_rows(text)})


def _may_have(text: str) -> bool:
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _MAY_HAVE.search(folded) is not None


def _leads(text: str) -> set[int]:
    return {of(kind, value) for read in _readings(text) for kind, value in _leading(read)}


def _rows(text: str) -> list[int]:
    """Return the marks of words in a row, and of letters where words have no spaces, in order."""
    found: list[int] = []
    for read in _readings(text):
        words, letters = _WORD.findall(_TIME.sub(" ", read)), "".join(_LETTER.findall(read))
        found += [of("row", " ".join(words[at : at + WORDS])) for at in range(len(words) - 3)]
        found += [of("row", letters[at : at + LETTERS]) for at in range(len(letters) - 7)]
    return found


def _thin(rows: list[int], most: int) -> list[int]:
    """Return the least of each few in a row, as many as there is room for."""
    few = -(-len(rows) // max(1, most))
    return [min(rows[at : at + few]) for at in range(0, len(rows), few)] if few > 1 else rows


def _readings(text: str) -> Iterator[str]:
    """Return a text as it stands, and as it reads once decoded."""
    yield plain(text)
    decoded = html.unescape(unquote(text)) if "%" in text or "&" in text else text
    if decoded != text:
        yield plain(decoded)
    for found in _BASE64.finditer(text):
        if hidden := _decode(found[0]):
            yield plain(hidden)


def _decode(text: str) -> str:
    """Return what a base64 text says; "" where it says nothing readable."""
    own = b"-_" if {"-", "_"} & {*text} else None
    try:
        said = base64.b64decode(text + "=" * (-len(text) % 4), altchars=own).decode()
    except (binascii.Error, ValueError):
        return ""
    return said if said.isprintable() and {" ", "@", "."} & {*said} else ""


def _leading(text: str) -> Iterator[tuple[str, str]]:
    """Return what in a plain text leads somewhere, each with what it is."""
    if "@" in text or "at" in text:
        for name, host in _SPELT.findall(text):
            yield "email", f"{name}@{_DOT.sub('.', host)}".strip(".")
        for address in _EMAIL.findall(text):
            yield "email", address.strip(".'")
        text = _EMAIL.sub(" ", text)
    if "." in text or "//" in text:
        for address in _URL.findall(text):
            yield from _of_url(address)
        text = _URL.sub(" ", text)
    if _DIGIT.search(text):
        yield from _numbered(text)


def _numbered(text: str) -> Iterator[tuple[str, str]]:
    """Return references, phone numbers and long tokens; times are none of these."""
    for ref in _REF.findall(text):
        yield "ref", ref
    rest = _TIME.sub(" ", text)
    for number in _PHONE.findall(rest):
        digits = re.sub(r"\D", "", number).lstrip("0")
        if len(digits) in PHONE:
            yield "phone", digits[-9:]
    for number in _NUMBER.findall(text):
        yield "number", number
    for token in _TOKEN.findall(rest):
        yield "token", token


def _of_url(address: str) -> Iterator[tuple[str, str]]:
    """Return where an address leads: the page, and the site where it is somebody's own."""
    bare = re.sub(r"^(https?:)?//", "", address).removeprefix("www.").rstrip(".,;:!?/")
    yield "page", bare
    host = re.split(r"[/?#]", bare)[0].rpartition("@")[2].partition(":")[0]
    if host not in SHARED:
        yield "host", host
