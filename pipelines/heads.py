"""Heads of columns: how many cards each holds in all, and what those are worth."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Count, Sum

from audit.actors import Actor
from crm import currencies
from crm.models import Organization
from pipelines.models import InPipelineQuerySet, Pipeline, Stage
from pipelines.totals import Total, find_totals


@dataclass(frozen=True, kw_only=True)
class Head:
    """
    What a column holds in all.

    :param totals: minor units by currency
    :param total_cents: their sum in the organization's currency, at its own rates
    :param unconverted: currencies of which the organization has no rate, left out of that sum
    """

    stage: Stage
    count: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    currency: str = ""
    total_cents: int = 0
    unconverted: tuple[str, ...] = ()


def sum_up(
    pipeline: Pipeline, stages: list[Stage], by: Actor, some: InPipelineQuerySet | None
) -> list[Head]:
    """
    Return what stages hold: all of it as it is kept, or of some cards, counted now.

    :param stages: those of `pipeline` that `by` may see
    :param some: the cards that are meant; None for all
    """
    organization = Organization.objects.get(pk=pipeline.organization_id)
    heads = {stage.pk: Head(stage=stage, currency=organization.currency) for stage in stages}
    for total in _find_totals(list(heads), by, some):
        heads[total.stage_id] = _add(heads[total.stage_id], total, organization)
    for head in heads.values():
        _put_first(organization.currency, head.totals)
    return list(heads.values())


def _put_first(currency: str, totals: dict[str, int]) -> None:
    """Sort sums by currency, the organization's own before all others."""
    ordered = sorted(totals.items(), key=lambda each: (each[0] != currency, each[0]))
    totals.clear()
    totals.update(ordered)


def _find_totals(stages: list[int], by: Actor, some: InPipelineQuerySet | None) -> Iterable[Total]:
    if not stages:
        return []
    if some is None:
        return find_totals(stages, by=by)
    of_stages = some.filter(stage__in=stages).values("stage", "currency").order_by()
    counted = of_stages.annotate(
        many=Count("*"), cents=Sum("value_cents"), valued=Count("value_cents")
    )
    return [
        Total(stage, currency, many, None if cents is None else int(cents), valued)
        for stage, currency, many, cents, valued in counted.values_list(
            "stage", "currency", "many", "cents", "valued"
        )
    ]


def _add(head: Head, total: Total, organization: Organization) -> Head:
    """Return `head` with a sum in one more currency."""
    count = head.count + total.count
    if total.cents is None:
        return replace(head, count=count)
    currency, cents = total.currency or organization.currency, total.cents
    totals = {**head.totals, currency: head.totals.get(currency, 0) + cents}
    rate = currencies.minor_rates(organization.currency, organization.rates).get(currency)
    if rate is None:
        unconverted = (*head.unconverted, currency)
        return replace(head, count=count, totals=totals, unconverted=unconverted)
    cents_here = head.total_cents + round(cents * rate)
    return replace(head, count=count, totals=totals, total_cents=cents_here)
