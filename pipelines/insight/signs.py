"""
Signs of risk: what an open card may show, the weight of each, and the SQL that reads it.

Weights are stated, not learned; a card's risk is the sum of those it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.insight.flow import FEWEST
from pipelines.insight.limits import MOST, STRETCH_DAYS, STRETCHES

WINDOW = 30  # days of activity that are compared with the 30 before
LOW_SCORE = 30


@dataclass(frozen=True)
class Sign:
    """
    One sign of risk.

    :param weight: what it adds to the risk, in percent
    :param holds: SQL over the card `p` and its stage's limit `l`, or else over what is looked up:
        activity `a`, open tasks `t` and the card's `entered_stage_at` and `next_follow_up_at`
    """

    name: str
    weight: int
    says: str
    holds: str
    looks_up: bool = False


SIGNS = (
    Sign(
        "silent",
        35,
        "no activity with the contact for silent_days, and in its stage at least as long",
        "(a.last is null or a.last < %(silent)s) and entered_stage_at < %(silent)s",
        looks_up=True,
    ),
    Sign(
        "slow",
        30,
        "in its stage beyond the stage's max_days, or else for longer than three in four cards take"
        f" (Kaplan and Meier over up to {MOST} stays of each {STRETCH_DAYS} days of the past"
        f" {STRETCHES * STRETCH_DAYS} days; at least {FEWEST} over)",
        "p.entered_stage_at < l.since",
    ),
    Sign(
        "close_date_passed",
        25,
        "its expected closing day is past",
        "p.expected_close_on < %(today)s",
    ),
    Sign(
        "follow_up_overdue",
        15,
        "its next follow-up was due and did not happen",
        "p.next_follow_up_at < %(now)s",
    ),
    Sign(
        "engagement_dropping",
        15,
        f"fewer than half as many activities in the last {WINDOW} days as in the {WINDOW} before,"
        " which had at least 3",
        "a.before >= 3 and a.lately * 2 < a.before",
        looks_up=True,
    ),
    Sign(
        "low_score",
        15,
        f"its score in force is {LOW_SCORE} or less",
        f"coalesce(p.manual_score, p.score) <= {LOW_SCORE}",
    ),
    Sign("no_owner", 10, "it has no owner", "p.owner_id is null"),
    Sign(
        "flagged",
        10,
        "an agent noted risks when it scored the card",
        "cardinality(p.risk_factors) > 0",
    ),
    Sign(
        "nothing_planned",
        5,
        "no open task with the contact and no next follow-up",
        "t.contact_id is null and next_follow_up_at is null",
        looks_up=True,
    ),
)
PLACES = {sign.name: place for place, sign in enumerate(SIGNS)}
WEIGHTS = {sign.name: sign.weight / 100 for sign in SIGNS}
DEFINITIONS = {sign.name: f"{sign.weight / 100:.2f}: {sign.says}." for sign in SIGNS}
OWN, LOOKED_UP = ([s for s in SIGNS if s.looks_up is asked] for asked in (False, True))


def weigh(signs: Sequence[Sign]) -> str:
    """Return the sum of the weights of what a card shows, as SQL."""
    return " + ".join(f"case when {sign.holds} then {sign.weight} else 0 end" for sign in signs)


def name_all(signs: Sequence[Sign]) -> str:
    """Return the names of what a card shows as an SQL array; null for what it does not show."""
    named = (f"case when {sign.holds} then '{sign.name}' end" for sign in signs)
    return f"array[{', '.join(named)}]"
