"""Columns that fit no field: which type of custom field would keep them."""

import re
import unicodedata
from dataclasses import dataclass

from crm.imports import profiles as like
from crm.imports.headers import Meaning
from crm.imports.profiles import Profile

MOST_CHOICES = 25
MONEY_CONCEPTS = {"amount", "revenue", "annual_revenue", "expected_amount", "weighted"}
MONEY_WORDS = re.compile(
    r"price|cost|fee|amount|revenue|budget|salary|spend|charges|betrag|preis", re.I
)


@dataclass(frozen=True)
class CustomField:
    """A custom field that would keep a column; declared by an import if it does not exist."""

    key: str  # as in custom:<key>
    label: str
    type: str  # one of fields.CUSTOM_TYPES
    choices: tuple[str, ...] = ()


def propose(header: str, meaning: Meaning, profile: Profile) -> CustomField:
    """Return the custom field that would keep a column with all its values."""
    guessed = type_of(header, meaning, profile)
    choices = tuple(sorted(set(profile.values), key=str.casefold)) if guessed == "choice" else ()
    return CustomField(key_of(header), header.strip(), guessed, choices)


def key_of(header: str) -> str:
    """Return a header as a key: small Latin letters, digits and underscores, at most 50."""
    header = header.strip().removeprefix("custom:").replace("ß", "ss")
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_")[:50].strip("_")
    return key if key[:1].isalpha() else f"field_{key}".strip("_")


def type_of(header: str, meaning: Meaning, profile: Profile) -> str:
    """Return the strictest type that every value of the column fits."""
    if not profile.values:
        return "text"
    if all_pass(profile, like.is_yes_no) and profile.distinct <= 4:
        return "yes_no"
    if all_pass(profile, like.is_date):
        return "date"
    if all_pass(profile, like.is_url):
        return "url"
    if all_pass(profile, like.is_money):
        marked = profile.share(like.is_marked_money) > 0.5
        said = meaning.clarity > 0.6 and MONEY_CONCEPTS & set(meaning.concepts)
        if marked or said or MONEY_WORDS.search(header):
            return "money"
        return "number" if all_pass(profile, is_plain_number) else "text"
    return "choice" if is_choice(profile) else "text"


def all_pass(profile: Profile, test: like.Test) -> bool:
    """Say whether every value looked at passes a test."""
    return profile.share(test) == 1.0


def is_plain_number(value: str) -> bool:
    """Say whether this is a number, and not digits with a leading zero that would be lost."""
    return like.is_number(value) and not re.match(r"0\d", value) and len(value) <= 18


def is_choice(profile: Profile) -> bool:
    """Say whether the values are a few short ones that repeat."""
    enough = len(profile.values) >= 3 * profile.distinct and len(profile.values) >= 10
    short = all(len(value) <= 60 for value in profile.most)
    return enough and short and 1 < profile.distinct <= MOST_CHOICES
