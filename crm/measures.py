"""
Measures: how many rows there are, and what a field of theirs adds up to, in all and by group.

Amounts of several currencies are added up in the organization's own, at its own rates; what has no
rate is left out and counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, CharField, DecimalField, F, Func, Value, When
from django.db.models.functions import Trunc

from audit.actions import current_tenant
from audit.actors import Actor
from crm import currencies, holdings, names, refs, tallies
from crm.conditions import Condition, Field, FieldCatalogue, get_catalogue, kinds, times
from crm.fields import FieldError, not_a_choice
from crm.models import CustomField, Organization
from crm.refs import Ref
from crm.tallies import AGGREGATES, Key

MEASURES = ("count", "sum", "average", "median", "lowest", "highest", "list")
SPANS = ("day", "week", "month", "quarter", "year")
MOST_GROUPS = 100
MOST_LISTED = 50

Comparisons = holdings.Comparisons


@dataclass(frozen=True)
class Group:
    """
    Rows that have a value in common: the value as data and in words, how many, and the figure.
    """

    key: Any
    label: str
    count: int
    value: Any


@dataclass(frozen=True)
class Listed:
    """One row, what it is called, and what the field by which rows are listed holds."""

    ref: str
    name: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class Measured:
    """
    What was measured.

    :param value: the figure over all rows; an amount in minor units of `currency`
    :param without: rows that were left out, for the field is empty or its currency has no rate
    :param groups: the first of them in order; `group_count` is how many there are
    """

    count: int
    value: Any
    currency: str
    without: int
    groups: list[Group]
    group_count: int
    listed: list[Listed]


def measure(
    kind: str,
    *,
    by: Actor,
    measure: str = "count",
    field: str = "",
    filter: Comparisons = (),
    either: Sequence[Comparisons] = (),
    group_by: str = "",
    span: str = "",
    ascending: bool = False,
    limit: int = 20,
) -> Measured:
    """
    Measure the rows in use of a kind that `by` may see.

    :param measure: one of `MEASURES`; count counts rows, or different values of `field`; list
        returns rows in order of `field`
    :param filter: comparisons that all hold
    :param either: alternatives, of which one holds as well
    :param group_by: a field by whose values rows are told apart; of dates by `span`, one of `SPANS`
    :raises FieldError: says which of these cannot be
    """
    rows = _find_rows(kind, filter, either, by=by)
    chosen = _find_field(kind, field, "field") if field else None
    if measure not in MEASURES:
        raise FieldError({"measure": not_a_choice(measure, MEASURES)})
    if measure in AGGREGATES and (chosen is None or not _adds_up(chosen, measure)):
        raise FieldError({"field": f"{measure.capitalize()} of what? Name a field of numbers."})
    organization = Organization.objects.get(pk=by.tenant_id)
    expression = _expression(chosen, organization) if chosen else None
    key = _find_key(kind, group_by, span) if group_by else None
    kept = None
    if not either and (measure in ("sum", "average") or (measure, field) == ("count", "")):
        kept = holdings.find(kind, field=field, filter=filter, group_by=group_by, by=by)
    if kept is not None:
        rates = currencies.minor_rates(organization.currency, organization.rates)
        tally = tallies.add_up(kept, measure, rates={"": Decimal(1)} | rates)
    else:
        tally = tallies.count(rows, measure, expression, key)
    return Measured(
        count=tally.count,
        value=_plain(tally.figure),
        currency=organization.currency if chosen and _is_money(chosen) else "",
        without=tally.count - tally.valued if measure in AGGREGATES else 0,
        groups=_show(tally.groups, key, span, ascending, limit, by) if key else [],
        group_count=len(tally.groups) if key else 0,
        listed=_list(rows, kind, expression, ascending, limit, by) if measure == "list" else [],
    )


def _find_rows(
    kind: str, filter: Comparisons, either: Sequence[Comparisons], *, by: Actor
) -> models.QuerySet:
    rows: models.QuerySet = refs.visible(kind, by=by).in_use().select_related(None)
    catalogue = _find_catalogue(kind)
    rows = rows.filter(Condition.parse(list(filter), on=catalogue).compile())
    if either:
        alternatives = [Condition.parse(list(each), on=catalogue).compile() for each in either]
        rows = rows.filter(kinds.any_of(alternatives))
    return rows


def _find_catalogue(kind: str) -> FieldCatalogue:
    try:
        return get_catalogue(kind)
    except KeyError:
        raise FieldError({"type": f"A {kind} cannot be measured."}) from None


def _find_field(kind: str, path: str, argument: str) -> Field:
    """:raises FieldError: if there is no such field; names the nearest"""
    rows = list(CustomField.objects.filter(organization_id=current_tenant() or 0))

    def declared(on: str) -> list[CustomField]:
        return [row for row in rows if row.on == on]

    catalogue = _find_catalogue(kind)
    found = catalogue.find(path, declared)
    if found is None:
        near = catalogue.find_nearest(path, declared)
        right = f"did you mean {' or '.join(near)}?" if near else f"write {kind}.created_at."
        raise FieldError({argument: f"{path[:80]} is no field here; {right}"})
    return found


def _adds_up(field: Field, measure: str) -> bool:
    dated = isinstance(field.kind, times.Day) and measure in ("lowest", "highest")
    return isinstance(field.kind, kinds.Number) or dated


def _is_money(field: Field) -> bool:
    return isinstance(field.kind, kinds.Money)


def _expression(field: Field, organization: Organization) -> Any:
    """Return what is added up: an amount that has a currency beside it in the organization's."""
    amount = field.expression
    if not field.path.endswith("value_cents"):
        return amount
    currency = field.column.replace("value_cents", "currency")
    numeric: DecimalField = DecimalField(max_digits=None, decimal_places=None)
    rates = [
        When(**{currency: name}, then=F(field.column) * Value(minor, numeric))
        for name, minor in currencies.minor_rates(organization.currency, organization.rates).items()
    ]
    own = When(**{f"{currency}__in": ["", organization.currency]}, then=F(field.column))
    return Case(own, *rates, default=None, output_field=numeric)


