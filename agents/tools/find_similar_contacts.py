"""Find contacts like one, and what became of them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.catalogue.untrusted import Untrusted
from approvals.proposals import Effect
from crm.models import Contact
from crm.permissions import Permission
from pipelines.insight import BASIS, similarity
from pipelines.insight.similarity import Likeness, Similar

Factor = Literal[
    "industry",
    "company_size",
    "stage",
    "behaviour",
    "behavior",
    "source",
    "job_title",
    "country",
    "value",
    "tags",
]
SPELT = {"behavior": "behaviour"}
DEFINITIONS = {
    "similarity_score": "Share of the compared factors that agree; tags by how many are shared."
    " Behaviour is how much activity there was in the last 30 days, value the most a card is worth,"
    " by its number of digits, company size one of five bands, stage any stage they both stand in.",
    "looked_at": f"Contacts compared in full: those that agree most of the latest"
    f" {similarity.LATEST:,}, and the latest in the same stages.",
    "win_probability": "Share won of the contact's own closed cards; null without any.",
    "avg_time_to_close": "Mean days the contact's won cards took.",
    "overall": f"Of all found with a score of {similarity.ALIKE} or more; from"
    f" {similarity.FEWEST} closed cards.",
}


class SimilarShown(BaseModel):
    """One contact like the one asked about, and what became of its cards."""

    contact: str
    contact_name: Untrusted
    company_name: Untrusted | None
    similarity_score: float
    matching_factors: list[str]
    won: int
    lost: int
    under_way: int
    win_probability: float | None
    avg_time_to_close: float | None
    insight: str


class Overall(BaseModel):
    """What became of the cards of all that are like it."""

    contacts: int
    closed_cards: int
    won_share: float | None
    median_days_to_close: float | None
    says: str


class SimilarContacts(BaseModel):
    """Who is like a contact, most alike first; missing_factors is what the contact lacks."""

    contact: str
    contact_name: Untrusted
    basis: str
    compared_factors: list[str]
    missing_factors: list[str]
    looked_at: int
    similar_contacts: list[SimilarShown]
    overall: Overall
    definitions: dict[str, str]


@tool(
    effect=Effect.READ,
    needs=Permission.SEE,
    example={"contact": "contact:42", "similarity_factors": ["industry", "stage"]},
)
def find_similar_contacts(
    context: Context,
    *,
    contact: Ref[Contact],
    similarity_factors: Annotated[
        list[Factor], Field(min_length=1, max_length=10, description="What to compare.")
    ],
    limit: Annotated[int, Field(ge=1, le=50, description="How many to name.")] = 10,
) -> SimilarContacts:
    """
    Find contacts that are like one in the factors you choose, with a score, what they share, and
    whether their cards were won and how long that took.
    """
    who = context.find(contact)
    asked = [SPELT.get(factor, factor) for factor in similarity_factors]
    found = similarity.find(who, factors=asked, organization=context.organization, by=context.by)
    return SimilarContacts(
        contact=who.ref,
        contact_name=who.name,
        basis=BASIS,
        compared_factors=found.compared,
        missing_factors=found.missing,
        looked_at=found.looked_at,
        similar_contacts=[_show(each) for each in found.alike[:limit]],
        overall=Overall(
            contacts=len(found.alike),
            closed_cards=found.closed,
            won_share=_round(found.won_share, 4),
            median_days_to_close=_round(found.days_to_close),
            says=_sum_up(found),
        ),
        definitions=DEFINITIONS,
    )


def _show(similar: Similar) -> SimilarShown:
    closed = similar.won + similar.lost
    days = sum(similar.days) / len(similar.days) if similar.days else None
    company = similar.contact.company
    return SimilarShown(
        contact=similar.contact.ref,
        contact_name=similar.contact.name,
        company_name=company.name if company else None,
        similarity_score=similar.score,
        matching_factors=similar.matching,
        won=similar.won,
        lost=similar.lost,
        under_way=similar.under_way,
        win_probability=_round(similar.won / closed if closed else None, 4),
        avg_time_to_close=_round(days),
        insight=_tell(similar, days),
    )


def _tell(similar: Similar, days: float | None) -> str:
    shared = ", ".join(factor.replace("_", " ") for factor in similar.matching)
    if not similar.won + similar.lost:
        became = "has cards under way" if similar.under_way else "has no cards you can see"
        return f"Shares {shared}; {became}."
    took = f", in {days:.0f} days on average" if days is not None else ""
    return f"Shares {shared}; {similar.won} won and {similar.lost} lost{took}."


def _sum_up(found: Likeness) -> str:
    if found.won_share is None:
        return (
            f"Not enough data: {found.closed} closed cards of contacts like this,"
            f" and {similarity.FEWEST} are needed."
        )
    half = found.days_to_close
    took = f"; half of those within {half:.0f} days" if half is not None else ""
    return (
        f"Of {found.closed} closed cards of contacts like this,"
        f" {100 * found.won_share:.0f} % were won{took}."
    )


def _round(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
