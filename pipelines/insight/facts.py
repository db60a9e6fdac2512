"""What is known of a few cards, with what passed between us and their contacts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from audit import clock
from audit.actors import Actor
from crm.models import Activity
from crm.search import among
from pipelines.insight.signs import WINDOW
from pipelines.models import Position


@dataclass(frozen=True)
class Contacted:
    """When there last was activity with a contact, and how much: lately, and as long before."""

    last: datetime | None = None
    lately: int = 0
    before: int = 0

    @property
    def silent_days(self) -> int | None:
        """Whole days since the last activity; None where there was none."""
        return None if self.last is None else max(0, (clock.now() - self.last).days)


def find_cards(ids: Collection[int], *, by: Actor) -> dict[int, Position]:
    """Return cards by id, with contact, company, stage, pipeline and owner."""
    cards = Position.objects.visible_to(by).filter(pk__in=ids)
    known = cards.select_related("contact__company", "stage", "pipeline", "owner__user")
    return {card.pk: card for card in known}


def find_listed(ids: Collection[int], *, by: Actor) -> dict[int, Position]:
    """Return cards by id with what a list of them says, and nothing that it does not."""
    cards = Position.objects.visible_to(by).filter(pk__in=ids)
    known = cards.select_related("contact", "stage", "owner__user").only(
        *("title", "value_cents", "currency", "entered_stage_at", "expected_close_on"),
        *("next_follow_up_at", "score", "manual_score", "risk_factors"),
        *("contact__name", "stage__name", "owner__user__name", "owner__user__email"),
    )
    return {card.pk: card for card in known}


def find_contacted(contacts: Collection[int]) -> dict[int, Contacted]:
    """Return what passed between us and contacts, by id."""
    now = clock.now()
    lately, before = now - timedelta(days=WINDOW), now - timedelta(days=2 * WINDOW)
    passed = Activity.objects.filter(among("contact", contacts), occurred_at__lte=now).order_by()
    counted = passed.values("contact").annotate(
        last=Max("occurred_at"),
        lately=Count("pk", filter=Q(occurred_at__gte=lately)),
        before=Count("pk", filter=Q(occurred_at__gte=before, occurred_at__lt=lately)),
    )
    return {row["contact"]: Contacted(row["last"], row["lately"], row["before"]) for row in counted}
