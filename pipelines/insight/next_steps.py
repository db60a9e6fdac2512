"""
Next steps: what to do about a card now, by rules over what is on record.

Each rule looks at the same picture and may propose a step with its points; the step with the most
is the primary one. What the caller tells besides is a claim: it may add a step and says so, and is
never repeated, nor counted as something that happened.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from audit import clock
from audit.actors import Actor
from crm.models import Activity, Organization, Task
from crm.models.activities import ActivityKind, Direction
from pipelines import gates
from pipelines.gates import Unmet
from pipelines.insight import risk_words, risks
from pipelines.insight.facts import Contacted, find_contacted
from pipelines.insight.risks import Judged, Risks
from pipelines.models import Position, Stage, StageKind

LATEST = 50  # activities that are looked at
FRESH_DAYS = 14  # of what the contact did
OPENED = 2  # e-mails opened, before it is a sign of interest
MOST = 5  # steps that are named
URGENT, SOON = 60, 30  # points from which a step is of high, of medium priority
CONTACTING = ("send_email", "schedule_call", "send_comparison", "ask_about_market")
SIGNS_OF_INTEREST = (ActivityKind.EMAIL_OPENED, ActivityKind.EMAIL_CLICKED)


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    Something to do.

    :param points: how much speaks for it
    :param template: the draft that fits it; "" where nothing is to be written
    :param about: the reference of what it is about: a task, a stage; "" of the card itself
    """

    type: str
    reason: str
    points: int
    timing: str
    template: str = ""
    about: str = ""

    @property
    def title(self) -> str:
        """Its type as words: Send email."""
        return self.type.replace("_", " ").capitalize()

    @property
    def when(self) -> str:
        """Its timing as words: within 24 hours."""
        return self.timing.replace("_", " ")

    @property
    def priority(self) -> str:
        if self.points >= URGENT:
            return "high"
        return "medium" if self.points >= SOON else "low"


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What the caller tells: how many interactions, and whether of the market and of rivals."""

    interactions: int = 0
    market: bool = False
    competitor: bool = False


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What rules look at."""

    card: Position
    judged: Judged
    risks: Risks
    contacted: Contacted
    activities: list[Activity]
    overdue: Task | None
    to: Stage | None
    unmet: list[Unmet]
    claims: Claims = field(default_factory=Claims)

    def say(self, sign: str) -> str:
        """Return a sign of risk in words."""
        return risk_words.say(sign, self.card, self.contacted, self.risks)


def suggest(card: Position, *, organization: Organization, by: Actor, claims: Claims) -> list[Step]:
    """
    Return what to do about `card`, what matters most first; never nothing.

    :param card: with contact, company, stage and pipeline
    """
    if not card.is_open:
        return [_leave_closed(card)]
    picture = look(card, organization=organization, by=by, claims=claims)
    steps = [step for rule in RULES for step in rule(picture)]
    if card.contact.do_not_contact:
        steps = [step for step in steps if step.type not in CONTACTING]
    first: dict[tuple[str, str], Step] = {}
    for step in sorted(steps, key=lambda each: -each.points):
        first.setdefault((step.type, step.about), step)
    return list(first.values())[:MOST] or [_plan(picture)]


def look(card: Position, *, organization: Organization, by: Actor, claims: Claims) -> Picture:
    """Return what is on record about a card and its contact."""
    judged, found = risks.judge(card, organization=organization, by=by)
    now = clock.now()
    passed = Activity.objects.filter(contact=card.contact_id, occurred_at__lte=now)
    due = Task.objects.filter(contact=card.contact_id, done_at=None, due_at__lt=now)
    to = _find_next(card, by)
    return Picture(
        card=card,
        judged=judged,
        risks=found,
        contacted=find_contacted([card.contact_id]).get(card.contact_id, Contacted()),
        activities=list(passed.order_by("-occurred_at", "-id")[:LATEST]),
        overdue=due.order_by("due_at", "pk").first(),
        to=to,
        unmet=gates.check(card, to=to, by=by) if to else [],
        claims=claims,
    )


def _find_next(card: Position, by: Actor) -> Stage | None:
    """Return the stage after the card's own: active, or where cards are won."""
    stages = Stage.objects.visible_to(by).filter(pipeline=card.pipeline_id, archived_at=None)
    here = (card.stage.order, card.stage_id)
    later = [
        stage
        for stage in stages.exclude(kind=StageKind.LOST).order_by("order", "pk")
        if (stage.order, stage.pk) > here
    ]
    return next(iter(later), None)


# --- Rules --------------------------------------------------------------------------------------
Rule = Callable[[Picture], Iterator[Step]]


def _answer(picture: Picture) -> Iterator[Step]:
    """They wrote last."""
    written = [each for each in picture.activities if each.kind not in SIGNS_OF_INTEREST]
    came = next((each for each in written if each.direction == Direction.IN), None)
    sent = next((each for each in written if each.direction == Direction.OUT), None)
    if came is None or (sent and sent.occurred_at >= came.occurred_at):
        return
    ago = _ago(came.occurred_at)
    if ago <= FRESH_DAYS:
        yield Step(
            type="send_email",
            reason=f"The contact was in touch {_days_ago(ago)}, and nothing went out since.",
            points=90,
            timing="within_24_hours",
            template="reply",
        )


