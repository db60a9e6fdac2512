"""
Suggest what the columns of a file are: which kind of rows, and which field each header fills.

Header and values both speak; what neither explains becomes a custom field, so that nothing is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from crm.imports import custom, evidence, fields, headers, profiles, scoring
from crm.imports.custom import CustomField
from crm.imports.fields import CUSTOM, Kind
from crm.imports.kinds import KINDS
from crm.imports.scoring import ENOUGH, Column, Given, Score, Scores


@dataclass(frozen=True)
class Suggested:
    """What one column is taken for: a field, a clue to who the row is about, a custom field."""

    header: str
    field: str | None  # of the kind, by its own name; None where a custom field would keep it
    clue: str | None
    custom: CustomField | None
    confidence: float  # 0 to 1
    why: str  # for a person


@dataclass(frozen=True)
class Suggestion:
    """What a file is taken for; a person may correct any of it."""

    kind: str
    confidence: float  # that it is of this kind, 0 to 1
    columns: tuple[Suggested, ...]
    missing: tuple[str, ...]  # what rows of this kind need and no column gives

    def as_json(self) -> dict[str, str | None]:
        """Return {header: field or null}, as `suggest_mapping` prints it and `--map` takes it."""
        return {column.header: column.field for column in self.columns}


def suggest(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    kind: str | None = None,
    *,
    filename: str = "",
) -> Suggestion:
    """
    Suggest a mapping of columns for a file.

    :param names: the headers, each once
    :param rows: a sample from the file; a few hundred rows tell more than ten
    :param kind: one of `kinds.KINDS`, where somebody said it
    :param filename: helps to tell the kind where the columns do not
    :raises KeyError: if there is no such kind
    """
    columns = [
        Column(at, header, headers.understand(header), profiles.of_column(rows, at))
        for at, header in enumerate(names)
    ]
    tried = {name: assign(columns, rows, KINDS[name]) for name in ([kind] if kind else KINDS)}
    votes = {name: vote(KINDS[name], given, columns, filename) for name, given in tried.items()}
    best = max(votes, key=lambda name: votes[name])
    given = tried[best]
    found = tuple(suggested(column, given, KINDS[best]) for column in columns)
    lacking = fields.missing(KINDS[best], [name for name, _ in given.values()])
    return Suggestion(best, confidence(votes, best, said=bool(kind)), found, tuple(lacking))


def assign(columns: list[Column], rows: Sequence[Sequence[str]], kind: Kind) -> Given:
    """Give each field of a kind its best column, and the clues what is left."""
    scores = scoring.score(columns, kind, kind.fields)
    evidence.weigh(scores, columns, rows, kind)
    given = best_first(scores)
    left = [column for column in columns if column.at not in given]
    return given | best_first(scoring.score(left, kind, kind.clues))


# The same in another unit: only one of them is given.
TWINS = {"value": "value_cents", "value_cents": "value"}


def best_first(scores: Scores) -> Given:
    """Give each field at most one column, the surest pair first; of equals the leftmost column."""
    given: Given = {}
    taken: set[str] = set()
    for (at, name), score in sorted(scores.items(), key=lambda pair: (-pair[1].value, pair[0][0])):
        if score.value >= ENOUGH and at not in given and not {name, TWINS.get(name)} & taken:
            given[at] = (name, score)
            taken.add(name)
    return given


def vote(kind: Kind, given: Given, columns: list[Column], filename: str) -> float:
    """Return how much a file speaks for a kind: its telling fields, its words, its name."""
    filled = {name: score.value for name, score in given.values()}
    told = sum(kind.telling.get(name, 0.2) * min(sure, 1.0) ** 2 for name, sure in filled.items())
    covered = len(filled) / len(columns) if columns else 0.0
    words = sum(spoken(kind, column) for column in columns)
    named = kind.name.removesuffix("s") in PurePath(filename).stem.casefold()
    exact = sum(column.header in {each.name for each in kind.fields} for column in columns)
    person = 2 * evidence.introduces(kind, columns)
    against = 6 * len(fields.missing(kind, filled)) + 4 * evidence.denied(kind, given, columns)
    said = 0.8 * max(-4, min(words, 4)) + 2 * named + 0.5 * exact + person
    return told + 5 * covered + said - against


def spoken(kind: Kind, column: Column) -> int:
    """Return 1 where a header's words speak for a kind, -1 where they speak against it."""
    if set(column.meaning.path[:1]) & kind.said_by:
        return 1
    return -1 if set(column.meaning.path) & kind.denied_by else 0


def confidence(votes: dict[str, float], best: str, *, said: bool) -> float:
    """Return how far the best kind is ahead of the next, 0 to 1."""
    if said or len(votes) == 1:
        return 1.0
    next_best = max(vote for name, vote in votes.items() if name != best)
    return round(max(0.0, min(1.0, (votes[best] - next_best) / max(votes[best], 1.0))), 2)


def suggested(column: Column, given: Given, kind: Kind) -> Suggested:
    """Return what one column is taken for."""
    if column.header.startswith(CUSTOM):
        kept = custom.propose(column.header, column.meaning, column.profile)
        return Suggested(column.header, column.header, None, kept, 1.0, "the header names it")
    name, score = given.get(column.at, ("", Score(0.0, "")))
    sure = round(min(score.value, 1.0), 2)
    if any(each.name == name for each in kind.fields):
        return Suggested(column.header, name, None, None, sure, score.why)
    kept = custom.propose(column.header, column.meaning, column.profile)
    if name:
        return Suggested(column.header, None, name, kept, sure, score.why)
    why = "no field of this kind; kept as a custom field"
    return Suggested(
        column.header, None, None, kept, 0.0, why if column.profile.values else "empty"
    )
