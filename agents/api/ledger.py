"""The ledger over HTTP: what was done, taking it back, and what people think of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue
from rest_framework.response import Response

from agents import feedback
from agents.api import doors, pages, problems
from agents.api.doors import Asked, BadRequest, Body, JsonView, let_in
from agents.api.operations import AFTER, ID, operation, ref, text
from agents.api.shapes import ActionsPage, ActionUndone, Answer, Opinion, PlanShown, UndoneShown
from agents.calls import dispatch
from agents.reading import readings
from agents.records import actions
from agents.records.actions import ActionShown
from audit import undo
from audit.actors import ActorKind
from audit.models import Action
from audit.undo import Selection
from crm import refs
from crm.fields import Unsuitable, clean_moment
from crm.permissions import Permission

ACTION = {"action": ref("action", "Its number or reference.")}
ACTOR = f"^({'|'.join(ActorKind)})(:{ID})?$"


def _shape(**schema: Any) -> Any:
    return Field(json_schema_extra=schema)


def _shape_or_empty(**schema: Any) -> Any:
    """What is empty says nothing, like what is left out."""
    return Field(json_schema_extra={"anyOf": [schema, {"const": ""}]})


class FeedbackBody(Body):
    """An opinion of an action; what was wrong says why."""

    model_config = Body.model_config | {
        "json_schema_extra": {
            "anyOf": [
                {"properties": {"right": {"const": True}}},
                {"properties": {"because": {"pattern": r"\S"}}, "required": ["because"]},
            ]
        }
    }

    right: bool
    because: str = ""


def _names(name: str) -> JsonValue:
    return {"required": [name], "properties": {name: {"minLength": 1}}}


NAMES_SOMETHING: list[JsonValue] = [
    *map(_names, ("actor", "since", "until", "run", "import")),
    {"required": ["actions"], "properties": {"actions": {"minItems": 1}}},
]


class PlanBody(Body):
    """What to undo: every action that fits all that is given."""

    actor: Annotated[str, _shape_or_empty(pattern=ACTOR)] = ""
    since: Annotated[str, _shape_or_empty(format="date-time")] = ""
    until: Annotated[str, _shape_or_empty(format="date-time")] = ""
    run: Annotated[str, _shape_or_empty(format="uuid")] = ""
    import_: Annotated[str, _shape_or_empty(pattern=f"^import:{ID}$")] = ""
    actions: list[Annotated[str, _shape(pattern=f"^action:{ID}$")]] = []

    model_config = ConfigDict(
        **Body.model_config,
        alias_generator=lambda name: name.rstrip("_"),
        json_schema_extra={"anyOf": NAMES_SOMETHING},
    )


class ApplyBody(Body):
    """A plan that was shown: plan:17."""

    plan: Annotated[str, _shape(pattern=f"^plan:{ID}$")]
    reason: str = ""


class UndoBody(Body):
    """Why it is undone."""

    reason: str = ""


class ActionsView(JsonView):
    """Actions."""

    @operation(
        "actions_list",
        answers=ActionsPage,
        target=text("What it was about.", examples=["position:9"]),
        actor=text("Whose: one of a kind by number, or the product itself.", pattern=ACTOR),
        since=text("Not before, RFC 3339.", format="date-time"),
        after=AFTER,
    )
    @let_in(tool="get_action")
    def get(self, request: Asked) -> Response:
        """List what was done or tried, the latest first: all of it, or an agent's own."""
        query = doors.read_query(
            request, target=str, actor=_actor, since=_moment, after=doors.as_id
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

    @operation("actions_get", answers=ActionShown, path=ACTION)
    @let_in(tool="get_action")
    def get(self, request: Asked, action: int) -> Response:
        """Return an action and what came of it."""
        return Response(show([find(action, request)], request)[0])


class UndoView(JsonView):
    """The undo of an action."""

    @operation(
        "actions_undo",
        answers=ActionUndone,
        waits=Answer,
        request=UndoBody,
        fails=(409, 422),
        path=ACTION,
    )
    def post(self, request: Asked, action: int) -> Response:
        """Take back what an action did: as the tool undo_action, for people and agents alike."""
        actor, token = doors.identify(request)
        body = doors.read(request, UndoBody)
        result = dispatch.call(
            actor, "undo_action", {"action": f"action:{action}"}, reason=body.reason, token=token
        )
        if result.is_done:
            return Response(result.result | {"status": "done"})
        return problems.of_call(result)


class FeedbackView(JsonView):
    """What a person thinks of an action."""

    @operation(
        "actions_feedback",
        answers=Opinion,
        request=FeedbackBody,
        success=201,
        path=ACTION,
    )
    @let_in(people=True)
    def post(self, request: Asked, action: int) -> Response:
        """Keep an opinion; again replaces the one before."""
        body = doors.read(request, FeedbackBody)
        kept = feedback.give(
            find(action, request), right=body.right, because=body.because, by=request.actor
        )
        return Response(
            {"action": f"action:{action}", "right": kept.right, "because": kept.because}, status=201
        )


class PlanView(JsonView):
    """Plans of an undo."""

    @operation("undo_plan", answers=PlanShown, request=PlanBody)
    @let_in(Permission.EDIT, people=True)
    def post(self, request: Asked) -> Response:
        """Say what would come of undoing many actions. Nothing is changed."""
        selection = _read_selection(doors.read(request, PlanBody), request)
        plan = undo.plan(selection, by=request.actor)
        undo.keep(plan)
        return Response(plan.as_json())


class ApplyView(JsonView):
    """Carrying out a plan."""

    @operation("undo_apply", answers=UndoneShown, request=ApplyBody, fails=(409,))
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
        return ActorKind(kind), doors.as_id(number) if colon else None
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
