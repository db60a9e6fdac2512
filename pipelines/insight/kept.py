"""
What takes long to count of large boards: counted by the clock, kept, and read with its age.

What is kept of the flow is of spans until now; of one that ended before, all is counted when asked.
Boards of fewer than `MANY` cards are counted at every question, and so is any board whose counts
are no longer fresh, be it that the clock stands still.
"""

from datetime import datetime

from celery import shared_task
from django.db import connection
from django.db.models import Min

from audit.actions import tenant
from audit.actors import Door, system
from crm.models import Organization
from pipelines.insight import performance, risks, spans
from pipelines.insight.counting import keep
from pipelines.models import Counted, Pipeline, StageVisit

MANY = 20_000  # cards
MONTHS = 60


@shared_task
def recount(*, at_least: int = MANY, **_: object) -> int:
    """Count every board of `at_least` so many cards anew; return how many there are."""
    with connection.cursor() as cursor:
        cursor.execute("select organization, pipeline from pipelines_large(%s)", [at_least])
        large = cursor.fetchall()
    for organization_id, pipeline_id in large:
        with tenant(organization_id):
            _count(organization_id, pipeline_id)
    return len(large)


def _count(organization_id: int, pipeline_id: int) -> None:
    organization = Organization.objects.get(pk=organization_id)
    pipeline = Pipeline.objects.filter(pk=pipeline_id, archived_at=None).first()
    if pipeline is not None:
        by = system(organization_id, door=Door.WORKER)
        starts = _find_starts(pipeline, organization)
        keep(pipeline, Counted.What.FLOW, performance.count_since(pipeline, starts, by=by))
        keep(pipeline, Counted.What.RISKS, [(None, risks.count(pipeline, organization, by=by))])


def _find_starts(pipeline: Pipeline, organization: Organization) -> list[datetime]:
    """
    Return from when on the flow of a board is kept: for the span that is asked about by default,
    from the first of each month where the organization is, and from before the first stay.
    """
    usual = spans.read("", "", organization=organization).start
    stays = StageVisit.objects.filter(pipeline=pipeline, organization=organization)
    first = stays.aggregate(first=Min("entered_at"))["first"]
    months = spans.find_months(first or usual, organization=organization)
    return sorted({usual, *months[-MONTHS:]})
