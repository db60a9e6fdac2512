"""Stages and what they ask for, as arguments and answers of tools."""

from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypedDict

from pydantic import BaseModel, Field

from agents.catalogue.arguments import BadArguments, Entry, Line, Ref, Text
from agents.catalogue.context import Context
from agents.catalogue.untrusted import OwnName, OwnValue
from pipelines import stages
from pipelines.models import Criterion, Pipeline, Stage

Days = Annotated[int | None, Field(ge=0, le=3650, description="Whole days; null for none.")]
Colour = Literal["grey", "blue", "teal", "green", "yellow", "orange", "red", "pink", "purple"]
StageRef = Annotated[Ref[Stage], Field(description="The stage; get_board shows them.")]


class StageLooks(TypedDict, total=False):
    """What a stage says and how it looks."""

    description: Annotated[Text, Field(description="What a card here is waiting for.")]
    colour: Annotated[Colour, Field(description="Of its column.")]
    win_percent: Annotated[
        int | None, Field(ge=0, le=100, description="How likely a card here is won, 0 to 100.")
    ]


class StageRules(StageLooks, total=False):
    """What a stage asks of cards that move on, too."""

    name: Annotated[Line, Field(description="What it is called.")]
    kind: Annotated[
        Literal["active", "won", "lost"], Field(description="Whether cards here are closed.")
    ]
    min_days: Annotated[Days, Field(description="Days a card stays at least; null for none.")]
    max_days: Annotated[Days, Field(description="Days after which it is late; null for none.")]
    required_fields: Annotated[
        list[Annotated[str, Field(max_length=80)]],
        Field(max_length=30, description="Filled before moving on: position.value_cents …"),
    ]
    can_skip: Annotated[bool, Field(description="Whether cards may pass it over.")]


class Asked(Entry):
    """One comparison that must hold."""

    field: Annotated[str, Field(max_length=200, description="position.value_cents …")]
    op: Annotated[str, Field(max_length=30, description="=, !=, <, >, in, is_not_empty …")]
    value: Annotated[Any, Field(description="What it is compared with.")] = None


class CriterionShown(BaseModel):
    """What a stage asks for."""

    criterion: str
    key: OwnName
    label: OwnName
    stage: str
    order: int
    condition: OwnValue
    status: str


class StagesShown(BaseModel):
    """A pipeline's stages, in order."""

    pipeline: str
    name: OwnName
    stages: list[str]
    names: list[OwnName]


def show_criterion(item: Criterion) -> CriterionShown:
    """Return a criterion for an answer."""
    return CriterionShown(
        criterion=item.ref,
        key=item.key,
        label=item.label,
        stage=item.stage.ref,
        order=item.order,
        condition=item.condition or None,
        status="archived" if item.archived_at else "active",
    )


def show_stages(pipeline: Pipeline) -> StagesShown:
    """Return the order of a pipeline's stages for an answer."""
    rows = stages.find(pipeline)
    return StagesShown(
        pipeline=pipeline.ref,
        name=pipeline.name,
        stages=[row.ref for row in rows],
        names=[row.name for row in rows],
    )


def find_asked(context: Context, stage: Stage, named: str) -> Criterion:
    """
    Return what a stage asks for, by key or label.

    :raises BadArguments: if it asks for no such thing; names what it asks for
    """
    return context.once(("criterion", stage.pk, named), lambda: _find(context, stage, named))


def _find(context: Context, stage: Stage, named: str) -> Criterion:
    rows = Criterion.objects.visible_to(context.by).filter(stage=stage)
    # One that was archived is found last, so that taking it out again is no mistake.
    known = sorted(rows.order_by("order", "pk"), key=lambda item: item.archived_at is not None)
    meant = named.strip().casefold()
    for item in known:
        if meant in (item.key.casefold(), item.label.casefold()):
            return item
    keys = [item.key for item in known if item.archived_at is None]
    near = get_close_matches(named, keys, n=1)
    right = f"did you mean {near[0]}" if near else f"there are {', '.join(keys) or 'none'}"
    raise BadArguments(context.tool, {"criterion": f"is nothing {stage.name} asks for; {right}"})
