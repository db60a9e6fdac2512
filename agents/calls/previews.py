"""
Previews: what a call would change, found out by making it and taking it back.

What is shown is read from the changes the database captured, so nothing a tool does can be left
out; what differs from one preview to the next by itself (ids, the present moment) is left out, for
a decision is bound to what was shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from pydantic import BaseModel

from agents.calls import bulk
from agents.catalogue import registry
from agents.catalogue.context import Context
from agents.catalogue.untrusted import clean_all
from approvals.facts import find_binding
from approvals.proposals import Proposal, Row, Shown, digest_of
from audit import clock, wording
from audit.actions import NoActionOpen, OpenAction, current, ref_of
from audit.models import Change, Verb
from crm.conditions import Condition
from crm.models import Organization
from pipelines import gates
from pipelines.models import Position

# Changes that follow from others, or that people do not read.
UNSHOWN_TABLES = {"pipelines_stagevisit"}
UNSHOWN = {
    *("id", "organization_id", "created_by", "created_at", "updated_at", "rank", "enrichment"),
    *("previous_stage_id", "entered_stage_at", "reviewed_at", "email_key", "phone_key"),
    *("mobile_key", "attested_by", "attested_by_name", "attested_at", "pipeline_id", "done_by"),
    *("send_at", "sent_by", "attempts", "correlation"),
}
NOW = "now"
MOST_TOLD = 100  # lines; people see all of them
BEING_ASKED = 0  # stands for the approval that a preview is made for


class _TakenBack(Exception):
    """Ends a preview."""


def show(proposal: Proposal) -> Shown:
    """Return what a person is to see of `proposal`; raises what `rehearse` does."""
    return rehearse(proposal)[0]


def rehearse(proposal: Proposal) -> tuple[Shown, BaseModel]:
    """
    Return what a person is to see of `proposal`, and what its call would answer.

    That is every value that would change, before and after; of many records also which would not.

    :raises Refusal: if the call cannot be made at all
    :raises NoActionOpen: outside an action
    """
    tool = registry.get(proposal.tool)
    read = tool.signature.read(proposal.arguments)
    organization = proposal.organization or Organization.objects.get(pk=proposal.by.tenant_id)
    context = Context(
        tool=tool.name,
        by=proposal.by,
        organization=organization,
        reason=proposal.reason,
        confidence=proposal.confidence,
        tried=True,
    )
    about = tool.find_about(context, read)
    subject = ref_of(about.subject) if about.subject is not None else ""
    with taken_back() as changes:
        outcome = tool.run(context, **read.given())
    says = [Row(label=label, after=value) for label, value in about.says.items()]
    rows, reads = [*says, *changes.rows(subject)], find_reads(about)
    if about.parts:
        rows += bulk.show_untouched(getattr(outcome, "records", []))
        reads |= {"records": _find_state(about, proposal)}
    return Shown(title=about.title, rows=rows, reads=reads, taints=proposal.taints), outcome


def _find_state(about: registry.About, proposal: Proposal) -> str:
    """Return a digest of what gates and policy read of each record of many."""
    read = [find_reads(part.about) for part in about.parts if part.about]
    return digest_of([read, [find_binding(part) for part in proposal.parts]])


def tell(shown: Shown) -> dict[str, Any]:
    """Return what is shown as the caller gets it: of very many lines the first, and how many."""
    told: dict[str, Any] = clean_all(shown.as_json())
    if len(shown.rows) <= MOST_TOLD:
        return told
    return told | {"rows": told["rows"][:MOST_TOLD], "rows_in_all": len(shown.rows)}


def find_reads(about: registry.About) -> dict[str, Any]:
    """Return what the gates on a card's way forward read of it, by label."""
    if about.position is None or about.to_stage is None:
        return {}
    route = gates.find_route(about.position, about.to_stage)
    if not route.is_forward:
        return {}
    reads: dict[str, Any] = {}
    for step in (route.left, *route.passed):
        for demand in step.demands:
            if demand.condition:
                reads |= _read(demand.condition, about.position)
            else:
                reads[demand.label] = "attested" if demand.is_attested else "not attested"
        asked = [{"field": path, "op": "is_not_empty"} for path in step.stage.required_fields]
        reads |= _read(asked, about.position)
    return reads


def _read(comparisons: list[dict[str, Any]], card: Position) -> dict[str, Any]:
    trace = Condition.parse(comparisons, on=Position).evaluate(card)
    return {found["label"]: found["actual"] for found in trace.as_json()}


