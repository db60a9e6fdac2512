"""Conversations over HTTP: something is said, and the answer says what came of it."""

import time
from typing import Annotated, Any

from django.conf import settings
from pydantic import Field
from rest_framework.response import Response

from agents.api import doors, pages
from agents.api.doors import Asked, Body, JsonView, let_in
from agents.api.operations import AFTER, number, operation, ref
from agents.api.shapes import ConversationRead, ConversationShown, ConversationsPage, TurnShown
from agents.calls import admission, budgets
from agents.conversations import conversations, receipts
from agents.models import Conversation, Job
from audit.actions import tenant
from audit.actors import Actor, Door
from crm import refs

LOOK_EVERY = 0.02  # seconds
CONVERSATION = {"conversation": ref("conversation", "The conversation.")}
TURN = {**CONVERSATION, "turn": number("The turn.", minimum=1)}


Title = Annotated[str, Field(max_length=conversations.LONGEST_TITLE)]


class BeginBody(Body):
    """A conversation that is begun."""

    title: Title = ""


class SayBody(Body):
    """What somebody says, and what they look at."""

    text: Annotated[str, Field(pattern=r"\S", max_length=conversations.LONGEST)]
    page: Annotated[str, Field(max_length=80)] = ""


class ConfirmBody(Body):
    """Whether what was asked about is to be done."""

    confirmed: bool


class ChangeBody(Body):
    """What is changed of a conversation."""

    title: Title | None = None
    shared: bool | None = None
    archived: bool | None = None


class ConversationsView(JsonView):
    """A person's conversations, and those shared with them."""

    @operation("conversations_list", answers=ConversationsPage, after=AFTER)
    @let_in(people=True)
    def get(self, request: Asked) -> Response:
        """List conversations, the latest first."""
        query = doors.read_query(request, after=doors.as_id)
        rows = Conversation.objects.visible_to(request.actor).in_use()
        return pages.answer(
            rows, after=query.get("after"), show=lambda found: [_brief(each) for each in found]
        )

    @operation("conversations_begin", request=BeginBody, answers=ConversationShown, success=201)
    @let_in(people=True)
    def post(self, request: Asked) -> Response:
        """Begin a conversation."""
        body = doors.read(request, BeginBody)
        begun = conversations.begin(title=body.title, by=_speaking(request.actor))
        return Response(_brief(begun), status=201)


class ConversationView(JsonView):
    """One conversation."""

    @operation("conversations_read", answers=ConversationRead, path=CONVERSATION, after=AFTER)
    @let_in(people=True)
    def get(self, request: Asked, conversation: int) -> Response:
        """Read a conversation, turn by turn."""
        found = find(conversation, by=request.actor)
        query = doors.read_query(request, after=doors.as_id)
        rows = found.jobs.filter(pk__gt=query.get("after", 0)).order_by("pk")
        turns = list(rows.prefetch_related("steps")[: pages.SIZE + 1])
        shown = receipts.answer_all(turns[: pages.SIZE], by=request.actor)
        following = str(turns[pages.SIZE - 1].pk) if len(turns) > pages.SIZE else None
        return Response({**_brief(found), "turns": shown, "next": following})


class ChangeView(JsonView):
    """What is changed of a conversation."""

    @operation(
        "conversations_change", request=ChangeBody, answers=ConversationShown, path=CONVERSATION
    )
    @let_in(people=True)
    def post(self, request: Asked, conversation: int) -> Response:
        """Rename, share or put away a conversation."""
        body = doors.read(request, ChangeBody).model_dump(exclude_none=True)
        changed = conversations.change(
            find(conversation, by=request.actor), by=_speaking(request.actor), **body
        )
        return Response(_brief(changed))


class MessagesView(JsonView):
    """What is said in a conversation."""

    @operation(
        "conversations_say",
        request=SayBody,
        answers=TurnShown,
        waits=TurnShown,
        fails=(409,),
        path=CONVERSATION,
    )
    def post(self, request: Asked, conversation: int) -> Response:
        """Say something and wait for the answer; 202 where it takes longer than one waits."""
        body = doors.read(request, SayBody)
        by = _let_in(request)
        with tenant(by.tenant_id):
            found = find(conversation, by=by)
        job = conversations.say(found, text=body.text, page=body.page, by=by)
        return wait_for(job, by=by)


class ConfirmView(JsonView):
    """A decision of whoever was asked."""

    @operation(
        "conversations_confirm",
        request=ConfirmBody,
        answers=TurnShown,
        waits=TurnShown,
        fails=(409,),
        path=TURN,
    )
    def post(self, request: Asked, conversation: int, turn: int) -> Response:
        """Say whether what was asked about is to be done, and wait for what comes of it."""
        body = doors.read(request, ConfirmBody)
        by = _let_in(request)
        with tenant(by.tenant_id):
            job = find_turn(conversation, turn, by=by)
        return wait_for(conversations.confirm(job, confirmed=body.confirmed, by=by), by=by)


class CancelView(JsonView):
    """The end of a turn."""

    @operation("conversations_cancel", answers=TurnShown, path=TURN)
    @let_in(people=True)
    def post(self, request: Asked, conversation: int, turn: int) -> Response:
        """Stop a turn; what was done stays done."""
        by = _speaking(request.actor)
        stopped = conversations.cancel(find_turn(conversation, turn, by=by), by=by)
        return Response(_show(stopped, by=by))


def _let_in(request: Asked) -> Actor:
    """
    Return who speaks, in a transaction that ends: a worker is to see what is said.

    :raises PeopleOnly: if it is an agent
    """
    actor, token = doors.identify(request)
    budgets.spend(actor, a_write=False, token=token)
    if not actor.is_person:
        raise doors.PeopleOnly
    with tenant(actor.tenant_id):
        return _speaking(admission.admit(actor, token=token).actor)


def _speaking(actor: Actor) -> Actor:
    return actor.through(Door.CHAT)


def find(number: int, *, by: Actor) -> Conversation:
    """:raises refs.NotFound: if there is none that `by` may read"""
    found = Conversation.objects.visible_to(by).filter(pk=number).first()
    if found is None:
        raise refs.NotFound(f"There is no conversation:{number}.")
    return found


def find_turn(conversation: int, turn: int, *, by: Actor) -> Job:
    """:raises refs.NotFound: if there is none in a conversation that `by` may read"""
    rows = Job.objects.select_related("conversation")
    found = rows.filter(pk=turn, conversation=find(conversation, by=by)).first()
    if found is None:
        raise refs.NotFound(f"There is no turn {turn} in conversation:{conversation}.")
    return found


def wait_for(job: Job, *, by: Actor) -> Response:
    """Answer with what came of a turn, once a worker has ended it; else with how far it is."""
    until = time.monotonic() + settings.REPLY_WAIT_SECONDS
    while True:
        with tenant(by.tenant_id):
            job = Job.objects.select_related("conversation").get(pk=job.pk)
            if not job.is_under_way:
                return Response(_show(job, by=by))
            if time.monotonic() > until:
                return Response(_show(job, by=by), status=202)
        time.sleep(LOOK_EVERY)


def _brief(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.pk,
        "ref": conversation.ref,
        "title": conversation.title,
        "shared": conversation.shared_at is not None,
        "archived": conversation.archived_at is not None,
        "created_at": conversation.created_at.isoformat(),
    }


def _show(job: Job, *, by: Actor) -> dict[str, Any]:
    (shown,) = receipts.answer_all([job], by=by)
    return shown
