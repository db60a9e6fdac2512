"""A condition as it is parsed, compiled, evaluated and explained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from audit.actions import current_tenant, describe
from crm.conditions.catalogues import Field, FieldCatalogue, get_catalogue
from crm.conditions.kinds import EMPTY, WORDS, Reference
from crm.fields import FieldError, Unsuitable, not_a_choice
from crm.models import CustomField
from crm.refs import Ref

MOST_COMPARISONS = 50
# What rows are called, by reference: {"company:42": "Acme"}.
Names = Mapping[str, str]
NO_NAMES: Names = {}


@dataclass(frozen=True)
class Comparison:
    """
    One comparison of a condition.

    :param given: the value as the condition says it
    :param value: the value as it is compared
    """

    field: Field
    op: str
    given: Any
    value: Any

    def holds(self, held: Any) -> bool:
        """Whether it holds of a plain value, None where there is none."""
        kind = self.field.kind
        return kind.holds(self.op, kind.actual(held), self.value)

    def as_json(self) -> dict[str, Any]:
        written = {"field": self.field.path, "op": self.op}
        return written if self.op in EMPTY else {**written, "value": describe(self.given)}

    @property
    def references(self) -> list[Ref]:
        """The rows that the value names."""
        kind = self.field.kind
        if not isinstance(kind, Reference) or self.op in EMPTY:
            return []
        ids = self.value if isinstance(self.value, list) else [self.value]
        return [Ref(kind.kind, pk) for pk in ids]

    def want(self, names: Names) -> str:
        """Say what must be, after "it must": be more than 1,000.00."""
        if self.op in EMPTY:
            return WORDS[self.op]
        if self.op.endswith("_days"):
            return WORDS[self.op].format(self.value)
        many = self.op in ("in", "not_in")
        pairs = zip(self.given, self.value, strict=True) if many else [(self.given, self.value)]
        # Text is compared in small letters, but shown as it was given.
        show = self.field.kind.show
        shown = [show(given if isinstance(given, str) else value) for given, value in pairs]
        shown = [names.get(each, each) for each in shown]
        return WORDS[self.op].format(", ".join(shown))


@dataclass(frozen=True)
class Found:
    """One comparison and what was found."""

    comparison: Comparison
    actual: Any
    holds: bool

    @property
    def field(self) -> str:
        return self.comparison.field.path

    @property
    def label(self) -> str:
        return self.comparison.field.label

    @property
    def op(self) -> str:
        return self.comparison.op

    @property
    def expected(self) -> Any:
        return self.comparison.given

    @property
    def references(self) -> list[Ref]:
        """The rows that are named by what was found and what was wanted."""
        kind = self.comparison.field.kind
        held = isinstance(kind, Reference) and self.actual is not None
        found = [Ref(kind.kind, self.actual)] if held else []  # type: ignore[attr-defined]
        return [*found, *self.comparison.references]

    def say(self, names: Names) -> str:
        """Say it for people: value is 900.00; it must be more than 1,000.00."""
        shown = "empty" if self.actual is None else self.comparison.field.kind.show(self.actual)
        says = f"{self.label} is {names.get(shown, shown)}"
        if self.holds or self.op in EMPTY:
            return says
        return f"{says}; it must {self.comparison.want(names)}"

    def __str__(self) -> str:
        return self.say(NO_NAMES)

    def as_json(self) -> dict[str, Any]:
        plain = self.comparison.field.kind.plain
        return {
            "field": self.field,
            "label": self.label,
            "op": self.op,
            "expected": describe(self.expected),
            "actual": None if self.actual is None else plain(self.actual),
            "holds": self.holds,
        }


@dataclass(frozen=True)
class Trace:
    """Every comparison of a condition, and what was found."""

    comparisons: list[Found]

    @property
    def holds(self) -> bool:
        return all(found.holds for found in self.comparisons)

    @property
    def unmet(self) -> list[Found]:
        return [found for found in self.comparisons if not found.holds]

    def as_json(self) -> list[dict[str, Any]]:
        return [found.as_json() for found in self.comparisons]

    @property
    def references(self) -> list[Ref]:
        """The rows that `say` names; `crm.names` looks up what they are called."""
        return [ref for found in self._said for ref in found.references]

    def say(self, names: Names) -> str:
        """
        Say what does not hold, or everything where all of it does; without a full stop.

        :param names: by reference; what is not among them is said as it is written, company:42
        """
        return ", and ".join(found.say(names) for found in self._said)

    def __str__(self) -> str:
        return self.say(NO_NAMES)

    @property
    def _said(self) -> list[Found]:
        return self.unmet or self.comparisons


@dataclass(frozen=True)
class Condition:
    """Comparisons that must all hold. Without any, it always does."""

    catalogue: FieldCatalogue
    comparisons: tuple[Comparison, ...]

    @classmethod
    def parse(
        cls,
        data: Any,
        *,
        on: FieldCatalogue | type[models.Model] | str,
        declared: Sequence[CustomField] | None = None,
    ) -> "Condition":
        """
        Read `[{field, op, value}, …]` about one kind of row.

        :param declared: the custom fields there are; looked up in the present organization where
            they are not given and one is named
        :raises FieldError: names each comparison that is wrong, and what would be right
        """
        catalogue = get_catalogue(on)
        if not isinstance(data, list | tuple):
            raise FieldError({"condition": f"A condition is a list of comparisons: {EXAMPLE}."})
        if len(data) > MOST_COMPARISONS:
            raise FieldError({"condition": f"At most {MOST_COMPARISONS} comparisons."})
        lookup = _Declared(declared)
        read, wrong = [], {}
        for place, written in enumerate(data):
            try:
                read.append(_read(written, catalogue, lookup))
            except Unsuitable as problem:
                wrong[f"condition.{place}"] = str(problem)
        if wrong:
            raise FieldError(wrong)
        return cls(catalogue, tuple(read))

    def compile(self) -> Q:
        """Return the filter for a queryset of the catalogue's model."""
        condition = Q()
        for each in self.comparisons:
            condition &= each.field.kind.filter(each.op, each.field.expression, each.value)
        return condition

    @property
    def related(self) -> list[str]:
        """What to `select_related`, so that evaluating asks the database nothing."""
        paths = (each.field.column.rpartition("__")[0] for each in self.comparisons)
        return sorted({path for path in paths if path})

    def evaluate(self, row: models.Model) -> Trace:
        """Hold the condition against one row."""
        found = []
        for each in self.comparisons:
            actual = each.field.read(row)
            found.append(Found(each, actual, each.field.kind.holds(each.op, actual, each.value)))
        return Trace(found)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the condition as data."""
        return [each.as_json() for each in self.comparisons]

    def __str__(self) -> str:
        """Say it for people: value must be more than 1,000.00."""
        return ", and ".join(
            f"{each.field.label} must {each.want(NO_NAMES)}" for each in self.comparisons
        )


EXAMPLE = '[{"field": "contact.job_title", "op": "contains", "value": "buyer"}]'


class _Declared:
    """The custom fields of a kind, archived ones too; asked for once, and only if need be."""

    def __init__(self, declared: Sequence[CustomField] | None) -> None:
        self.rows = declared

    def __call__(self, kind: str) -> list[CustomField]:
        if self.rows is None:
            self.rows = list(CustomField.objects.filter(organization_id=current_tenant() or 0))
        return [field for field in self.rows if field.on == kind]


def _read(written: Any, catalogue: FieldCatalogue, declared: _Declared) -> Comparison:
    if not isinstance(written, Mapping) or not {"field", "op"} <= set(written):
        raise Unsuitable(f"A comparison has field, op and value: {EXAMPLE[1:-1]}.")
    if surplus := set(written) - {"field", "op", "value"}:
        raise Unsuitable(
            f"A comparison has field, op and value; not {min(map(str, surplus))!r:.60}."
        )
    path, op = written["field"], written["op"]
    field = catalogue.find(path, declared) if isinstance(path, str) else None
    if field is None:
        raise Unsuitable(_unknown(path, catalogue, declared))
    if op not in field.kind.ops:
        says = not_a_choice(op, field.kind.ops)
        raise Unsuitable(f"{path} is compared otherwise: {says}")
    if op not in EMPTY and "value" not in written:
        raise Unsuitable(f"Say the value to compare {path} with.")
    try:
        value = field.kind.read(op, written.get("value"))
    except Unsuitable as problem:
        raise Unsuitable(f"{path}: {problem}") from None
    return Comparison(field, op, written.get("value"), value)


def _unknown(path: Any, catalogue: FieldCatalogue, declared: _Declared) -> str:
    near = catalogue.find_nearest(path, declared) if isinstance(path, str) else []
    right = f"did you mean {' or '.join(near)}?" if near else f"fields are named as in {EXAMPLE}."
    return f"{str(path)[:80]} is no field here; {right}"
