"""What a column of an import or export is, and what a kind of row is; `kinds` lists them all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Type(StrEnum):
    """What the values of a column are."""

    REF = "ref"  # contact:42
    KEY = "key"  # an identifier in the system the file came from
    NAME = "name"
    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    OWNER = "owner"  # a member, by e-mail or by name
    PHONE = "phone"
    DOMAIN = "domain"
    URL = "url"
    LINKEDIN = "linkedin"
    DATE = "date"
    MOMENT = "moment"
    MONEY = "money"  # major units
    CENTS = "cents"  # minor units
    CURRENCY = "currency"
    COUNT = "count"
    SCORE = "score"  # 0 to 100
    YES_NO = "yes_no"
    LIST = "list"
    CHOICE = "choice"  # few different values
    OUTCOME = "outcome"  # won, lost or open
    LANGUAGE = "language"
    TIME_ZONE = "time_zone"
    PLACE = "place"
    POSTAL_CODE = "postal_code"
    STAGE = "stage"
    ACTIVITY = "activity"


@dataclass(frozen=True)
class Field:
    """One column of a kind."""

    name: str
    type: Type
    hears: Mapping[str, float]  # meanings of headers that can fill it, and how surely

    @property
    def label(self) -> str:
        """The field's name for people."""
        return self.name.replace("_", " ").removesuffix(" cents").capitalize()


@dataclass(frozen=True)
class Kind:
    """One kind of row: its columns in the order of an export, and what tells it from the others."""

    name: str
    fields: tuple[Field, ...]
    own: frozenset[str]  # entities that are the row itself
    needs: tuple[frozenset[str], ...]  # of each set, one column at least
    telling: Mapping[str, float]  # how much a mapped field speaks for this kind
    said_by: frozenset[str]  # entities in headers that speak for this kind
    denied_by: frozenset[str] = frozenset()  # and those that speak against it
    # Columns that are no field of the row but help to find or make what it points to.
    clues: tuple[Field, ...] = field(default=())

    def __getitem__(self, name: str) -> Field:
        return next(each for each in (*self.fields, *self.clues) if each.name == name)

    @property
    def names(self) -> list[str]:
        """The columns' names, in the order of an export."""
        return [each.name for each in self.fields if each.name not in IMPORT_ONLY]


# Major units are for people's files; exports give minor units.
IMPORT_ONLY = frozenset({"value"})


def weighed(text: str) -> dict[str, float]:
    """Read "email contact:email*0.9" as meanings with their weights."""
    pairs = (word.partition("*") for word in text.split())
    return {meaning: float(weight or 1) for meaning, _, weight in pairs}


def columns(*lines: str) -> tuple[Field, ...]:
    """Read lines of name, type and what the field hears."""
    parts = (line.split(None, 2) for line in lines)
    return tuple(Field(each[0], Type(each[1]), weighed("".join(each[2:]))) for each in parts)


# Types a custom field can have.
CUSTOM_TYPES = ("text", "number", "money", "date", "choice", "yes_no", "url")
CUSTOM = "custom:"


def missing(kind: Kind, mapped: Iterable[str]) -> list[str]:
    """Return what a mapping lacks for this kind, each as names of columns of which one would do."""
    have = set(mapped)
    return [" or ".join(sorted(needed)) for needed in kind.needs if not needed & have]