class Changes:
    """What was captured while something was tried, as people read it."""

    def __init__(self) -> None:
        self.captured: list[Change] = []
        self.since = clock.real_now()

    def rows(self, subject: str = "") -> list[Row]:
        """
        Return a line per value that would change.

        :param subject: the row whose own values need no saying whose they are
        """
        names = _Names(self.captured, self.since)
        return [row for change in self.captured for row in _rows_of(change, subject, names)]


@contextmanager
def taken_back() -> Iterator[Changes]:
    """
    Take back what is done inside, in the open action, and gather what it would have changed.

    :raises NoActionOpen: outside an action
    """
    opened = current()
    if opened is None:
        raise NoActionOpen
    found = Changes()
    kept = opened.approval_id, opened.target, opened.reach_id, opened.summary, len(opened.events)
    if opened.approval_id is None:
        opened.approval_id = BEING_ASKED
    try:
        with transaction.atomic():
            last = _changes_in(opened).aggregate(last=Max("id"))["last"] or 0
            yield found
            changes = _changes_in(opened).filter(id__gt=last)
            found.captured = list(changes.exclude(table_name__in=UNSHOWN_TABLES).order_by("id"))
            raise _TakenBack
    except _TakenBack:
        pass
    finally:
        opened.approval_id, opened.target, opened.reach_id, opened.summary, told = kept
        del opened.events[told:]


def _changes_in(opened: OpenAction) -> models.QuerySet[Change]:
    return Change.objects.filter(action_id=opened.id)


def _rows_of(change: Change, subject: str, names: "_Names") -> Iterator[Row]:
    table = change.table_name
    whose = _whose(change, subject)
    if change.verb == Verb.DELETE:
        yield Row(label=f"{whose}removed", before=True, after=None)
        return
    before, after = change.before or {}, change.after or {}
    for column in after:
        if column in UNSHOWN:
            continue
        label = f"{whose}{wording.find_label(table, column).capitalize()}"
        for part, was, becomes in _parts(before.get(column), after[column]):
            row = Row(
                label=f"{label}{part}",
                before=names.say(table, column, was) if change.verb == Verb.UPDATE else None,
                after=names.say(table, column, becomes),
            )
            if row.before != row.after:
                yield row


def _whose(change: Change, subject: str) -> str:
    """Return what goes before a value's name: nothing for the subject's own."""
    ref = wording.ref(change.table_name, change.row_id)
    kind, _, number = ref.partition(":")
    if change.verb == Verb.INSERT:
        return f"New {kind}: "
    return "" if ref == subject else f"{kind.capitalize()} {number}: "


def _parts(before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """Return a value before and after; of an object, each of its parts that differs."""
    if not isinstance(after, Mapping):
        yield "", before, after
        return
    was = before if isinstance(before, Mapping) else {}
    for key in sorted({*was, *after}):
        if was.get(key) != after.get(key):
            yield f": {key}", _steady(was.get(key)), _steady(after.get(key))


def _steady(value: Any) -> Any:
    """Leave out when and by whom: it is always now, and whoever asks."""
    if isinstance(value, Mapping):
        return {key: each for key, each in value.items() if key not in ("at", "by", "name")}
    return value


class _Names:
    """Says values as people read them: rows by name, the present as now, text to the letter."""

    def __init__(self, changes: Sequence[Change], since: datetime) -> None:
        self.since = since
        named = {
            target
            for change in changes
            for values in (change.before or {}, change.after or {})
            for column, value in values.items()
            if (target := wording.find_target(change.table_name, column, value))
        }
        made = {(c.table_name, c.row_id) for c in changes if c.verb == Verb.INSERT}
        # The id of a row that is made and taken back is another each time.
        new = {key: f"the new {wording.ref(*key).partition(':')[0]}" for key in made}
        self.names = wording.find_names(named - made) | new

    def say(self, table: str, column: str, value: Any) -> Any:
        """Return a value for people; None where it is empty."""
        if value in (None, "", [], {}):
            return None
        field = wording.find_field(table, column)
        if isinstance(field, models.DateTimeField) and self._is_now(value):
            return NOW
        if wording.find_target(table, column, value) or getattr(field, "choices", None):
            return wording.say(table, column, value, self.names)
        if isinstance(value, int) and not isinstance(value, bool) and column.endswith("_cents"):
            return wording.say(table, column, value, self.names)
        return value

    def _is_now(self, value: str) -> bool:
        moment = datetime.fromisoformat(value)
        return moment == clock.now() or self.since <= moment <= clock.real_now()