def _follow_interest(picture: Picture) -> Iterator[Step]:
    """They looked at what we sent."""
    since = clock.now() - timedelta(days=FRESH_DAYS)
    looked = [
        each
        for each in picture.activities
        if each.kind in SIGNS_OF_INTEREST and each.occurred_at >= since
    ]
    if len(looked) >= OPENED:
        yield Step(
            type="send_email",
            reason=f"The contact opened or clicked our e-mails {len(looked)} times in the last"
            f" {FRESH_DAYS} days.",
            points=70,
            timing="within_24_hours",
            template="follow_up",
        )


def _do_tasks(picture: Picture) -> Iterator[Step]:
    """A task is late."""
    task = picture.overdue
    if task is not None and task.due_at is not None:
        yield Step(
            type="complete_task",
            reason=f"A task with the contact was due {_days_ago(_ago(task.due_at))}.",
            points=65,
            timing="now",
            about=task.ref,
        )


def _move_on(picture: Picture) -> Iterator[Step]:
    """Nothing keeps the card where it is; or this does."""
    here, to = picture.card.stage, picture.to
    if to is None:
        return
    if not picture.unmet:
        asks = here.criteria.filter(archived_at=None).exists() or bool(here.required_fields)
        if asks:
            yield Step(
                type="move_contact",
                reason=f"Everything {here.name} asks for holds; {to.name} comes next.",
                points=80,
                timing="now",
                about=to.ref,
            )
        return
    names = ", ".join(each.label for each in picture.unmet[:3])
    kinds = {each.kind for each in picture.unmet}
    reason = f"Before {to.name}, {len(picture.unmet)} things are missing: {names}."
    if len(picture.unmet) == 1:
        reason = f"Before {to.name}, one thing is missing: {names}."
    if kinds & {"field", "criterion"}:
        yield Step(type="fill_in", reason=reason, points=40, timing="within_3_days")
    if "checklist" in kinds:
        yield Step(
            type="schedule_call",
            reason=reason,
            points=50,
            timing="within_3_days",
            template="ask_for_missing",
        )


# What answers a sign of risk: the step, its points, when, and a draft.
ANSWERS = {
    "follow_up_overdue": ("send_email", 68, "now", "due_follow_up"),
    "silent": ("send_email", 55, "within_3_days", "re_engage"),
    "engagement_dropping": ("schedule_call", 52, "within_3_days", "re_engage"),
    "close_date_passed": ("set_close_date", 45, "within_3_days", "new_date"),
    "slow": ("decide", 42, "within_a_week", ""),
    "no_owner": ("assign_owner", 35, "within_3_days", ""),
    "low_score": ("qualify_again", 25, "within_a_week", ""),
    "flagged": ("look_into_risks", 25, "within_a_week", ""),
    "nothing_planned": ("create_task", 20, "within_a_week", ""),
}


def _answer_signs(picture: Picture) -> Iterator[Step]:
    """A sign of risk asks for an answer."""
    for sign in picture.judged.signs:
        kind, points, timing, template = ANSWERS[sign]
        yield Step(
            type=kind, reason=picture.say(sign), points=points, timing=timing, template=template
        )


def _find_a_way(picture: Picture) -> Iterator[Step]:
    """There is no way to reach them."""
    contact = picture.card.contact
    if not (contact.email or contact.phone or contact.mobile):
        yield Step(
            type="find_contact_details",
            reason="Neither an e-mail address nor a phone number is known.",
            points=75,
            timing="within_3_days",
        )


def _hear_claims(picture: Picture) -> Iterator[Step]:
    """What the caller says, though it is not on record."""
    if picture.claims.competitor:
        yield Step(
            type="send_comparison",
            reason="You say that a competitor is active; that is not on record.",
            points=45,
            timing="within_3_days",
            template="comparison",
        )
    if picture.claims.market:
        yield Step(
            type="ask_about_market",
            reason="You tell of market conditions; ask what they change for this contact.",
            points=15,
            timing="within_a_week",
        )
    if picture.claims.interactions:
        yield Step(
            type="log_activity",
            reason=f"You tell of {picture.claims.interactions} recent interactions; log what is not"
            " on record yet, so that it counts.",
            points=28,
            timing="now",
        )


RULES: Iterable[Rule] = (
    _answer,
    _follow_interest,
    _do_tasks,
    _move_on,
    _answer_signs,
    _find_a_way,
    _hear_claims,
)


def _plan(picture: Picture) -> Step:
    """Nothing presses."""
    planned = picture.card.next_follow_up_at
    if planned is not None:
        return Step(
            type="wait",
            reason="Nothing presses, and the next follow-up is planned.",
            points=5,
            timing=f"on {planned:%Y-%m-%d}",
        )
    return Step(
        type="create_task",
        reason="Nothing presses; plan the next step, so that it is not forgotten.",
        points=5,
        timing="within_a_week",
    )


def _leave_closed(card: Position) -> Step:
    return Step(
        type="nothing",
        reason=f"The card is closed: it was {card.outcome}.",
        points=0,
        timing="none",
    )


def _ago(moment: datetime) -> int:
    return max(0, (clock.now() - moment).days)


def _days_ago(days: int) -> str:
    if days == 0:
        return "today"
    return "1 day ago" if days == 1 else f"{days} days ago"
