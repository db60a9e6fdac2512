"""See whether a card will probably be won, and when."""

from datetime import date

from pydantic import BaseModel

from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.catalogue.untrusted import OwnName, Untrusted
from agents.records.whereabouts import CardRef, OfContact, OfPipeline, see_card
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines.insight import BASIS, facts, outlook, risk_words, risks
from pipelines.insight.facts import Contacted
from pipelines.insight.outlook import DEFINITIONS


class Prediction(BaseModel):
    """What is to be expected; null where there is not enough data to tell."""

    will_convert: bool | None
    probability: float | None
    expected_close_date: date | None
    expected_value_cents: int | None
    currency: str
    confidence: float


class FactorShown(BaseModel):
    """Something the card shares with closed ones, and what it adds to the probability."""

    factor: str
    says: OwnName
    impact: float
    rows: int
    won: int


class Predicted(BaseModel):
    """A card's outlook, and what it rests on."""

    position: str
    contact: str
    contact_name: Untrusted
    stage: str
    stage_name: OwnName
    basis: str
    prediction: Prediction
    rests_on: OwnName
    rows: int
    factors: list[FactorShown]
    recommendations: list[OwnName]
    not_enough_data: OwnName | None
    definitions: dict[str, str]


@tool(effect=Effect.READ, needs=Permission.SEE, example={"position": "position:9"})
def predict_outcome(
    context: Context,
    *,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
) -> Predicted:
    """
    See how likely a card is to be won, when and worth what, with the factors that speak for and
    against. Reckoned by stated rules from what became of your own closed cards; where those are too
    few it says so and gives no figure.
    """
    card = see_card(context, position, contact, pipeline)
    contacted = facts.find_contacted([card.contact_id]).get(card.contact_id, Contacted())
    seen = outlook.foresee(
        card, activities=contacted.lately, organization=context.organization, by=context.by
    )
    judged, _ = risks.judge(card, organization=context.organization, by=context.by)
    return Predicted(
        position=card.ref,
        contact=card.contact.ref,
        contact_name=card.contact.name,
        stage=card.stage.ref,
        stage_name=card.stage.name,
        basis=BASIS,
        prediction=Prediction(
            will_convert=None if seen.probability is None else seen.probability >= 0.5,
            probability=seen.probability,
            expected_close_date=seen.expected_close,
            expected_value_cents=seen.expected_value_cents,
            currency=card.currency,
            confidence=seen.confidence,
        ),
        rests_on=seen.rests_on,
        rows=seen.rows,
        factors=[
            FactorShown(
                factor=each.name, says=each.says, impact=each.impact, rows=each.rows, won=each.won
            )
            for each in seen.factors
        ],
        recommendations=[risk_words.ADVICE[sign] for sign in judged.signs],
        not_enough_data=seen.shortage or None,
        definitions=DEFINITIONS,
    )
