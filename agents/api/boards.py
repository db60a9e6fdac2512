"""Boards over HTTP."""

from rest_framework.response import Response

from agents import boards, readings
from agents.api import doors
from agents.api.doors import Asked, JsonView, let_in
from agents.api.operations import operation
from agents.boards import BoardShown
from crm import refs
from pipelines.boards import read_filters
from pipelines.models import Pipeline, Stage

FILTERS = ("owner", "text", "score", "value_cents", "days")


class BoardView(JsonView):
    """A pipeline as it stands."""

    @operation(
        "pipelines_board",
        answers=BoardShown,
        stage="Only this one: 7 or stage:7.",
        after="Its next, for the cards that follow.",
        owner="me, none or member:7.",
        text="Part of a contact's, company's or card's name.",
        score="The least score, 0 to 100.",
        value_cents="The least value, minor units.",
        days="The least number of days in its stage.",
    )
    @let_in(tool="get_board")
    def get(self, request: Asked, number: int) -> Response:
        """
        Return each stage with the count and value of all its cards, and the first of these.

        With `stage` only that one, and with `after`, its `next`, the cards that follow.
        """
        query = doors.read_query(request, stage=_stage, after=str, **dict.fromkeys(FILTERS, str))
        pipeline = Pipeline.objects.visible_to(request.actor).filter(pk=number).first()
        if pipeline is None:
            raise refs.NotFound(f"There is no pipeline:{number}.")
        shown = boards.show(
            pipeline,
            by=request.actor,
            only=_find_stage(pipeline, query["stage"], request) if "stage" in query else None,
            after=query.get("after", ""),
            filters=read_filters(query, by=request.actor),
        )
        return Response(readings.give(shown, by=request.actor))


def _stage(text: str) -> int:
    number = text.removeprefix("stage:")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise ValueError("must be a stage, such as 7 or stage:7")
    return int(number)


def _find_stage(pipeline: Pipeline, number: int, request: Asked) -> Stage:
    stages = Stage.objects.visible_to(request.actor).filter(pipeline=pipeline, archived_at=None)
    found = stages.filter(pk=number).first()
    if found is None:
        raise refs.NotFound(f"There is no stage:{number} in {pipeline.name}.")
    return found
