"""Web addresses and the domains by which companies are known."""

import re
from urllib.parse import urlsplit

from crm.imports.values import BadValue, brief, shown

HOST = re.compile(r"([^\W_]([\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
LINKEDIN_NAME = re.compile(r"(?:/?(?:in|pub|company)/)?([\w%.-]{3,100})/?")


def parse(value: str) -> str:
    """
    Return a web address with its scheme; "example.com/x" becomes "https://example.com/x".

    :raises BadValue: if it is none, or of another scheme than http and https
    """
    plain = brief(value, "a web address", limit=2000).strip("<>")
    if not re.match(r"[a-z][a-z0-9+.-]*:", plain, re.IGNORECASE) or re.match(r"[^/:]+:\d", plain):
        plain = f"https://{plain.lstrip('/')}"
    try:
        parts = urlsplit(plain)
        host = "" if "@" in parts.netloc else parts.hostname or ""
    except ValueError:
        host = ""
    if not HOST.fullmatch(host) or parts.scheme not in ("http", "https") or re.search(r"\s", plain):
        raise BadValue(f"{shown(value)} is not a web address; write it like https://example.com.")
    return plain


def parse_domain(value: str) -> str:
    """
    Return the domain of a domain, web address or e-mail address, in lower case, without "www.".

    :raises BadValue: if there is none
    """
    plain = value.strip().rpartition("@")[2] if "://" not in value else value
    try:
        host = urlsplit(parse(plain)).hostname or ""
    except BadValue as error:
        raise BadValue(f"{shown(value)} is not a domain; write it like example.com.") from error
    return host.removeprefix("www.")


def parse_linkedin(value: str) -> str:
    """
    Return the web address of a LinkedIn profile, from its address or its name there.

    :raises BadValue: if it is neither
    """
    if "linkedin." in value.casefold():
        return parse(value)
    if match := LINKEDIN_NAME.fullmatch(value.strip().removeprefix("@")):
        return f"https://www.linkedin.com/in/{match[1]}"
    raise BadValue(
        f"{shown(value)} is not a LinkedIn profile; write it like https://www.linkedin.com/in/name."
    )
