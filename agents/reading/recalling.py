"""
Recalling what a caller was given to read: an agent, or the model that speaks in a conversation.

Of an agent it is noted as it reads, for it may come back through any door. For what its call says
outright, the read that lets it in recalls it too; for the rest there is a look of its own. A
conversation has all that its model was told.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models

from agents.models import Reading
from agents.reading import marks, readings
from agents.reading.readings import Read
from audit import clock
from audit.actors import Actor

WINDOW = timedelta(days=7)  # what was read longer ago is forgotten by whoever read it
JUST_READ = timedelta(hours=1)  # what may have made somebody choose what to do
MOST_FOUND = 100  # texts that have something in common with a call
MOST_ASKING = 3  # texts that may have asked for it

_FIND = """
    select source, field, digest, said, shared from agents_find_read(%s, %s::bigint[], %s, %s)
"""
# A column of a read of an agent `a`.
COLUMN = """
    case when %(marks)s::bigint[] is not null then (
        select jsonb_agg(jsonb_build_array(f.source, f.field, f.digest, f.said, f.shared)
            order by f.id)
        from agents_find_read(a.id, %(marks)s::bigint[], %(since)s, %(at_most)s) f) end
"""


@dataclass(frozen=True)
class Found:
    """A text that was read, and the marks that a call has in common with it."""

    source: str
    field: str
    digest: str
    text: str
    shared: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Recalled:
    """
    What an agent read of some marks.

    :param given: those marks
    """

    given: frozenset[int]
    found: Sequence[Found]

    def tells_of(self, given: frozenset[int]) -> bool:
        """Whether what has any of these marks is all among what was found."""
        return given <= self.given and len(self.found) < MOST_FOUND


@dataclass(frozen=True)
class OfAgent:
    """
    What an agent was given to read, through any door.

    :param recalled: what is known of it already
    """

    by: Actor
    recalled: Recalled | None = None
    own: frozenset[int] = frozenset()  # nobody speaks to us but the agent

    def find(self, given: frozenset[int]) -> Sequence[Found]:
        """Return the texts that have some of these marks."""
        if self.recalled is not None and self.recalled.tells_of(given):
            return self.recalled.found
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
    since = clock.real_now() - WINDOW
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [agent_id, marks.within(by.tenant_id, given), since, MOST_FOUND])
        return [_build(row, by.tenant_id) for row in cursor.fetchall()]


# --- Along with the read that lets an agent in ----------------------------------------------------
def marks_of(arguments: Mapping[str, Any]) -> frozenset[int]:
    """Return the marks of what a call says outright: of texts that are short, and not in others."""
    said = (text for text in arguments.values() if isinstance(text, str))
    return frozenset().union(*(marks.find(text) for text in said if len(text) <= marks.CACHED))


def ask(given: frozenset[int], home: int) -> dict[str, Any]:
    """Return the parameters of `COLUMN`: what was read of these marks, in one organization."""
    listed = f"{{{','.join(map(str, marks.within(home, given)))}}}" if given else None
    return {"marks": listed, "since": clock.real_now() - WINDOW, "at_most": MOST_FOUND}


def read(answer: str | None, given: frozenset[int], home: int) -> Recalled:
    """Return what `COLUMN` answered."""
    rows = json.loads(answer) if answer else []
    return Recalled(given, [_build(row, home) for row in rows])


def _build(row: Sequence[Any], home: int) -> Found:
    source, field, digest, text, shared = row
    return Found(source, field, digest, text, frozenset(marks.within(home, shared)))
