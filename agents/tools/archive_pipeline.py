"""Put a pipeline away."""

from agents.calls.subjects import Touched, about, touched
from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import pipelines
from pipelines.models import Pipeline, Position


def about_archiving(context: Context, *, pipeline: Ref[Pipeline]) -> About:
    """Find the pipeline, and count the cards that would no longer be seen."""
    board = context.find(pipeline)
    cards = Position.objects.visible_to(context.by).filter(pipeline=board).in_use().count()
    return about(f"Archive the pipeline {board.name}", board, records=1 + cards, changes_rules=True)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_archiving,
    needs=Permission.CONFIGURE,
    example={"pipeline": "pipeline:1"},
    idempotent=True,
)
def archive_pipeline(context: Context, *, pipeline: Ref[Pipeline]) -> Touched:
    """
    Put a pipeline away with all its cards; nothing moves in it until restore_pipeline.
    """
    board = context.find(pipeline)
    return touched(pipelines.archive(board, by=context.by, reason=context.reason))
