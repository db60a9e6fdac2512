"""
Tallies: how many rows there are and what a field of theirs comes to, in all and by group.

Rows are counted in one statement where what the groups come to says what all of them do; what is
kept counted is added up without any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Avg, Count, DecimalField, Max, Min, Sum

from crm.conditions import Field, kinds
from crm.holdings import Holding


class Median(models.Aggregate):
    """The value in the middle."""

    function = "percentile_cont"
    template = "%(function)s(0.5) within group (order by %(expressions)s)"
    output_field = DecimalField(max_digits=None, decimal_places=None)


AGGREGATES: dict[str, Any] = {
    "sum": Sum,
    "average": Avg,
    "median": Median,
    "lowest": Min,
    "highest": Max,
}


@dataclass(frozen=True)
class Key:
    """What rows are grouped by: the field, and its value in SQL."""

    field: Field
    expression: Any

    @property
    def is_one(self) -> bool:
        """Whether each row is in one group."""
        return not isinstance(self.field.kind, kinds.Texts)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """
    What was counted: how many rows, how many of them hold the field, and what they come to.

    :param groups: the same of each group: _key, _count, _with, _figure
    """

    count: int
    valued: int
    figure: Any
    groups: list[dict[str, Any]]


def count(rows: models.QuerySet, measure: str, expression: Any, key: Key | None) -> Tally:
    """Count rows, those of each value of `key` too."""
    figures = {
        "_count": Count("pk"),
        "_with": Count(expression or "pk"),
        "_figure": _figure(measure, expression),
    }
    groups = []
    if key is not None:
        if measure == "average":
            figures["_sum"] = Sum(expression)
        groups = list(rows.annotate(_key=key.expression).values("_key").annotate(**figures))
        if key.is_one and _adds_up(measure, expression):
            return _fold(groups, measure)
    total = rows.aggregate(**figures)
    return Tally(
        count=total["_count"], valued=total["_with"], figure=total["_figure"], groups=groups
    )


def add_up(kept: Sequence[Holding], measure: str, *, rates: Mapping[str, Decimal]) -> Tally:
    """
    Return what is kept as it would have been counted.

    :param measure: count, sum or average
    :param rates: what a minor unit of each currency counts; of others is counted that they are
    """
    groups: dict[Any, dict[str, Any]] = {}
    for each in kept:
        group = groups.setdefault(each.key, {"_key": each.key, "_count": 0, "_with": 0, "_sum": 0})
        group["_count"] += each.count
        if each.valued and each.currency in rates:
            group["_with"] += each.valued
            group["_sum"] += each.cents * rates[each.currency]
    for group in groups.values():
        worth, valued = group["_sum"], group["_with"]
        figures = {
            "count": group["_count"],
            "sum": worth if valued else None,
            "average": worth / valued if valued else None,
        }
        group["_figure"] = figures[measure]
    return _fold(list(groups.values()), measure)


# --- Inside ---------------------------------------------------------------------------------------
def _figure(measure: str, expression: Any) -> Any:
    if measure in AGGREGATES:
        return AGGREGATES[measure](expression)
    if expression is None or measure == "list":
        return Count("pk")
    return Count(expression, distinct=True)


def _adds_up(measure: str, expression: Any) -> bool:
    """Whether the figures of groups say what that of all is: not of what differs, or is amid."""
    return measure != "median" and (measure != "count" or expression is None)


def _fold(groups: list[dict[str, Any]], measure: str) -> Tally:
    """Return what all groups together come to."""
    valued = sum(each["_with"] for each in groups)
    held = [each["_figure"] for each in groups if each["_figure"] is not None]
    figure: Any = None
    if measure == "average":
        figure = sum(each["_sum"] for each in groups if each["_with"]) / valued if valued else None
    elif measure in ("lowest", "highest"):
        figure = (min if measure == "lowest" else max)(held, default=None)
    elif held or measure != "sum":
        figure = sum(held)
    count = sum(each["_count"] for each in groups)
    return Tally(count=count, valued=valued, figure=figure, groups=groups)
