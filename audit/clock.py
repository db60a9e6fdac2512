"""Two clocks: business time, which `FROZEN_NOW` can stop, and real time, which nothing can."""

from datetime import UTC, date, datetime

from django.conf import settings


def now() -> datetime:
    """Return business time, in UTC: stages, due dates, what "this week" means."""
    if settings.FROZEN_NOW:
        moment = datetime.fromisoformat(settings.FROZEN_NOW)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return real_now()


def today() -> date:
    """Return the day of business time, in UTC."""
    return now().date()


def real_now() -> datetime:
    """Return real time, in UTC: leases, tokens, budgets, backoff and the ledger."""
    return datetime.now(UTC)
