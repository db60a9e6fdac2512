"""How surely each column of a file fills each field of a kind: from its header and its values."""

from dataclasses import dataclass, replace

from crm.imports import profiles as like
from crm.imports.fields import Field, Kind, Type
from crm.imports.fits import fit
from crm.imports.headers import Meaning
from crm.imports.profiles import Profile

ENOUGH = 0.45  # a column below this for every field fills none
OWN_SAID = 0.02  # "Deal name" is a little more the deal's name than "Name"


@dataclass(frozen=True)
class Column:
    """One column of the file: its header, what that says, and its values."""

    at: int
    header: str
    meaning: Meaning
    profile: Profile


@dataclass(frozen=True)
class Score:
    """How surely a column fills a field, 0 to 1, and why."""

    value: float
    why: str


Scores = dict[tuple[int, str], Score]  # by column and name of the field
Given = dict[int, tuple[str, Score]]  # by column: the field or clue it fills, and how surely

# Entities that name their owner's property whatever stands around them: a stage of a pipeline.
INNER: dict[tuple[str, ...], str] = {
    ("pipeline", "stage"): "stage", ("pipeline", "status"): "status",
    ("stage", "pipeline"): "pipeline", ("stage", "status"): "stage",
    ("status", "stage"): "stage", ("company", "contact"): "contact",
    ("contact", "company"): "company", ("customer", "contact"): "contact",
    ("customer", "company"): "company", ("contact", "customer"): "contact",
    ("company", "customer"): "company", ("other", "owner"): "owner", ("contact", "stage"): "stage",
    ("activity", "owner"): "owner", ("activity", "contact"): "contact",
    ("activity", "company"): "company", ("position", "activity"): "activity",
}  # fmt: skip


def score(columns: list[Column], kind: Kind, fields: tuple[Field, ...]) -> Scores:
    """Return every score that is worth considering."""
    scores: Scores = {}
    for column in columns:
        heard = {each.name: by_header(column, kind, each) for each in fields}
        by_values = not column.meaning.concepts and max_of(heard) < ENOUGH
        for each in fields:
            found = from_values(column, each) if by_values else heard[each.name]
            if found.value > 0:
                scores[column.at, each.name] = found
    return scores


def max_of(heard: dict[str, Score]) -> float:
    """Return the highest of some scores."""
    return max((each.value for each in heard.values()), default=0.0)


def by_header(column: Column, kind: Kind, each: Field) -> Score:
    """Return how surely the header means the field, less where the values speak against it."""
    agrees = fit(column.profile, each.type) * (0.95 + 0.05 * column.profile.filled)
    if column.header.strip().casefold() == each.name:
        sure = 1.2 * max(agrees, 0.8 if "_" in each.name else 0.1)
        return Score(sure, "the header is the field's own name")
    heard = hearing(column.meaning, kind, each)
    if not heard:
        return Score(0.0, "")
    return Score(heard * agrees, f"the header says {said(column, each)}{against(agrees, each)}")


def hearing(meaning: Meaning, kind: Kind, each: Field) -> float:
    """Return how surely a header means a field, 0 to 1, from its words alone."""
    role = role_of(meaning.path, kind)
    prefix = f"{role}:" if role else ""
    best = max((each.hears.get(prefix + concept, 0.0) for concept in meaning.concepts), default=0.0)
    own = OWN_SAID if best and set(meaning.path) & kind.own - {"record"} else 0.0
    return (best + own) * meaning.clarity


def role_of(path: tuple[str, ...], kind: Kind) -> str:
    """Return whose property a path means in a row of this kind; nothing is the row's own."""
    rest = tuple(entity for entity in path if entity not in kind.own)
    while len(rest) > 1 and rest[:2] in INNER:
        rest = (INNER[rest[:2]], *rest[2:])
    return ".".join(rest)


def said(column: Column, each: Field) -> str:
    """Return what a header says, for a sentence."""
    return f"“{column.header}”, which is {each.name.replace('_', ' ')}"


def against(agrees: float, each: Field) -> str:
    """Return what the values add, for a sentence."""
    if agrees > 1:
        return ", and its values look like it"
    return "" if agrees >= 0.9 else f", though its values hardly look like {each.type.value}"


# Where a header says nothing, values alone can: test, share that must pass, score.
BY_VALUES: dict[Type, tuple[like.Test, float, float]] = {
    Type.EMAIL: (like.is_email, 0.8, 0.75),
    Type.LINKEDIN: (like.is_linkedin, 0.8, 0.8),
    Type.PHONE: (like.is_formatted_phone, 0.7, 0.6),
    Type.REF: (like.is_reference, 0.95, 0.8),
    Type.OUTCOME: (like.is_outcome, 0.95, 0.7),
    Type.ACTIVITY: (like.is_activity, 0.9, 0.65),
    Type.STAGE: (like.is_stage, 0.6, 0.55),
}
BY_VALUES_NAMED: dict[str, tuple[like.Test, float, float]] = {
    "value": (like.is_marked_money, 0.8, 0.55),
    "domain": (like.is_domain, 0.9, 0.6),
    "company_domain": (like.is_domain, 0.9, 0.55),
    "company": (like.is_company, 0.5, 0.5),
    "occurred_at": (like.is_moment, 0.9, 0.5),
    "entered_at": (like.is_moment, 0.9, 0.5),
}


def from_values(column: Column, each: Field) -> Score:
    """Return how surely the values alone mean the field."""
    profile = column.profile
    test = BY_VALUES_NAMED.get(each.name) or BY_VALUES.get(each.type)
    if each.name == "name":
        return from_names(profile)
    if each.type is Type.OWNER and profile.share(like.is_email) >= 0.8:
        repeats = profile.few and len(profile.values) >= 8
        return Score(0.78 if repeats else 0.46, "its values are few e-mail addresses")
    if test is None or (each.type in (Type.STAGE, Type.OUTCOME) and not profile.few):
        return Score(0.0, "")
    passes, enough, sure = test
    if profile.share(passes) < enough:
        return Score(0.0, "")
    return Score(sure, f"{profile.share(passes):.0%} of its values look like {each.type.value}")


def from_names(profile: Profile) -> Score:
    """Return how surely values alone are the names of people or companies."""
    people = profile.share(like.is_person)
    if people >= 0.8 and profile.variety > 0.6:
        return Score(0.5, f"{people:.0%} of its values look like names")
    companies = profile.share(like.is_company)
    return Score(0.48, "its values look like companies") if companies >= 0.4 else Score(0.0, "")


def raised(scores: Scores, at: int, name: str, value: float, why: str) -> None:
    """Set a score that the rest of the file decides."""
    scores[at, name] = replace(scores.get((at, name), Score(0, "")), value=value, why=why)
