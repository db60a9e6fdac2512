"""
Actions: the only place where a change can be made, because the database refuses it elsewhere.

`action()` opens a transaction, draws the action's id, tells the database who acts, runs the work
in a savepoint and inserts the action last, with its final outcome. Work that fails is rolled back;
the attempt stays.
"""

import inspect
import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, cast
from uuid import UUID, uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from audit import clock
from audit.actors import Actor
from audit.events import Event, find_subscribers
from audit.models import Action as ActionRow
from audit.models import Outcome
from audit.nudges import nudge
from audit.texts import storable, storable_json

# Class of the advisory lock that every action shares and a kill switch takes alone.
SWITCH_LOCK = 1
PLAIN = frozenset({str, int, bool, type(None)})  # JSON as they are; what derives from them may not


class Refusal(Exception):
    """
    What was asked for cannot be; says so in a sentence for people.

    :param details: what a program can use, as JSON values
    """

    outcome = Outcome.REFUSED

    def __init__(self, message: str = "", **details: Any) -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        self.details = details


class Unrecorded(Exception):
    """Raised inside an action, it unwinds it whole: what was done, and the record of it."""


class _NothingDone(Unrecorded):
    """Ends an action in which there was nothing to do."""


class NoActionOpen(RuntimeError):
    """Something was to be recorded outside an action."""


class OtherTenant(RuntimeError):
    """Work for one organization was begun inside work for another."""


@dataclass(kw_only=True)
class OpenAction:
    """The action under way. What it is to say of itself may be filled in until it closes."""

    name: str
    by: Actor
    id: int = 0
    organization_id: int | None = None
    reach_id: int | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    confidence: float | None = None
    verdict: Mapping[str, Any] | None = None
    approval_id: int | None = None
    outcome: Outcome = Outcome.DONE
    error: Mapping[str, Any] | None = None
    target: str = ""
    summary: str = ""
    correlation: UUID = field(default_factory=uuid4)
    causation_id: int | None = None
    depth: int = 0
    resumes_id: int | None = None
    undoes: list[int] = field(default_factory=list)
    started_at: datetime = field(default_factory=clock.real_now)
    events: list[dict[str, Any]] = field(default_factory=list)
    had_nothing_to_do: bool = False
    is_kept: bool = False

    @property
    def ref(self) -> str:
        return f"action:{self.id}"

    @property
    def kept_ref(self) -> str | None:
        """Its reference once the ledger has it: what was unwound whole left nothing to refer to."""
        return self.ref if self.is_kept else None

    def aim(self, target: models.Model) -> None:
        """Name the row this action is about."""
        self.target = ref_of(target)
        self.happens_at(target)

    def happens_at(self, row: models.Model) -> None:
        """Keep what is said here to those who may know of the pipeline `row` belongs to, if any."""
        self.reach_id = getattr(row, "reach_id", None) or self.reach_id


_open: ContextVar[OpenAction | None] = ContextVar("open_action", default=None)
_tenant: ContextVar[int | None] = ContextVar("tenant", default=None)
_cause: ContextVar[ActionRow | None] = ContextVar("cause", default=None)


def current() -> OpenAction | None:
    """Return the action under way, if one is."""
    return _open.get()


def current_tenant() -> int | None:
    """Return the organization that reads see at present."""
    return _tenant.get()


def ref_of(row: models.Model) -> str:
    """Return a row's reference, `contact:42`."""
    return str(getattr(row, "ref", None) or f"{row._meta.model_name}:{row.pk}")


@contextmanager
def tenant(organization_id: int) -> Iterator[None]:
    """
    Run reads in a short transaction that sees one organization.

    :raises OtherTenant: inside another organization's
    """
    outer = _tenant.get()
    if outer is not None:
        if outer != organization_id:
            raise OtherTenant(f"{organization_id} inside {outer}")
        yield
        return
    token = _tenant.set(organization_id)
    try:
        with transaction.atomic():
            _configure("select set_config('app.organization', %s, true)", [str(organization_id)])
            yield
    finally:
        _tenant.reset(token)
        _forget("app.organization")


@contextmanager
def caused_by(cause: ActionRow) -> Iterator[None]:
    """Mark every action opened inside as a consequence of `cause`."""
    token = _cause.set(cause)
    try:
        yield
    finally:
        _cause.reset(token)


