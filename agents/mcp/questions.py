"""
Questions that a call's own stream puts to a client that shook hands, and the answers.

The call has ended by then, and holds neither a transaction nor a connection. The answer comes in by
another request, perhaps to another process, so a row waits for it and the stream looks at the row.
A waiting stream keeps one of its process's threads busy: so at most half of them wait, only so long
as clients themselves are patient, and two at a time of one caller. Whoever finds no room, or does
not answer in time, is taken to have dismissed the question, and the call says what it says then.
"""

import json
import secrets
import time
from collections.abc import Generator, Mapping
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

from django.db import connection
from mcp_types.jsonrpc import INVALID_REQUEST
from mcp_types.methods import validate_client_result
from pydantic import ValidationError

from agents.mcp import sessions
from agents.mcp.asking import Asked, let_in
from agents.mcp.messages import UNANSWERED, ProtocolError, Reply
from agents.mcp.revisions import SHAKEN
from agents.models import Question
from audit import clock
from audit.actions import tenant
from audit.actors import Actor
from audit.texts import storable, storable_json

PATIENCE = timedelta(seconds=50)  # most clients give up on a request after a minute
PROCESS_WAITS, CALLER_WAITS = 2, 2  # streams at a time
LOOK = 0.25  # seconds between two looks for an answer
ELICITATION = "elicitation/create"

Inputs = Mapping[str, Mapping[str, Any]]


class GivenUp(Exception):
    """The client no longer wants what it requested, so it gets no answer."""


_room = BoundedSemaphore(PROCESS_WAITS)


def put(asked: Asked, inputs: Inputs) -> Generator[dict[str, Any] | None, None, dict[str, Any]]:
    """
    Yield each question, then None at every look for what is still missing; return the answers.

    :raises ProtocolError: if what cannot be dismissed is not answered
    :raises GivenUp: if nobody wants to hear of it any more
    """
    if not _room.acquire(blocking=False):
        return _dismiss(inputs, "Too many wait for answers at present; try again.")
    key = ""
    try:
        key = _write_down(asked, inputs)
        if not key:
            return _dismiss(inputs, "You have too many questions open at present.")
        for name, each in inputs.items():
            yield {"jsonrpc": "2.0", "id": f"{key}.{name}", **each}
        while (told := _look(asked, key, inputs)) is None:
            yield None
            time.sleep(LOOK)
        return told
    finally:
        _room.release()
        if key:
            _tear_up(asked.actor, key)


def _write_down(asked: Asked, inputs: Inputs) -> str:
    """Return the key of a new question; "" where the caller has too many open."""
    key, by = secrets.token_urlsafe(16), asked.actor
    with tenant(by.tenant_id):
        if _open(by).count() >= CALLER_WAITS:
            return ""
        Question.objects.create(
            organization_id=by.tenant_id,
            actor=by.ref,
            key=key,
            inputs=inputs,
            until=clock.real_now() + PATIENCE,
        )
    return key


def _look(asked: Asked, key: str, inputs: Inputs) -> dict[str, Any] | None:
    """Return the answers when all are there, or time is up; None until then."""
    with tenant(asked.actor.tenant_id):
        question = _open(asked.actor).filter(key=key).first()
        given_up = asked.session is not None and sessions.has_given_up(
            asked.session, str(asked.message.id), by=asked.actor
        )
    _let_go_of_connection()
    if given_up:
        raise GivenUp
    if question is None:
        return _dismiss(inputs, "There was no answer in time.")
    if question.inputs:
        return None
    refused = {
        name: each["refused"] for name, each in question.answers.items() if "refused" in each
    }
    kept = {name: each for name, each in question.answers.items() if name not in refused}
    says = "; ".join(refused.values())
    return kept | _dismiss({name: inputs[name] for name in refused}, f"The client refused: {says}")


def _dismiss(inputs: Inputs, because: str) -> dict[str, Any]:
    """
    Return the answers of somebody who turns away.

    :raises ProtocolError: where one of the questions has no such answer
    """
    if any(each["method"] != ELICITATION for each in inputs.values()):
        raise ProtocolError(UNANSWERED, because)
    return {name: {"action": "cancel"} for name in inputs}


def _open(by: Actor) -> Any:
    """Return what streams ask the caller at present."""
    mine = Question.objects.visible_to(by).filter(actor=by.ref, call__isnull=True)
    return mine.filter(until__gt=clock.real_now())


def _tear_up(by: Actor, key: str) -> None:
    """Keep nothing: an answer is used once."""
    with tenant(by.tenant_id):
        Question.objects.visible_to(by).filter(key=key).delete()
    _let_go_of_connection()


def _let_go_of_connection() -> None:
    """Let others have the connection while this thread sleeps, unless a transaction is open."""
    if not connection.in_atomic_block:
        connection.close()


def hear(reply: Reply, *, by: Actor, token: bytes) -> None:
    """
    Take an answer, for whoever waits for it, in whichever process.

    :raises ProtocolError: if it answers nothing that this caller is asked, or does not fit
    """
    key, _, name = storable(str(reply.id)).partition(".")
    with let_in(by, token) as caller:
        found = _open(caller.actor).filter(key=key).select_for_update().first()
        if found is None or name not in found.inputs:
            raise ProtocolError(INVALID_REQUEST, "This answers nothing that you are asked.")
        question = found.inputs.pop(name)
        found.answers[name] = check(question, reply)
        found.heard_at = clock.real_now()
        found.save(update_fields=["inputs", "answers", "heard_at"])


def is_storable(answer: Any) -> bool:
    """Whether the database can keep an answer: it has neither NUL nor half a character."""
    text = json.dumps(answer)
    return storable_json(text) == text


def check(question: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
    """
    Return an answer to `question`; of an error, why it was refused.

    :raises ProtocolError: if the answer does not have the shape the protocol gives it
    """
    if reply.result is None:
        return {"refused": storable(reply.error)[:300] or "it says no more"}
    try:
        if not is_storable(reply.result):
            raise ProtocolError(INVALID_REQUEST, "This holds a character that cannot be kept.")
        validate_client_result(question["method"], SHAKEN[0], reply.result)
    except ValidationError:
        raise ProtocolError(INVALID_REQUEST, "This is no answer to what was asked.") from None
    return dict(reply.result)
