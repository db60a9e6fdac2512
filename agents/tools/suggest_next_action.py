"""Ask what to do next about a contact's card."""

from typing import Annotated, Any, TypedDict, Unpack

from pydantic import BaseModel, Field

from agents.catalogue.arguments import Entry
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.catalogue.untrusted import OwnName, Sentence, Untrusted
from agents.records.details import Short
from agents.records.whereabouts import CardRef, OfContact, OfPipeline, see_card
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines.insight import BASIS, drafts, next_steps
from pipelines.insight.next_steps import Claims, Step
from pipelines.models import Position

CLAIMS = "What you tell is taken as a claim: it may add a step, and counts for nothing on record."


class Told(Entry):
    """What the caller knows besides."""

    recent_interactions: Annotated[
        list[Any], Field(max_length=50, description="What happened lately, in any form.")
    ] = Field(default_factory=list)
    market_conditions: Annotated[Short, Field(description="What the market does.")] = ""
    competitor_activity: Annotated[Short, Field(description="What competitors do.")] = ""


class Details(TypedDict, total=False):
    """What may be told along."""

    context: Annotated[Told | None, Field(description="What you know besides; taken as claims.")]


class DraftShown(BaseModel):
    """An e-mail nobody has sent."""

    subject: Sentence
    body: Sentence


class Suggested(BaseModel):
    """Something to do; about is what else it concerns: a task, a stage."""

    type: str
    reason: Sentence
    priority: str
    timing: str
    template: str | None
    draft_content: DraftShown | None
    about: str | None


class NextAction(BaseModel):
    """What to do about a card: one thing first, others by rank."""

    position: str
    contact: str
    contact_name: Untrusted
    stage: str
    stage_name: OwnName
    basis: str
    primary_action: Suggested
    alternative_actions: list[Suggested]
    reasoning: Sentence


@tool(
    effect=Effect.READ,
    needs=Permission.SEE,
    example={
        "position": "position:9",
        "context": {"competitor_activity": "Asked for a comparison."},
    },
)
def suggest_next_action(
    context: Context,
    /,
    *,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    **details: Unpack[Details],
) -> NextAction:
    """
    See what to do next about a card: one step first, others by rank, each with its reason from the
    record, priority, timing and, where something is to be written, a draft. Nothing is sent.
    """
    card = see_card(context, position, contact, pipeline)
    told = details.get("context") or Told()
    claims = Claims(
        interactions=len(told.recent_interactions),
        market=bool(told.market_conditions.strip()),
        competitor=bool(told.competitor_activity.strip()),
    )
    steps = next_steps.suggest(
        card, organization=context.organization, by=context.by, claims=claims
    )
    return NextAction(
        position=card.ref,
        contact=card.contact.ref,
        contact_name=card.contact.name,
        stage=card.stage.ref,
        stage_name=card.stage.name,
        basis=BASIS,
        primary_action=_show(steps[0], card),
        alternative_actions=[_show(step, card) for step in steps[1:]],
        reasoning=_explain(steps, card, claims),
    )


def _show(step: Step, card: Position) -> Suggested:
    may_write = step.template and not card.contact.do_not_contact
    draft = drafts.write(step.template, card) if may_write else None
    return Suggested(
        type=step.type,
        reason=step.reason,
        priority=step.priority,
        timing=step.timing,
        template=step.template if draft else None,
        draft_content=DraftShown(subject=draft.subject, body=draft.body) if draft else None,
        about=step.about or None,
    )


def _explain(steps: list[Step], card: Position, claims: Claims) -> str:
    said = [step.reason for step in steps[:3]]
    if card.contact.do_not_contact:
        said.append("The contact is not to be contacted, so no step is to write or to call.")
    if claims != Claims():
        said.append(CLAIMS)
    return " ".join(said)
