"""What the columns of a board hold in all, by stage and currency; exact, and quick to read."""

from collections.abc import Collection
from dataclasses import dataclass

from celery import shared_task
from django.db import connection

from audit.actors import Actor

MOST_A_FOLD = 100_000  # parts
# Cards of contacts who were put away are on no board; those contacts are few, and have an index.
_TOTALS = """
    select stage_id, currency, sum(cards)::bigint,
        case when sum(valued) > 0 then sum(cents)::bigint end
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
    """

    stage_id: int
    currency: str
    count: int
    cents: int | None


def find_totals(stages: Collection[int], *, by: Actor) -> list[Total]:
    """Return what stages hold, in one statement; whether `by` may see them was asked before."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"stages": list(stages), "organization": by.tenant_id})
        return [Total(*row) for row in cursor.fetchall()]


@shared_task
def fold(*, most: int = MOST_A_FOLD, **_: object) -> int:
    """Fold up to `most` parts of totals, of every organization; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select pipelines_fold_totals(%s)", [most])
        return int(cursor.fetchone()[0])
