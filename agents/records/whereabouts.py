"""
Which card and which stage a call means: by reference, by contact and pipeline, or by name.

A card is held from here on: what policy judges is what a command then changes.
"""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Annotated

from django.db import connection
from pydantic import Field

from agents.catalogue.arguments import INSTEAD, BadArguments, Choices, Ref
from agents.catalogue.context import Context
from audit.actions import Refusal
from crm import refs
from crm.models import Contact
from pipelines import cards, routes, rows
from pipelines.insight import facts
from pipelines.models import Pipeline, Position, Stage

CardRef = Annotated[
    Ref[Position] | None,
    Field(
        description="The card; or give contact and pipeline instead.",
        json_schema_extra={INSTEAD: "contact"},
    ),
]
OfContact = Annotated[Ref[Contact] | None, Field(description="Whose card, without position.")]
OfPipeline = Annotated[
    Ref[Pipeline] | None, Field(description="On which board, where the contact is on several.")
]
StageNamed = Annotated[
    str,
    Field(min_length=1, max_length=300, description="stage:7, or its name: Qualified."),
    Choices("stage"),
]


_STAGES = """
    select {columns} from pipelines_stage s
    where s.pipeline_id = %s and s.organization_id = %s and s.archived_at is null
    order by s."order", s.id
"""
MOST = 50  # cards of one contact, of which the caller is to choose


class Ambiguous(Refusal):
    """Several fit; name one of them by its reference."""

    http = 409


def find_card(
    context: Context,
    position: Ref[Position] | None = None,
    contact: Ref[Contact] | None = None,
    pipeline: Ref[Pipeline] | None = None,
) -> Position:
    """
    Return the card a call means, with its contact, pipeline and stage.

    A contact's card is the one on the board named, or its only one. Of several, the open one.

    :raises BadArguments: if neither position nor contact is given
    :raises refs.NotFound: if there is no such card, or not for the caller
    :raises Ambiguous: if several fit; names them
    """
    if position is not None:
        return context.once(("card", position), lambda: _hold_card(context, position.id))
    if contact is None:
        raise BadArguments(context.tool, {"position": "is missing; or give contact and pipeline"})
    key = ("card", contact, pipeline)
    return context.once(key, lambda: _find_card_of(context, contact, pipeline))


def see_card(
    context: Context,
    position: Ref[Position] | None = None,
    contact: Ref[Contact] | None = None,
    pipeline: Ref[Pipeline] | None = None,
) -> Position:
    """
    Return the card a call means, only to look at: nobody waits for it, and it for nobody.

    It comes with contact, company, stage, pipeline and owner; see `find_card` for what it raises.
    """
    if position is not None:
        pk = position.id
    elif contact is not None:
        pk = _choose(context, contact, pipeline).pk
    else:
        raise BadArguments(context.tool, {"position": "is missing; or give contact and pipeline"})
    card = facts.find_cards([pk], by=context.by).get(pk)
    if card is None:
        raise refs.NotFound(f"There is no {position}.", ref=str(position))
    return context.seen(card)


def hold_cards(context: Context, pks: Collection[int]) -> None:
    """Hold several cards at once, for `find_card` to find each of them held."""
    held = cards.hold_all(pks)
    routes.look_together(held)
    for card in held:
        context.know(("held", card.pk), card)


def _hold_card(context: Context, pk: int) -> Position:
    card = context.once(("held", pk), lambda: cards.hold(pk))
    if card.organization_id != context.by.organization_id or not _is_open(card.pipeline, context):
        raise refs.NotFound(f"There is no {card.ref}.", ref=card.ref)
    stages = context.once(_stages_of(card.pipeline), lambda: _look(card))
    own = next((stage for stage in stages if stage.pk == card.stage_id), None)
    card.stage = own or Stage.objects.get(pk=card.stage_id)
    return context.seen(card)


def _is_open(pipeline: Pipeline, context: Context) -> bool:
    """Whether the caller may know of a pipeline: the same as `visible_to`, mostly unasked."""
    if context.by.pipelines is not None:
        return pipeline.pk in context.by.pipelines
    if pipeline.restricted_at is None:
        return True
    return Pipeline.objects.visible_to(context.by).filter(pk=pipeline.pk).exists()


def _find_card_of(
    context: Context, contact: Ref[Contact], pipeline: Ref[Pipeline] | None
) -> Position:
    return _hold_card(context, _choose(context, contact, pipeline).pk)


def _choose(context: Context, contact: Ref[Contact], pipeline: Ref[Pipeline] | None) -> Position:
    who = context.find(contact)
    standing = Position.objects.visible_to(context.by).filter(contact=who, archived_at=None)
    if pipeline is not None:
        standing = standing.filter(pipeline=context.find(pipeline))
    fitting = list(standing.select_related("pipeline", "stage").order_by("pk")[:MOST])
    still_open = [card for card in fitting if card.is_open]
    chosen = still_open if len(still_open) == 1 else fitting
    if not chosen:
        raise refs.NotFound(f"There is no card of {who.name} there.", ref=str(contact))
    if len(chosen) > 1:
        raise Ambiguous(
            f"{who.name} has {len(fitting)} cards that fit; name one by position.",
            candidates=[_describe(card) for card in fitting],
        )
    return chosen[0]


def _describe(card: Position) -> dict[str, object]:
    return {
        "position": card.ref,
        "title": card.title,
        "pipeline": card.pipeline.name,
        "stage": card.stage.name,
        "outcome": card.outcome or None,
    }


def find_stage(context: Context, pipeline: Pipeline, **named: str) -> Stage:
    """
    Return the stage of `pipeline` that an argument means, by reference or by name in any case.

    :raises BadArguments: if the pipeline has no such stage; names the nearest
    :raises Ambiguous: if several have that name
    """
    ((argument, meant),) = named.items()
    stages = find_stages(context, pipeline)
    called = meant.strip().casefold()
    fitting = [stage for stage in stages if meant == stage.ref]
    fitting = fitting or [stage for stage in stages if called == stage.name.strip().casefold()]
    if len(fitting) > 1:
        raise Ambiguous(
            f"{pipeline.name} has {len(fitting)} stages called {fitting[0].name};"
            f" give {argument} as a reference.",
            candidates=[{"stage": stage.ref, "name": stage.name} for stage in fitting],
        )
    if fitting:
        return fitting[0]
    names = [stage.name for stage in stages]
    near = get_close_matches(meant.title(), names, n=1)
    right = f"there is {near[0]}" if near else f"there are {', '.join(names)}"
    says = f"means no stage: there is no stage {meant[:80]} in {pipeline.name}; {right}"
    raise BadArguments(context.tool, {argument: says})


def find_stages(context: Context, pipeline: Pipeline) -> list[Stage]:
    """Return the stages in use of a `pipeline` that the caller may see, in order."""
    return context.once(_stages_of(pipeline), lambda: _read_stages(pipeline))


def _stages_of(pipeline: Pipeline) -> tuple[str, int]:
    """Return by what the stages of a pipeline are known in one call."""
    return "stages", pipeline.pk


def _look(card: Position) -> list[Stage]:
    return [stage for stage in routes.look(card) if stage.archived_at is None]


def _read_stages(pipeline: Pipeline) -> list[Stage]:
    with connection.cursor() as cursor:
        columns = rows.columns_of(Stage, "s")
        cursor.execute(_STAGES.format(columns=columns), [pipeline.pk, pipeline.organization_id])
        stages = [rows.build(Stage, found) for found in cursor.fetchall()]
    for stage in stages:
        stage.pipeline = pipeline
    return stages
