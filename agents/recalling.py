"""
Recalling what a caller was given to read: an agent, or the model that speaks in a conversation.

Of an agent it is noted as it reads, for it may come back through any door. A conversation has all
that its model was told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models

from agents import marks, readings
from agents.models import Reading
from agents.readings import Read
from audit import clock
from audit.actors import Actor

WINDOW = timedelta(days=7)  # what was read longer ago is forgotten by whoever read it
JUST_READ = timedelta(hours=1)  # what may have made somebody choose what to do
MOST_FOUND = 100  # texts that have something in common with a call
MOST_ASKING = 3  # texts that may have asked for it


@dataclass(frozen=True)
class Found:
    """A text that was read, and the marks that a call has in common with it."""

    source: str
    field: str
    digest: str
    text: str
    shared: frozenset[int] = frozenset()


@dataclass(frozen=True)
class OfAgent:
    """What an agent was given to read, through any door."""

    by: Actor
    own: frozenset[int] = frozenset()  # nobody speaks to us but the agent

    def find(self, given: frozenset[int]) -> list[Found]:
        """Return the texts that have some of these marks."""
        return find_noted(given, by=self.by, agent_id=self.by.id)

    def find_asking(self, verbs: Iterable[str]) -> list[Found]:
        """Return what was just read and may ask for what these verbs say, the latest first."""
        asking = models.Q(is_prose=True) | models.Q(verbs__overlap=sorted(verbs))
        mine = Reading.objects.visible_to(self.by).filter(agent_id=self.by.id or 0)
        recent = mine.filter(asking, read_at__gt=clock.real_now() - JUST_READ)
        latest = recent.order_by("-read_at", "-pk")[:MOST_ASKING]
        return [Found(each.source, each.field, each.digest, each.text) for each in latest]


@dataclass(frozen=True)
class OfConversation:
    """
    What the model of a conversation was told, in that order.

    :param told: each text, with when
    :param own: marks of what its speaker said, whose words are theirs wherever else they stand
    """

    told: Sequence[tuple[Read, datetime]]
    own: frozenset[int]

    def find(self, given: frozenset[int]) -> list[Found]:
        """Return the texts that have some of these marks."""
        found: dict[tuple[str, str, str], Found] = {}
        for read, _ in self.told:
            known = readings.know(read)
            if known is not None and (shared := known.marks & given):
                key = (read.source, read.field, known.digest)
                found[key] = Found(*key, read.text[: readings.LONGEST], shared)
        return list(found.values())[:MOST_FOUND]

    def find_asking(self, verbs: Iterable[str]) -> list[Found]:
        """Return what was just told and may ask for what these verbs say, the latest first."""
        wanted, since = set(verbs), clock.real_now() - JUST_READ
        found: dict[tuple[str, str, str], Found] = {}
        for read, at in reversed(self.told):
            known = readings.know(read) if at > since else None
            if known is not None and (known.is_prose or known.verbs & wanted):
                key = (read.source, read.field, known.digest)
                found.setdefault(key, Found(*key, read.text[: readings.LONGEST]))
        return list(found.values())[:MOST_ASKING]


Memory = OfAgent | OfConversation


def find_noted(given: frozenset[int], *, by: Actor, agent_id: int | None) -> list[Found]:
    """
    Return the texts with some of these marks that an agent read.

    :param agent_id: which; any of the organization where it is None
    """
    home, since = by.tenant_id, clock.real_now() - WINDOW
    with connection.cursor() as cursor:
        cursor.execute(
            "select source, field, digest, said, shared"
            " from agents_find_read(%s, %s::bigint[], %s, %s)",
            [agent_id, marks.within(home, given), since, MOST_FOUND],
        )
        return [
            Found(source, field, digest, text, frozenset(marks.within(home, shared)))
            for source, field, digest, text, shared in cursor.fetchall()
        ]
