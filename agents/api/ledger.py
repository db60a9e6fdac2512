"""The ledger over HTTP: what was done, taking it back, and what people think of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework.response import Response

from agents import actions, dispatch, feedback, readings
from agents.actions import ActionShown
from agents.api import doors, pages, problems
from agents.api.doors import Asked, BadRequest, Body, JsonView, let_in
from agents.api.operations import Listed, operation
from audit import undo
from audit.actors import ActorKind
from audit.models import Action
from audit.undo import Selection
from crm import refs
from crm.fields import Unsuitable, clean_moment
from crm.permissions import Permission


class FeedbackBody(Body):
    """An opinion of an action; what was wrong says why."""

    right: bool
    because: str = ""


class PlanBody(Body):
    """What to undo: every action that fits all that is given."""

    actor: str = ""
    since: str = ""
    until: str = ""
    run: str = ""
    import_: str = ""
    actions: list[str] = []

    model_config = Body.model_config | {"alias_generator": lambda name: name.rstrip("_")}


class ApplyBody(Body):
    """A plan that was shown: plan:17."""

    plan: str
    reason: str = ""


class UndoBody(Body):
    """Why it is undone."""

    reason: str = ""


class ActionsView(JsonView):
    """Actions."""

    @operation(
        "actions_list",
        answers=Listed,
        target="What it was about: position:9.",
        actor="Whose: agent:7.",
        since="Not before: 2026-01-31T09:30:00Z.",
        after="What the page before said is next.",
    )
    @let_in(tool="get_action")
    def get(self, request: Asked) -> Response:
        """List what was done or tried, the latest first: all of it, or an agent's own."""
        query = doors.read_query(
            request, target=str, actor=_actor, since=_moment, after=doors.as_number
        )
        rows = actions.visible_to(request.actor)
        if "target" in query:
            rows = rows.filter(target=query["target"])
        if "actor" in query:
            kind, number = query["actor"]
            rows = rows.filter(actor_kind=kind, actor_id=number)
        if "since" in query:
            rows = rows.filter(recorded_at__gte=query["since"])
        return pages.answer(rows, after=query.get("after"), show=lambda page: show(page, request))


class ActionView(JsonView):
    """One action."""

    @operation("actions_get", answers=ActionShown)
    @let_in(tool="get_action")
    def get(self, request: Asked, number: int) -> Response:
        """Return an action and what came of it."""
        return Response(show([find(number, request)], request)[0])


class UndoView(JsonView):
    """The undo of an action."""

    @operation("actions_undo", request=UndoBody, fails=(409, 422))
    def post(self, request: Asked, number: int) -> Response:
        """Take back what an action did: as the tool undo_action, for people and agents alike."""
        actor, token = doors.identify(request)
        body = doors.read(request, UndoBody)
        result = dispatch.call(
            actor, "undo_action", {"action": f"action:{number}"}, reason=body.reason, token=token
        )
        if result.is_done:
            return Response(result.result | {"status": "done"})
        return problems.of_call(result)


class FeedbackView(JsonView):
    """What a person thinks of an action."""

    @operation("actions_feedback", request=FeedbackBody, success=201)
    @let_in(people=True)
    def post(self, request: Asked, number: int) -> Response:
        """Keep an opinion; again replaces the one before."""
        body = doors.read(request, FeedbackBody)
        kept = feedback.give(
            find(number, request), right=body.right, because=body.because, by=request.actor
        )
        return Response(
            {"action": f"action:{number}", "right": kept.right, "because": kept.because}, status=201
        )


class PlanView(JsonView):
    """Plans of an undo."""

    @operation("undo_plan", request=PlanBody)
    @let_in(Permission.EDIT, people=True)
    def post(self, request: Asked) -> Response:
        """Say what would come of undoing many actions. Nothing is changed."""
        selection = _read_selection(doors.read(request, PlanBody), request)
        plan = undo.plan(selection, by=request.actor)
        undo.keep(plan)
        return Response(plan.as_json())


class ApplyView(JsonView):
    """Carrying out a plan."""

    @operation("undo_apply", request=ApplyBody, fails=(409,))
    @let_in(Permission.EDIT, people=True)
    def post(self, request: Asked) -> Response:
        """Do what was planned, wherever that still holds; what changed in between is said."""
        body = doors.read(request, ApplyBody)
        kept = undo.find(body.plan, by=request.actor)
        undone = undo.apply(kept, by=request.actor, reason=body.reason)
        return Response(undone.as_json())


def find(number: int, request: Asked) -> Action:
    """:raises refs.NotFound: if there is none that the caller may know of"""
    found = actions.visible_to(request.actor).filter(pk=number).first()
    if found is None:
        raise refs.NotFound(f"There is no action:{number}.")
    return found


def show(rows: list[Action], request: Asked) -> list[dict[str, Any]]:
    """Return actions with what came of them."""
    shown = actions.show(rows, by=request.actor)
    return readings.give_all(shown, by=request.actor)


def _read_selection(body: PlanBody, request: Asked) -> Selection:
    """:raises BadRequest: names what does not fit"""
    given: dict[str, Any] = {}
    wrong = {}
    for name, into, read in SELECTED:
        try:
            if text := getattr(body, name):
                given[into] = read(text)
        except ValueError as problem:
            wrong[name] = str(problem)
    if body.import_:
        given["correlation"] = _find_import(body.import_, request)
    if body.actions:
        given["actions"] = tuple(refs.parse(each, "action").id for each in body.actions)
    if wrong:
        raise BadRequest(wrong)
    if not given:
        raise BadRequest(
            {"body": "names nothing; give actor, since, until, run, import or actions"}
        )
    return Selection(**given)


def _find_import(ref: str, request: Asked) -> UUID:
    """Return what the actions of an import have in common."""
    found: Any = refs.find(ref, "import", by=request.actor)
    correlation: UUID = found.correlation
    return correlation


def _actor(text: str) -> tuple[ActorKind, int | None]:
    """Read who acted: one of a kind by number, or the product itself, which has none."""
    kind, colon, number = text.partition(":")
    try:
        return ActorKind(kind), doors.as_number(number) if colon else None
    except ValueError:
        raise ValueError("must be whoever acted, such as agent:7 or person:3") from None


def _whose(text: str) -> str:
    _actor(text)
    return text


def _run(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError("must be the correlation of a run, as actions show it") from None


def _moment(text: str) -> datetime:
    try:
        return clean_moment(text)
    except Unsuitable as problem:
        raise ValueError(str(problem)) from None


# What selects actions by text: how it is called, in what it ends, and how it is read.
SELECTED: list[tuple[str, str, Callable[[str], Any]]] = [
    ("actor", "actor", _whose),
    ("since", "since", _moment),
    ("until", "until", _moment),
    ("run", "correlation", _run),
]
