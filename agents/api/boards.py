"""Boards over HTTP."""

from collections.abc import Callable

from rest_framework.response import Response

from agents.api import doors
from agents.api.doors import Asked, JsonView, let_in
from agents.api.operations import ID, number, operation, ref, text
from agents.reading import readings
from agents.records import boards
from agents.records.boards import BoardShown
from crm import refs
from pipelines.boards import CURSOR, read_filters
from pipelines.models import Pipeline, Stage

OWNER = f"^(me|none|(member:)?{ID})$"
NEXT = f"^{CURSOR.pattern}$"
MOST = {"score": 100, "value_cents": 10**15, "days": 10**6}


class BoardView(JsonView):
    """A pipeline as it stands."""

    @operation(
        "pipelines_board",
        answers=BoardShown,
        path={"pipeline": ref("pipeline", "Its number or reference.")},
        stage=ref("stage", "Only this one."),
        after=text("With `stage`: its next, for the cards that follow.", pattern=NEXT),
        owner=text("Whose cards: mine, nobody's or a member's.", pattern=OWNER),
        text=text("Part of a contact's, company's or card's name."),
        score=number("The least score.", minimum=0, maximum=MOST["score"]),
        value_cents=number("The least value, minor units.", minimum=0, maximum=MOST["value_cents"]),
        days=number("The least number of days in its stage.", minimum=0, maximum=MOST["days"]),
    )
    @let_in(tool="get_board")
    def get(self, request: Asked, pipeline: int) -> Response:
        """
        Return each stage with the count and value of all its cards, and the first of these.

        With `stage` only that one, and with `after`, its `next`, the cards that follow.
        """
        query = doors.read_query(request, stage=_stage, after=_after, **FILTERS)
        if "after" in query and "stage" not in query:
            raise doors.BadRequest({"after": "goes with stage, whose next it is"})
        found = Pipeline.objects.visible_to(request.actor).filter(pk=pipeline).first()
        if found is None:
            raise refs.NotFound(f"There is no pipeline:{pipeline}.")
        shown = boards.show(
            found,
            by=request.actor,
            only=_find_stage(found, query["stage"], request) if "stage" in query else None,
            after=query.get("after", ""),
            filters=read_filters(query, by=request.actor),
        )
        return Response(readings.give(shown, by=request.actor))


def _at_most(most: int) -> Callable[[str], str]:
    """Return what reads a whole number, and keeps it as text."""

    def read(text: str) -> str:
        if doors.as_number(text) > most:
            raise ValueError(f"must be at most {most}")
        return text

    return read


FILTERS: dict[str, Callable[[str], str]] = {
    "owner": str,
    "text": str,
    **{name: _at_most(most) for name, most in MOST.items()},
}


def _stage(text: str) -> int:
    try:
        return doors.as_id(text.removeprefix("stage:"))
    except ValueError:
        raise ValueError("must be a stage, such as 7 or stage:7") from None


def _after(text: str) -> str:
    if not CURSOR.fullmatch(text):
        raise ValueError("must be the next of the page before")
    return text


def _find_stage(pipeline: Pipeline, pk: int, request: Asked) -> Stage:
    stages = Stage.objects.visible_to(request.actor).filter(pipeline=pipeline, archived_at=None)
    found = stages.filter(pk=pk).first()
    if found is None:
        raise refs.NotFound(f"There is no stage:{pk} in {pipeline.name}.")
    return found
