"""What the columns of a board hold in all, by stage and currency; exact, and quick to read."""

from collections.abc import Collection
from dataclasses import dataclass

from celery import shared_task
from django.db import connection

from audit.actors import Actor
from crm import holdings, refs
from crm.holdings import Comparisons, Holding
from pipelines.models import Stage

# Of what is kept, what a measure may be grouped and narrowed by.
_COLUMNS = {"position.stage": "pk", "position.pipeline": "pipeline"}
MOST_A_FOLD = 100_000  # parts
# Cards of contacts who were put away are on no board; those contacts are few, and have an index.
_TOTALS = """
    select stage_id, currency, sum(cards)::bigint,
        case when sum(valued) > 0 then sum(cents)::bigint end, sum(valued)::bigint
    from (
        select stage_id, currency, cards, valued, cents from pipelines_stagetotal
        where stage_id = any(%(stages)s) and organization_id = %(organization)s
        union all
        select p.stage_id, p.currency, -1, -(p.value_cents is not null)::int,
            -coalesce(p.value_cents, 0)
        from crm_contact c join pipelines_position p on p.contact_id = c.id
        where c.organization_id = %(organization)s and c.archived_at is not null
            and p.organization_id = %(organization)s and p.archived_at is null
            and p.stage_id = any(%(stages)s)
    ) parts
    group by stage_id, currency having sum(cards) > 0
"""


@dataclass(frozen=True)
class Total:
    """
    The cards of a stage in one currency.

    :param cents: what they are worth, minor units; None where none of them has a value
    :param valued: how many have one
    """

    stage_id: int
    currency: str
    count: int
    cents: int | None
    valued: int


def find_totals(stages: Collection[int], *, by: Actor) -> list[Total]:
    """Return what stages hold, in one statement; whether `by` may see them was asked before."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"stages": list(stages), "organization": by.tenant_id})
        return [Total(*row) for row in cursor.fetchall()]


def find_holdings(
    field: str, filter: Comparisons, group_by: str, by: Actor
) -> list[Holding] | None:
    """Return what cards come to, all of them or by stage or pipeline, on boards `by` knows of."""
    if field not in ("", "position.value_cents") or group_by not in ("", *_COLUMNS):
        return None
    stages = Stage.objects.visible_to(by)
    for compared in filter:
        if compared["field"] not in _COLUMNS or compared["op"] != "=":
            return None
        stages = stages.filter(**{_COLUMNS[compared["field"]]: refs.parse(compared["value"]).id})
    column = _COLUMNS.get(group_by)
    keys = (
        dict(stages.values_list("pk", column))
        if column
        else dict.fromkeys(stages.values_list("pk", flat=True))
    )
    return [
        Holding(keys[each.stage_id], each.currency, each.count, each.valued, each.cents or 0)
        for each in find_totals(keys, by=by)
    ]


@shared_task
def fold(*, most: int = MOST_A_FOLD, **_: object) -> int:
    """Fold up to `most` parts of totals, of every organization; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select pipelines_fold_totals(%s)", [most])
        return int(cursor.fetchone()[0])


holdings.register("position", find_holdings)
