"""Find open cards that may be stalling."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from agents.catalogue.arguments import Confidence, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.catalogue.untrusted import OwnName, Untrusted
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines.insight import BASIS, facts, risk_words, risks, signs
from pipelines.insight.facts import Contacted
from pipelines.insight.risks import Judged, Risks
from pipelines.insight.sums import convert
from pipelines.models import Pipeline, Position


class RiskFactor(BaseModel):
    """One sign, with its figures in words, and what it adds to the risk."""

    signal: str
    says: OwnName
    weight: float


class AtRisk(BaseModel):
    """A card at risk; potential_value_cents is in the organization's currency."""

    position: str
    contact: str
    contact_name: Untrusted
    title: Untrusted
    stage: str
    stage_name: OwnName
    days_in_stage: int
    owner: OwnName | None
    risk_score: float
    risk_factors: list[RiskFactor]
    suggested_actions: list[str]
    value_cents: int | None
    currency: str
    potential_value_cents: int | None


class AtRiskDeals(BaseModel):
    """
    Cards at risk, the greatest first; totals are of all of them, in minor units.

    Large boards are counted every few minutes, as_of says when; the cards shown are judged now.
    """

    pipeline: str
    basis: str
    as_of: datetime
    risk_threshold: float
    at_risk_contacts: list[AtRisk]
    next: str | None
    total_at_risk: int
    total_value_cents: int
    currency: str
    total_per_currency: dict[str, int]
    unconverted: list[str]
    definitions: dict[str, str]


@tool(
    effect=Effect.READ,
    needs=Permission.SEE,
    example={"pipeline": "pipeline:1", "risk_threshold": 0.6},
)
def identify_at_risk_deals(
    context: Context,
    *,
    pipeline: Ref[Pipeline],
    risk_threshold: Annotated[Confidence, Field(description="The least risk, 0 to 1.")] = 0.5,
    silent_days: Annotated[
        int, Field(ge=1, le=365, description="Days without activity that count as silence.")
    ] = risks.SILENT_DAYS,
    after: Annotated[str, Field(max_length=60, description="What next said.")] = "",
    limit: Annotated[int, Field(ge=1, le=50, description="Cards of a page.")] = 20,
) -> AtRiskDeals:
    """
    Find the open cards of a pipeline that show signs of stalling: silence, too long in the stage,
    a closing day or follow-up that has passed, engagement dropping, and others. A card's risk is
    the sum of its signs' stated weights. Count and value are of all cards at risk.
    """
    board = context.find(pipeline)
    found = risks.find(
        board,
        organization=context.organization,
        by=context.by,
        threshold=risk_threshold,
        silent_days=silent_days,
        after=after,
        limit=limit,
    )
    cards = facts.find_listed([each.position_id for each in found.cards], by=context.by)
    contacted = facts.find_contacted([card.contact_id for card in cards.values()])
    return AtRiskDeals(
        pipeline=board.ref,
        basis=BASIS,
        as_of=found.as_of,
        risk_threshold=risk_threshold,
        at_risk_contacts=[
            _show(context, cards[each.position_id], each, contacted, found)
            for each in found.cards
            if each.position_id in cards
        ],
        next=found.next,
        total_at_risk=found.total.count,
        total_value_cents=found.total.total_cents,
        currency=found.total.currency,
        total_per_currency=found.total.totals,
        unconverted=found.total.unconverted,
        definitions=signs.DEFINITIONS,
    )


def _show(
    context: Context,
    card: Position,
    judged: Judged,
    contacted: dict[int, Contacted],
    found: Risks,
) -> AtRisk:
    passed = contacted.get(card.contact_id, Contacted())
    return AtRisk(
        position=card.ref,
        contact=card.contact.ref,
        contact_name=card.contact.name,
        title=card.title,
        stage=card.stage.ref,
        stage_name=card.stage.name,
        days_in_stage=card.days_in_stage,
        owner=str(card.owner.user) if card.owner else None,
        risk_score=judged.risk,
        risk_factors=[
            RiskFactor(
                signal=sign,
                says=risk_words.say(sign, card, passed, found),
                weight=signs.WEIGHTS[sign],
            )
            for sign in judged.signs
        ],
        suggested_actions=[risk_words.ADVICE[sign] for sign in judged.signs[:3]],
        value_cents=card.value_cents,
        currency=card.currency,
        potential_value_cents=convert(
            card.value_cents, card.currency, organization=context.organization
        ),
    )