@contextmanager
def action(
    name: str,
    *,
    by: Actor,
    target: models.Model | None = None,
    alone: bool = False,
    turn: str = "",
    correlation: UUID | None = None,
    **about: Any,
) -> Iterator[OpenAction]:
    """
    Open an action, or join the one that is open.

    :param alone: wait for every other action of the organization to end, and hold off new ones
    :param turn: wait for every other action that names the same turn to end
    :param correlation: what it has in common with others, by which they are undone as a whole
    :param about: any further field of `OpenAction`: reason, arguments, confidence, verdict …
    :raises OtherTenant: inside another organization's transaction
    """
    joined = _open.get()
    outer = _tenant.get() if joined is None else joined.organization_id
    if outer is not None and outer != by.organization_id:
        raise OtherTenant(f"{by.organization_id} inside {outer}")
    if joined is not None:
        yield joined
        return
    if correlation is not None:
        about["correlation"] = correlation
    opened = OpenAction(name=name, by=by, organization_id=by.organization_id, **(_led_to() | about))
    if target is not None:
        opened.aim(target)
    tokens = _open.set(opened), _tenant.set(by.organization_id)
    failure: Exception | None = None
    try:
        with transaction.atomic():
            _begin(opened, alone=alone, turn=turn)
            try:
                with transaction.atomic():
                    yield opened
            except Unrecorded:
                raise
            except Exception as error:  # noqa: BLE001  (raised again once the attempt is kept)
                failure = error
                _fail(opened, error)
            if opened.had_nothing_to_do and _did_nothing(opened):
                raise _NothingDone
            _close(opened)
        opened.is_kept = True
    except _NothingDone:
        pass
    finally:
        _open.reset(tokens[0])
        _tenant.reset(tokens[1])
        _forget("app.action_id", *(["app.organization"] if outer is None else []))
    if failure is not None:
        raise failure


def enter_tenant(organization_id: int) -> None:
    """
    Go on inside an organization that this very action created.

    :raises NoActionOpen: outside an action
    """
    opened = _opened()
    opened.organization_id = organization_id
    _tenant.set(organization_id)
    _configure("select set_config('app.organization', %s, true)", [str(organization_id)])


def record(event: Event, *, on: models.Model, summary: str = "") -> None:
    """
    Record that `event` happened to `on`; it is written when the action closes.

    The first summary recorded is the action's own unless it has one; whom `on` is closed to does
    not hear of the action then, whatever it is about.

    :raises NoActionOpen: outside an action
    """
    opened = _opened()
    if not opened.target:
        opened.aim(on)
    if summary and not opened.summary:
        opened.summary = summary
        opened.happens_at(on)
    opened.events.append(
        {
            "name": event.name,
            "target": ref_of(on),
            "reach_id": getattr(on, "reach_id", None),
            "payload": event.payload(),
            "summary": summary,
        }
    )


def nothing_to_do() -> None:
    """
    Say that all is as it was to be already: an action that did nothing else leaves no trace.

    :raises NoActionOpen: outside an action
    """
    _opened().had_nothing_to_do = True


def command[**P, R](verb: Callable[P, R]) -> Callable[P, R]:
    """
    Make `verb(noun, *, …, by, reason="")` run inside an action named `<module>.<verb>`.

    Its arguments are logged, models as references. Called inside an open action it joins it.
    """
    signature = inspect.signature(verb)
    name = f"{verb.__module__.rpartition('.')[2]}.{verb.__name__}"

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _open.get() is not None:
            return verb(*args, **kwargs)
        given = dict(signature.bind(*args, **kwargs).arguments)
        by = cast(Actor, given.pop("by"))
        reason = str(given.pop("reason", ""))
        target = next((v for v in given.values() if isinstance(v, models.Model) and v.pk), None)
        with action(name, by=by, reason=reason, arguments=describe(given), target=target):
            return verb(*args, **kwargs)

    return cast(Callable[P, R], run)


