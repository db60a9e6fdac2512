"""Signs of risk in words, each with its figures, and what could be done about it."""

from collections.abc import Callable

from audit import clock
from pipelines.insight.facts import Contacted
from pipelines.insight.risks import Risks
from pipelines.insight.signs import LOW_SCORE, WINDOW
from pipelines.models import Position

Tell = Callable[[Position, Contacted, Risks], str]

ADVICE = {
    "silent": "Get in touch with something new: a question, an answer owed, a useful document.",
    "slow": "Decide on the card: get what its stage still asks for, or close it.",
    "close_date_passed": "Agree on a new closing day, or close the card.",
    "follow_up_overdue": "Do the follow-up that is due, or set a new day for it.",
    "engagement_dropping": "Call, and ask what has changed on their side.",
    "low_score": "Check whether the card still qualifies.",
    "no_owner": "Give the card an owner.",
    "flagged": "Look into the risks that were noted on the card.",
    "nothing_planned": "Create a task with a day for the next step.",
}


def say(sign: str, card: Position, contacted: Contacted, risks: Risks) -> str:
    """Return what a card shows, as a sentence with its figures."""
    return TELL[sign](card, contacted, risks)


def _silent(card: Position, contacted: Contacted, risks: Risks) -> str:
    if contacted.silent_days is None:
        return f"No activity on record at all; {_days(card.days_in_stage)} in its stage."
    return (
        f"No activity for {_days(contacted.silent_days)};"
        f" {risks.silent_days} or more count as silent."
    )


def _slow(card: Position, contacted: Contacted, risks: Risks) -> str:
    limit = risks.limits[card.stage_id]
    compared = (
        f"its limit is {limit.days:g}"
        if limit.is_set
        else f"three in four cards leave it within {limit.days:g}"
    )
    return f"In {card.stage.name} for {_days(card.days_in_stage)}; {compared}."


def _close_date_passed(card: Position, contacted: Contacted, risks: Risks) -> str:
    assert card.expected_close_on is not None
    late = (clock.today() - card.expected_close_on).days
    return f"Expected to close on {card.expected_close_on}, {_days(late)} ago."


def _follow_up_overdue(card: Position, contacted: Contacted, risks: Risks) -> str:
    assert card.next_follow_up_at is not None
    late = (clock.now() - card.next_follow_up_at).days
    return f"The next follow-up was due on {card.next_follow_up_at:%Y-%m-%d}, {_days(late)} ago."


def _engagement_dropping(card: Position, contacted: Contacted, risks: Risks) -> str:
    return (
        f"{contacted.lately} activities in the last {WINDOW} days,"
        f" {contacted.before} in the {WINDOW} before."
    )


def _low_score(card: Position, contacted: Contacted, risks: Risks) -> str:
    return f"Its score is {card.score_in_force}; {LOW_SCORE} or less is low."


def _no_owner(card: Position, contacted: Contacted, risks: Risks) -> str:
    return "The card has no owner."


def _flagged(card: Position, contacted: Contacted, risks: Risks) -> str:
    count = len(card.risk_factors)
    return f"An agent noted {count} {'risk' if count == 1 else 'risks'} on the card."


def _nothing_planned(card: Position, contacted: Contacted, risks: Risks) -> str:
    return "No open task with the contact and no next follow-up."


TELL: dict[str, Tell] = {
    "silent": _silent,
    "slow": _slow,
    "close_date_passed": _close_date_passed,
    "follow_up_overdue": _follow_up_overdue,
    "engagement_dropping": _engagement_dropping,
    "low_score": _low_score,
    "no_owner": _no_owner,
    "flagged": _flagged,
    "nothing_planned": _nothing_planned,
}


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"
