"""Addresses people write in many ways, in one form each: e-mail, phone, domain, web page."""

import re
from urllib.parse import SplitResult, urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

DOMAIN = re.compile(
    r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
# Fewer digits than this are an extension or a slip, and would make strangers look alike.
FEWEST_DIGITS = 6
# How most of the world dials abroad, and writes it; North America, which dials 011, reads it too.
ABROAD = re.compile(r"^\s*\(?00(?=[\d\s)(.\-])")


class NotAnAddress(ValueError):
    """What was written is no address of its sort; says what one looks like."""


def clean_email(text: str) -> str:
    """
    Return an e-mail address without the blanks around it.

    :raises NotAnAddress: if it is none
    """
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise NotAnAddress(
            f"{shorten(address)} is not an e-mail address; one looks like grace@example.com."
        ) from None
    return address


def email_key(text: str) -> str:
    """Return the form in which two spellings of an e-mail address are equal."""
    return text.strip().lower()


def phone_key(text: str, *, country: str) -> str:
    """
    Return the form in which two spellings of a phone number are equal: E.164 where it parses.

    An extension is part of it, for a switchboard is shared. Numbers nobody can place keep their
    digits; too few of them, and there is no key.

    :param country: ISO 3166, how a number without a prefix reads
    """
    try:
        number = phonenumbers.parse(ABROAD.sub("+", text), country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        digits = re.sub(r"[^0-9]", "", text)
        return digits[:40] if len(digits) >= FEWEST_DIGITS else ""
    key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{key}x{number.extension}"[:40] if number.extension else key


def clean_domain(text: str) -> str:
    """
    Return the domain in a domain, an e-mail address or a web page's address, in lower case.

    :raises NotAnAddress: if there is none
    """
    found = text.strip().lower().rpartition("@")[2]
    host = (_split(found if "//" in found else f"//{found}").hostname or "").rstrip(".")
    domain = host.removeprefix("www.")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        domain = ""
    if not DOMAIN.fullmatch(domain):
        raise NotAnAddress(f"{shorten(text)} is not a domain; one looks like example.com.")
    return domain


def domain_of(email: str) -> str:
    """Return the domain of an e-mail address, or "" where it has none."""
    try:
        return clean_domain(email) if "@" in email else ""
    except NotAnAddress:
        return ""


def clean_url(text: str) -> str:
    """
    Return the address of a web page; where it says no scheme, https.

    :raises NotAnAddress: if it is none, or one that a browser would run instead of open
    """
    address = text.strip()
    if not re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE):
        address = f"https://{address.removeprefix('//')}"
    parts = _split(address)
    if parts.scheme.lower() not in {"http", "https"} or "." not in (parts.hostname or ""):
        raise NotAnAddress(
            f"{shorten(text)} is not a web address; one looks like https://example.com."
        )
    return address


def _split(address: str) -> SplitResult:
    """Return the parts of a web page's address; all are empty where it does not read as one."""
    try:
        return urlsplit(address)
    except ValueError:  # half a bracket, or a letter that would become a slash
        return urlsplit("")


def shorten(text: str, length: int = 60) -> str:
    """Return `text` as a sentence can quote it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"