def describe(value: Any) -> Any:
    """Return `value` as JSON for the log: rows as references, the unknown by its type alone."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, models.Model):
        return ref_of(value)
    if isinstance(value, Mapping):
        return {str(key): describe(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [describe(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    try:
        return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
    except TypeError:
        return f"<{type(value).__name__}>"


def _led_to() -> dict[str, int]:
    """Return what the cause under way, if one is, says of an action it leads to."""
    cause = _cause.get()
    return {} if cause is None else {"causation_id": cause.pk, "depth": cause.depth + 1}


def _opened() -> OpenAction:
    opened = _open.get()
    if opened is None:
        raise NoActionOpen
    return opened


def _configure(sql: str, parameters: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()


def _forget(*settings: str) -> None:
    """Clear settings where the transaction goes on; a commit clears them by itself."""
    if connection.in_atomic_block and not connection.needs_rollback:
        for setting in settings:
            _configure("select set_config(%s, '', true)", [setting])


def _begin(opened: OpenAction, *, alone: bool, turn: str) -> None:
    """Take the locks, draw the action's id and tell the database who acts, in one trip."""
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    organization = opened.organization_id
    row = _configure(
        f"select {lock}(%s::int, %s::int),"
        " case when %s then pg_advisory_xact_lock(hashtextextended(%s, 0)) end,"
        " set_config('app.organization', %s, true),"
        " set_config('app.action_id', nextval('audit_action_id_seq')::text, true)",
        [
            *(SWITCH_LOCK, organization or 0, bool(turn), turn),
            "" if organization is None else str(organization),
        ],
    )
    opened.id = int(row[3])


def _fail(opened: OpenAction, error: Exception) -> None:
    """Say how the work failed; its events did not happen."""
    opened.events.clear()
    opened.organization_id = opened.by.organization_id  # one it entered is undone with the rest
    opened.outcome = error.outcome if isinstance(error, Refusal) else Outcome.FAILED
    opened.error = {"type": type(error).__name__}
    if isinstance(error, Refusal):
        opened.error |= {"message": str(error), **describe(error.details)}
        opened.summary = str(error)


def _did_nothing(opened: OpenAction) -> bool:
    """Say whether an action changed, told and says nothing."""
    if opened.outcome != Outcome.DONE or opened.summary or opened.events:
        return False
    changed = _configure(
        "select exists(select from audit_change where action_id = %s)", [opened.id]
    )
    return not changed[0]


_ACTION = """
    insert into audit_action (
        id, organization_id, reach_id, actor_kind, actor_id, actor_name, actor_version,
        on_behalf_of, door, name, arguments, reason, confidence, verdict, approval_id, outcome,
        error, target, summary, correlation, causation_id, depth, resumes_id, undoes, started_at,
        event_count
    ) values (
        %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s::jsonb, %s, %s,
        %s::jsonb, %s, %s, %s, %s, %s, %s, %s::bigint[], %s, %s
    )
"""
_EVENTS = """
    , told as (
        insert into audit_event
            (organization_id, action_id, name, target, reach_id, payload, summary)
        select %s, %s, name, target, reach_id, payload, summary
        from jsonb_to_recordset(%s::jsonb) as told(
            name text, target text, reach_id bigint, payload jsonb, summary text)
        returning id, name
    )
    insert into audit_delivery (organization_id, event_id, subscriber)
    select %s, told.id, heard.subscriber
    from told join jsonb_to_recordset(%s::jsonb) as heard(name text, subscriber text)
        on heard.name = told.name
"""


def _close(opened: OpenAction) -> None:
    """Insert the action with its events and their deliveries, in one statement."""
    by = opened.by
    row: list[Any] = [
        *(opened.id, opened.organization_id, opened.reach_id),
        *(by.kind.value, by.id, by.name, by.version, by.on_behalf_of, by.door.value),
        *(opened.name, _json(opened.arguments), storable(opened.reason), opened.confidence),
        *(_json(opened.verdict), opened.approval_id, str(opened.outcome), _json(opened.error)),
        *(opened.target, storable(opened.summary), opened.correlation, opened.causation_id),
        *(opened.depth, opened.resumes_id, opened.undoes, opened.started_at),
        len(opened.events),
    ]
    with connection.cursor() as cursor:
        if not opened.events:
            cursor.execute(_ACTION, row)
            return
        names = {event["name"] for event in opened.events}
        heard = [
            {"name": name, "subscriber": subscriber}
            for name in names
            for subscriber in find_subscribers(name)
        ]
        told = [opened.organization_id, opened.id, _json(opened.events)]
        cursor.execute(
            f"with done as ({_ACTION})" + _EVENTS,
            [*row, *told, opened.organization_id, _json(heard)],
        )
    if heard:
        transaction.on_commit(nudge, robust=True)


def _json(value: Any) -> str | None:
    return None if value is None else storable_json(json.dumps(value, cls=DjangoJSONEncoder))
