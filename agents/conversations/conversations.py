"""Conversations: begun, spoken in, shared and put away by people."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.text import Truncator

from agents.conversations import confirming, deciding, work
from agents.events import ConversationBegun, ConversationChanged, TurnCancelled, TurnTaken
from agents.model_choices import choosing
from agents.models import Conversation, Job, State
from audit import clock
from audit.actions import Refusal, command, record
from audit.actors import Actor
from audit.models import Outcome
from audit.texts import storable
from crm import refs
from crm.fields import FieldError

LONGEST = 4_000  # characters of what one says at once
LONGEST_TITLE = 120
TITLE = 80  # characters of the first words that name a conversation


class NotYours(Refusal):
    """Only who began a conversation speaks in it; others may read it where it is shared."""

    outcome = Outcome.DENIED


class StillAnswering(Refusal):
    """The last turn is still being answered; wait for it, or stop it."""

    http = 409


class NothingAsked(Refusal):
    """Nothing is waiting to be confirmed here."""

    http = 409


@command
def begin(*, by: Actor, title: str = "") -> Conversation:
    """
    Begin a conversation that only `by` can read until it is shared.

    :raises FieldError: if the title is too long or holds what cannot be kept
    """
    conversation = Conversation(
        organization_id=by.tenant_id,
        starter_id=_membership(by),
        title=_clean_title(title),
        created_by=by.ref,
    )
    conversation.save(force_insert=True)
    record(
        ConversationBegun(conversation_id=conversation.pk),
        on=conversation,
        summary="A conversation was begun",
    )
    return conversation


@command
def say(conversation: Conversation, *, text: str, by: Actor, page: str = "") -> Job:
    """
    Say something, and have a worker find out what is to be done.

    Where the last turn asks something, a plain yes or no is the answer to it, and no new turn.

    :param page: the reference of what `by` looks at, which *she* and *this* then mean
    :raises FieldError: if nothing is said, or too much
    :raises NotYours: if it is somebody else's conversation
    :raises StillAnswering: while the last turn is under way
    """
    conversation = _hold(conversation, by=by)
    said = check_text(text)
    last = conversation.jobs.order_by("-pk").first()
    if last is not None and last.is_under_way:
        raise StillAnswering
    if last is not None and last.state == State.ASKS:
        if (confirmed := confirming.read(said)) is not None:
            return confirm(last, confirmed=confirmed, by=by)
        _settle(last, State.DONE)  # who says something else does not confirm
    if not conversation.title:
        conversation.title = Truncator(" ".join(said.split())).chars(TITLE)
        conversation.save(update_fields=["title"])
    job = Job.objects.create(
        organization_id=conversation.organization_id,
        conversation=conversation,
        speaker_id=_membership(by),
        said=said,
        page=page if refs.is_reference(page) else "",
        model=choosing.name_model(conversation.organization),
    )
    record(
        TurnTaken(conversation_id=conversation.pk, job_id=job.pk),
        on=conversation,
        summary="Something was asked for in a conversation",
    )
    transaction.on_commit(work.nudge, robust=True)
    return job


@command
def confirm(job: Job, *, confirmed: bool, by: Actor) -> Job:
    """
    Let the calls that a turn asked about be made, or not; the decision is `by`'s own.

    :raises NotYours: if it is somebody else's conversation
    :raises NothingAsked: if nothing is being asked
    """
    conversation = _hold(_of(job), by=by)
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state != State.ASKS:
        raise NothingAsked
    asked = {call["id"]: confirmed for call in work.find_open_calls(job)}
    job.confirmed, job.state = {**job.confirmed, **asked}, State.QUEUED
    job.save(update_fields=["confirmed", "state"])
    verb = "were confirmed" if confirmed else "were turned down"
    record(
        TurnTaken(conversation_id=conversation.pk, job_id=job.pk),
        on=conversation,
        summary=f"Changes asked about in a conversation {verb}",
    )
    transaction.on_commit(work.nudge, robust=True)
    return job


@command
def cancel(job: Job, *, by: Actor) -> Job:
    """
    Stop a turn, and take back what waits; what was done can be undone.

    :raises NotYours: if it is somebody else's conversation
    """
    conversation = _hold(_of(job), by=by)
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.ended_at is None:
        _settle(job, State.CANCELLED)
        deciding.withdraw(job)
        record(
            TurnCancelled(conversation_id=conversation.pk, job_id=job.pk),
            on=conversation,
            summary="A turn of a conversation was stopped",
        )
    return job


@command
def change(conversation: Conversation, *, by: Actor, **values: Any) -> Conversation:
    """
    Rename, share or put away: `title`, `shared`, `archived`.

    :raises FieldError: names what is unknown or does not fit
    :raises NotYours: if somebody else began it
    """
    conversation = _hold(conversation, by=by)
    changed = _read(values)
    for column, value in changed.items():
        if column in ("shared_at", "archived_at") and value and getattr(conversation, column):
            continue
        setattr(conversation, column, value)
    conversation.save(update_fields=sorted(changed))
    record(
        ConversationChanged(conversation_id=conversation.pk, fields=sorted(values)),
        on=conversation,
        summary=f"A conversation's {', '.join(sorted(values))} changed",
    )
    return conversation


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns with their values."""
    readers = {
        "title": lambda value: ("title", _clean_title(value)),
        "shared": lambda value: ("shared_at", clock.now() if value else None),
        "archived": lambda value: ("archived_at", clock.now() if value else None),
    }
    if wrong := sorted(set(values) - set(readers)):
        raise FieldError({name: f"is unknown; there are {', '.join(readers)}" for name in wrong})
    return dict(readers[name](value) for name, value in values.items())


def _hold(conversation: Conversation, *, by: Actor) -> Conversation:
    """:raises NotYours: if somebody else began it"""
    held = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if held.starter_id != by.membership_id:
        raise NotYours
    return held


def _of(job: Job) -> Conversation:
    """:raises NotYours: if it is no turn of a conversation, but an agent's job"""
    if job.conversation is None:
        raise NotYours("Nobody is spoken with here.")
    return job.conversation


def _membership(by: Actor) -> int:
    """:raises NotYours: if `by` is no person"""
    if by.membership_id is None:
        raise NotYours("Only people converse.")
    return by.membership_id


def _settle(job: Job, state: State) -> None:
    job.state, job.ended_at = state, clock.real_now()
    job.holder = job.held_until = None
    job.save(update_fields=["state", "ended_at", "holder", "held_until"])


def check_text(text: str) -> str:
    """
    Return what is said, without the white space around it.

    :raises FieldError: if nothing is said, or too much, or what cannot be kept
    """
    said = text.strip()
    if not said:
        raise FieldError({"text": "must say something"})
    if len(said) > LONGEST:
        raise FieldError({"text": f"must have at most {LONGEST:,} characters"})
    if storable(said) != said:
        raise FieldError({"text": "holds a character that cannot be kept"})
    return said


def _clean_title(title: str) -> str:
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE or storable(title) != title:
        raise FieldError({"title": "must have at most 120 characters that can be kept"})
    return title
