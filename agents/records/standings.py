"""Cards as tools answer with them, once one was changed."""

from pydantic import BaseModel

from agents.catalogue.context import Context
from agents.catalogue.registry import About, FindAbout
from agents.catalogue.untrusted import OwnName, Untrusted
from agents.records.whereabouts import CardRef, OfContact, OfPipeline, find_card
from pipelines.models import Position


class Standing(BaseModel):
    """Where a card stands."""

    position: str
    contact: str
    contact_name: Untrusted
    pipeline: OwnName
    stage: str
    stage_name: OwnName
    outcome: str | None
    status: str


def show(card: Position) -> Standing:
    """Return a card for an answer."""
    return Standing(
        position=card.ref,
        contact=card.contact.ref,
        contact_name=card.contact.name,
        pipeline=card.pipeline.name,
        stage=card.stage.ref,
        stage_name=card.stage.name,
        outcome=card.outcome or None,
        status="archived" if card.archived_at else card.outcome or "open",
    )


def about_card(title: str) -> FindAbout:
    """
    Return what finds the card a call is about.

    :param title: with `{contact}` and `{pipeline}`: Take {contact} off {pipeline}
    """

    def find(
        context: Context,
        *,
        position: CardRef = None,
        contact: OfContact = None,
        pipeline: OfPipeline = None,
        **_: object,
    ) -> About:
        card = find_card(context, position, contact, pipeline)
        said = title.format(contact=card.contact.name, pipeline=card.pipeline.name)
        return About(title=said, subject=card, position=card)

    return find
