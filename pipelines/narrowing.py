"""
Narrowing: comparisons by which a board is narrowed, as an address holds them and a form edits them.

All comparisons of a condition hold. Where there are alternatives too, all of one of them do: who
was spoken to long ago, or never. Values are written as people write them: 12500.50, not minor
units; several are parted by bars.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from audit.actors import Actor
from crm import names
from crm.conditions import Comparison, Condition, kinds
from crm.conditions.kinds import EMPTY
from crm.fields import FieldError

ON = "position"
ALWAYS = "0"  # the group of what always holds; alternatives are numbered from 1
BAR = " | "
MOST = 20  # comparisons of one address
WORDS = {
    "=": "is", "!=": "is not", "<": "under", "<=": "at most", ">": "over", ">=": "at least",
    "in": "is one of", "not_in": "is none of", "contains": "contains",
    "not_contains": "does not contain", "is_empty": "is empty", "is_not_empty": "is not empty",
    "before": "before", "after": "after", "within_days": "within, in days",
    "older_than_days": "older than, in days",
}  # fmt: skip
Written = Mapping[str, Any]


@dataclass(frozen=True)
class Narrowed:
    """
    What a board is narrowed by.

    :param groups: by number of the group, what of it holds
    :param problems: of what does not read and so narrows nothing, what would be right
    """

    groups: dict[str, Condition] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups)

    def compile(self) -> Q:
        """Return the filter of cards."""
        always = self.groups.get(ALWAYS)
        condition = always.compile() if always else Q()
        others = [each.compile() for group, each in self.groups.items() if group != ALWAYS]
        return condition & kinds.any_of(others) if others else condition

    def as_pairs(self) -> list[tuple[str, str]]:
        """Return it as the fields of an address."""
        return [
            pair
            for group, condition in self.groups.items()
            for each in condition.comparisons
            for pair in _pairs(group, each.field.path, each.op, _write(each))
        ]


@dataclass(frozen=True)
class Shown:
    """One comparison as a form shows it: what it compares, how, with what, and how else it may."""

    group: str
    path: str
    label: str
    op: str
    ops: tuple[tuple[str, str], ...]
    value: str
    says: str
    fixed: bool
    type: str
    numeric: bool
    without: str


NOTHING = Narrowed()


def read(query: QueryDict) -> Narrowed:
    """Read what an address narrows a board by."""
    columns = [query.getlist(name)[:MOST] for name in ("group", "field", "op", "value")]
    groups: dict[str, list[Comparison]] = {}
    problems = []
    for group, path, op, value in zip(*columns, strict=False):
        try:
            read_one = _read(path, op, value)
        except FieldError as refusal:
            problems.append(str(refusal))
            continue
        groups.setdefault(group if group.isdigit() else ALWAYS, []).append(read_one)
    catalogue = Condition.parse([], on=ON).catalogue
    found = {group: Condition(catalogue, tuple(some)) for group, some in sorted(groups.items())}
    return Narrowed(found, tuple(problems))


def of(every: Sequence[Written], either: Sequence[Sequence[Written]] = ()) -> Narrowed:
    """
    Return what comparisons written as data narrow a board by.

    :raises FieldError: if one of them is none
    """
    written = {ALWAYS: every, **{str(at): some for at, some in enumerate(either, start=1)}}
    return Narrowed(
        {group: Condition.parse(list(some), on=ON) for group, some in written.items() if some}
    )


def show(narrowed: Narrowed, *, by: Actor, others: Mapping[str, str]) -> list[Shown]:
    """
    Return the comparisons as a form shows them.

    :param others: what else the address says, and is to go on saying
    """
    every = [
        (group, each)
        for group, condition in narrowed.groups.items()
        for each in condition.comparisons
    ]
    called = names.find([ref for _, each in every for ref in each.references], by=by)
    pairs = [_pairs(group, each.field.path, each.op, _write(each)) for group, each in every]
    said = [(name, value) for name, value in others.items() if value]
    return [
        Shown(
            group=group,
            path=each.field.path,
            label=each.field.label,
            op=each.op,
            ops=tuple((op, WORDS[op]) for op in _ops(each)),
            value=_write(each),
            says=_say(each, called),
            fixed=each.op in EMPTY or isinstance(each.field.kind, kinds.Reference),
            type="date" if _is_day(each) else "text",
            numeric=each.op.endswith("_days") or isinstance(each.field.kind, kinds.Number),
            without=urlencode(
                [*said, *(p for n, some in enumerate(pairs) if n != at for p in some)]
            ),
        )
        for at, (group, each) in enumerate(every)
    ]


def _pairs(group: str, path: str, op: str, value: str) -> list[tuple[str, str]]:
    return [("group", group), ("field", path), ("op", op), ("value", value)]


def _ops(comparison: Comparison) -> Iterable[str]:
    """Return how else a comparison may compare with a value of the same shape."""
    if comparison.op in EMPTY:
        return EMPTY
    many = ("in", "not_in")
    if comparison.op in many:
        return many
    days = ("within_days", "older_than_days")
    if comparison.op in days:
        return days
    return [op for op in comparison.field.kind.ops if op not in (*EMPTY, *many, *days)]


def _is_day(comparison: Comparison) -> bool:
    """Whether a value is a date, written so."""
    day = comparison.field.kind.name in ("date", "moment")
    return day and not comparison.op.endswith("_days") and str(comparison.given)[:1].isdigit()


def _write(comparison: Comparison) -> str:
    """Return a value as people write it."""
    if comparison.op in EMPTY:
        return ""
    given = comparison.given if isinstance(comparison.given, list | tuple) else [comparison.given]
    return BAR.join(_write_one(comparison, each) for each in given)


def _write_one(comparison: Comparison, value: Any) -> str:
    kind = comparison.field.kind
    if isinstance(kind, kinds.Money) and not comparison.op.endswith("_days"):
        return f"{Decimal(value) / 100:f}".removesuffix(".00")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _read(path: str, op: str, text: str) -> Comparison:
    """:raises FieldError: says what is wrong with it"""
    bare = Condition.parse([{"field": path, "op": "is_empty"}], on=ON).comparisons[0]
    written: dict[str, Any] = {"field": path, "op": op}
    if op not in EMPTY:
        parts = [each.strip() for each in text.split(BAR.strip())]
        many = op in ("in", "not_in")
        values = [_value(bare.field.kind, op, each) for each in (parts if many else [text])]
        written["value"] = values if many else values[0]
    return Condition.parse([written], on=ON).comparisons[0]


def _value(kind: kinds.Kind, op: str, text: str) -> Any:
    """Return a value as conditions have it; what is no number is left for them to refuse."""
    if op.endswith("_days"):
        return int(text) if text.isascii() and text.isdigit() else text
    if isinstance(kind, kinds.YesNo):
        return {"yes": True, "no": False}.get(text.strip().casefold(), text)
    if not isinstance(kind, kinds.Number):
        return text.strip()
    try:
        number = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return text
    if isinstance(kind, kinds.Money):
        number *= 100
    return int(number) if number.is_finite() and number == int(number) else number


def _say(comparison: Comparison, called: Mapping[str, str]) -> str:
    """Return what a value says: names in place of references."""
    if comparison.op in EMPTY:
        return ""
    if not comparison.references:
        return _write(comparison)
    return ", ".join(called.get(str(ref), str(ref)) for ref in comparison.references)