def _find_key(kind: str, path: str, span: str) -> Key:
    """:raises FieldError: if there is no such field or span"""
    field = _find_field(kind, path, "group_by")
    if span and span not in SPANS:
        raise FieldError({"span": not_a_choice(span, SPANS)})
    if isinstance(field.kind, times.Moment) or (span and isinstance(field.kind, times.Day)):
        key: Any = Trunc(field.column, span or "month", output_field=models.DateTimeField())
    elif isinstance(field.kind, kinds.Texts):
        key = Func(F(field.column), function="unnest", output_field=CharField())
    else:
        key = field.as_written
    return Key(field, key)


def _show(
    found: Sequence[Mapping[str, Any]],
    key: Key,
    span: str,
    ascending: bool,
    limit: int,
    by: Actor,
) -> list[Group]:
    """Return the first groups in order: of time, else of their figure, then of their key."""
    shown = sorted(found, key=lambda each: _order_of_key(each["_key"]))
    if not span:
        shown.sort(key=lambda each: _order(each["_figure"], ascending))
    called = _find_names(key.field, [each["_key"] for each in shown[:limit]], by)
    return [
        Group(
            _plain(each["_key"]),
            called.get(each["_key"]) or _say(key.field, each["_key"], span),
            each["_count"],
            _plain(each["_figure"]),
        )
        for each in shown[:limit]
    ]


def _order_of_key(key: Any) -> tuple[bool, Any]:
    """Return what groups are in order by; the one without a key is last."""
    return (key is None, 0 if key is None else key)


def _order(value: Any, ascending: bool) -> tuple[bool, Any]:
    """Return what groups sort by: their figure, those without one last."""
    if value is None:
        return (True, 0)
    if isinstance(value, datetime):
        value = value.timestamp()
    elif isinstance(value, date):
        value = value.toordinal()
    return (False, value if ascending else -value)


def _find_names(field: Field, keys: Sequence[Any], by: Actor) -> dict[Any, str]:
    """Return what rows that are grouped by are called, by id."""
    if not isinstance(field.kind, kinds.Reference):
        return {}
    wanted = [Ref(field.kind.kind, key) for key in keys if key is not None]
    found = names.find(wanted, by=by)
    return {int(ref.partition(":")[2]): name for ref, name in found.items()}


def _say(field: Field, key: Any, span: str) -> str:
    if key is None or key == "":
        return "none"
    if isinstance(key, date):
        return {"year": f"{key:%Y}", "month": f"{key:%B %Y}"}.get(
            span or "month", f"{key:%Y-%m-%d}"
        )
    return field.kind.show(key) if isinstance(key, bool) else str(_plain(key))


def _list(
    rows: models.QuerySet,
    kind: str,
    expression: Any,
    ascending: bool,
    limit: int,
    by: Actor,
) -> list[Listed]:
    """Return the first rows in order of an expression; where it holds nothing they come last."""
    if expression is not None:
        rows = rows.annotate(_by=expression)
        key = F("_by").asc(nulls_last=True) if ascending else F("_by").desc(nulls_last=True)
        rows = rows.order_by(key, "pk")
    else:
        rows = rows.order_by("pk")
    chosen = list(rows[: min(limit, MOST_LISTED)])
    called = names.find([Ref(kind, row.pk) for row in chosen], by=by)
    return [
        Listed(row.ref, called.get(row.ref) or str(row.title), _plain(getattr(row, "_by", None)))
        for row in chosen
    ]


def _plain(value: Any) -> Any:
    """Return a figure as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else round(float(value), 2)
    if isinstance(value, float):
        return round(value, 2)
    return value.isoformat() if isinstance(value, date) else value
