"""The card it acts on, the stage it would enter, and what the deal is worth."""

from approvals.facts import Kind, fact
from approvals.proposals import Proposal
from crm import currencies
from pipelines.models import Stage, StageKind


@fact(Kind.TEXT)
def pipeline(proposal: Proposal) -> str:
    """The pipeline."""
    return "" if proposal.pipeline_id is None else f"pipeline:{proposal.pipeline_id}"


@fact(Kind.TEXT, binds=True)
def stage(proposal: Proposal) -> str:
    """The stage the card is in."""
    return proposal.position.stage.name if proposal.position else ""


@fact(Kind.TEXT)
def to_stage(proposal: Proposal) -> str:
    """The stage the card would enter."""
    return proposal.to_stage.name if proposal.to_stage else ""


@fact(Kind.YES_NO, binds=True)
def enters_won_stage(proposal: Proposal) -> bool:
    """It moves a card into a won stage."""
    return _enters(proposal, kind=StageKind.WON)


@fact(Kind.YES_NO, binds=True)
def enters_lost_stage(proposal: Proposal) -> bool:
    """It moves a card into a lost stage."""
    return _enters(proposal, kind=StageKind.LOST)


@fact(Kind.YES_NO, binds=True)
def stage_requires_approval(proposal: Proposal) -> bool:
    """It moves a card into a stage that requires approval."""
    entered = _entered(proposal)
    return entered is not None and entered.requires_approval


@fact(Kind.YES_NO, binds=True)
def stage_ai_can_automate(proposal: Proposal) -> bool:
    """Agents may move cards there without asking."""
    entered = _entered(proposal)
    return entered is None or entered.ai_can_automate


@fact(Kind.YES_NO, binds=True)
def is_closed(proposal: Proposal) -> bool:
    """The card is closed."""
    return proposal.position is not None and not proposal.position.is_open


@fact(
    Kind.MONEY, unknown="what the deal is worth here is not known, for want of a rate", binds=True
)
def value_in_organization_currency(proposal: Proposal) -> float | None:
    """
    What the deal is worth.

    In whole units of the organization's currency, at its own rates; 0 where there is no deal. The
    larger of what the deal is worth now and what the call would have it be worth.
    """
    worths = [_convert(proposal, cents, currency) for cents, currency in _amounts(proposal)]
    known = [worth for worth in worths if worth is not None]
    return None if len(known) < len(worths) else max(known, default=0.0)


def _entered(proposal: Proposal) -> Stage | None:
    """Return the stage the card would enter anew."""
    stays = proposal.position is not None and proposal.position.stage_id == proposal.stage_id
    return None if stays else proposal.to_stage


def _enters(proposal: Proposal, *, kind: StageKind) -> bool:
    entered = _entered(proposal)
    return entered is not None and entered.kind == kind


def _amounts(proposal: Proposal) -> list[tuple[int, str]]:
    """Return each amount the proposal is about, in minor units, with its currency."""
    card, given = proposal.position, proposal.arguments.get("value_cents")
    own = card.currency if card else ""
    amounts = [(card.value_cents, own)] if card and card.value_cents else []
    if isinstance(given, int) and given:
        amounts.append((given, str(proposal.arguments.get("currency") or own)))
    return amounts


def _convert(proposal: Proposal, cents: int, currency: str) -> float | None:
    """Return an amount in whole units of the organization's currency; None without a rate."""
    organization = proposal.home
    currency = currency or organization.currency
    rate = currencies.minor_rates(organization.currency, organization.rates).get(currency)
    own = currencies.digits(organization.currency)
    return None if rate is None else float((cents * rate).scaleb(-own))
