"""
Gates: what must hold before a card moves on. They bind everyone, at every door.

They bind moves forward: not the way back, and not marking a card lost. Whoever enters a pipeline
past its first stage has satisfied every stage before. What is asked for:

- Every active stage between must allow to be passed over (`can_skip`).
- The exit criteria and required fields of the stage that is left hold, and so do those of each
  stage passed over. Passing over saves the stay, not what had to be true at its end: else a jump
  would be the way round whatever the stage between asks for.
- The card has stood in the stage it leaves for `min_days`; a stage passed over asks for no stay.
- A card that was lost goes on from where it stood before, or losing it would open every gate.

A person who may waive can let the card pass all of these, with a reason, which is an event. Nobody
else can. Two more are no criteria, so there is nothing to waive: a stage may want each entry
approved, or each entry by an agent; and agents may be kept off a pipeline or a stage altogether.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from audit import actions, clock
from audit.actions import Refusal, record
from audit.actors import Actor, ActorKind
from audit.models import Outcome
from crm import names
from crm.conditions import Condition, Trace
from crm.permissions import GRANTS, Permission, allows
from pipelines import routes
from pipelines.events import GatesWaived
from pipelines.models import Pipeline, Position, Stage, StageKind
from pipelines.routes import Demand, Route, Step

WAIVERS = tuple(str(role) for role, grants in GRANTS.items() if Permission.WAIVE in grants)
DECIDERS = tuple(str(role) for role, grants in GRANTS.items() if Permission.DECIDE in grants)
MACHINES = {ActorKind.AGENT, ActorKind.AUTOMATION}


@dataclass(frozen=True, kw_only=True)
class Unmet:
    """
    Something that is asked for and does not hold.

    :param says: what the data says, as a sentence for people
    :param kind: criterion, checklist, field, days or skip
    :param may_waive: whether the one who asked may waive it
    :param waivers: the roles that may
    """

    key: str
    label: str
    says: str
    kind: str
    stage: str
    may_waive: bool = False
    waivers: tuple[str, ...] = WAIVERS


class CriteriaUnmet(Refusal):
    """
    Something that must hold before the card moves on does not.

    `headline` says so without the particulars, which `unmet` lists; `to` is where it was to go.
    """

    def __init__(self, position: Position, to: Stage, unmet: Sequence[Unmet]) -> None:
        self.headline = f"{position.contact.name} cannot move on to {to.name} yet."
        said = " ".join(f"{each.label}: {each.says}" for each in unmet)
        super().__init__(
            f"{self.headline} {said} A {' or '.join(WAIVERS)} may waive this with a reason.",
            position=position.ref,
            stage=f"stage:{position.stage_id}",
            to=to.ref,
            unmet=[asdict(each) for each in unmet],
        )
        self.to = to
        self.unmet = list(unmet)


class NeedsApproval(Refusal):
    """This move is approved before it is made."""

    def __init__(self, to: Stage, because: str) -> None:
        super().__init__(because, to=to.ref, because=[because], deciders=list(DECIDERS))
        self.to = to
        self.because = [because]


class WrongPipeline(Refusal):
    """The stage belongs to another pipeline, or is no longer in use."""


class AgentsNotAllowed(Refusal):
    """Agents may not do this here."""

    outcome = Outcome.DENIED


class AgentsSwitchedOff(AgentsNotAllowed):
    """Agents are switched off here; `until` says in words when they may go on."""

    def __init__(self, off: Pipeline | Stage) -> None:
        says = f"Agents are switched off for {off.name}."
        super().__init__(says, off=off.ref, until=f"agents are switched on for {off.name}")


class MayNotWaive(Refusal):
    """Only a person whose role allows it may waive what a stage asks for."""

    outcome = Outcome.DENIED


class WaiverNeedsReason(Refusal):
    """Say why this may be waived; the reason is kept."""


def check(position: Position, *, to: Stage, by: Actor) -> list[Unmet]:
    """
    Return what keeps `position` from moving to `to`; an empty list where nothing does.

    :raises WrongPipeline: if `to` is no stage in use of the card's pipeline
    """
    return find_unmet(position, find_route(position, to), by=by)


def find_route(position: Position, to: Stage) -> Route:
    """
    Return the way of `position` to `to`.

    :raises WrongPipeline: if `to` is no stage in use of the card's pipeline
    """
    try:
        return routes.find(position, to)
    except routes.NoSuchStage:
        raise WrongPipeline(
            f"{to.name} is not a stage in use of {position.pipeline.name}.",
            to=to.ref,
            pipeline=position.pipeline.ref,
        ) from None


def find_entrance(pipeline: Pipeline, stage: Stage | None) -> Stage:
    """
    Return `stage` as it is now, or the stage at which cards come into `pipeline`.

    :raises WrongPipeline: if it is not in use there, or there is none
    """
    stages = Stage.objects.filter(pipeline=pipeline, archived_at=None)
    if stage is None:
        found = stages.filter(kind=StageKind.ACTIVE).order_by("order", "pk").first()
    else:
        found = stages.filter(pk=stage.pk).first()
    if found is None:
        name = stage.name if stage else "An active stage"
        raise WrongPipeline(f"{name} is not in use in {pipeline.name}.", pipeline=pipeline.ref)
    return found


def find_unmet(position: Position, route: Route, *, by: Actor) -> list[Unmet]:
    """Return everything `route` asks for that does not hold."""
    if not route.is_forward:
        return []
    may_waive = by.is_person and allows(by, Permission.WAIVE)
    asking = [route.left, *route.passed]
    found = [
        *_skipped(route.passed),
        *_too_soon(route),
        *(unmet for step in asking for unmet in _empty_fields(position, step)),
        *_unmet_demands(position, asking, by=by),
    ]
    return [Unmet(**{**asdict(each), "may_waive": may_waive}) for each in found]


def enforce(position: Position, route: Route, *, by: Actor) -> None:
    """
    Check that everything `route` asks for holds.

    :raises CriteriaUnmet: otherwise; names each thing
    """
    unmet = find_unmet(position, route, by=by)
    if unmet:
        raise CriteriaUnmet(position, route.to, unmet)


def waive(position: Position, route: Route, *, by: Actor, reason: str) -> None:
    """
    Let the card pass what is unmet on `route`, and record that.

    :raises MayNotWaive: unless `by` is a person whose role allows it
    :raises WaiverNeedsReason: if no reason is given
    """
    if not (by.is_person and allows(by, Permission.WAIVE)):
        raise MayNotWaive(waivers=list(WAIVERS))
    if not reason.strip():
        raise WaiverNeedsReason
    unmet = find_unmet(position, route, by=by)
    if unmet:
        record(
            GatesWaived(
                position_id=position.pk,
                from_stage_id=route.left.stage.pk,
                to_stage_id=route.to.pk,
                unmet=tuple(each.key for each in unmet),
                reason=reason,
            ),
            on=position,
            summary=f"Waived {', '.join(each.label for each in unmet)}: {reason}",
        )


def check_approval(to: Stage, *, by: Actor) -> None:
    """
    Check that entering `to` needs no approval, or has it, or `by` is the one to give it.

    :raises NeedsApproval: if it must be approved first
    """
    opened = actions.current()
    if opened is not None and opened.approval_id is not None:
        return
    decides = by.is_person and allows(by, Permission.DECIDE)
    if to.requires_approval and not decides:
        raise NeedsApproval(to, f"Entering {to.name} is approved first.")
    if by.kind in MACHINES and not to.ai_can_automate:
        raise NeedsApproval(to, f"Agents do not move cards into {to.name} without approval.")


def check_agent(by: Actor, pipeline: Pipeline, *stages: Stage) -> None:
    """
    Check that `by`, if it is an agent, may act on cards of `pipeline` in `stages`.

    :raises AgentsNotAllowed: if agents are kept off any of them
    """
    if by.kind not in MACHINES:
        return
    places: list[Pipeline | Stage] = [pipeline, *stages]
    off = next((place for place in places if not place.ai_enabled), None)
    if off is not None:
        raise AgentsSwitchedOff(off)


def check_agent_tool(position: Position, tool: str) -> None:
    """
    Check that an agent may use `tool` on this card.

    :raises AgentsNotAllowed: if agents are kept off, or the card's stage names only other tools
    """
    stage, pipeline = position.stage, position.pipeline
    off = next((place for place in (pipeline, stage) if not place.ai_enabled), None)
    if off is not None:
        raise AgentsSwitchedOff(off)
    if stage.ai_actions and tool not in stage.ai_actions:
        raise AgentsNotAllowed(
            f"In {stage.name} agents may only use {', '.join(stage.ai_actions)}.",
            stage=stage.ref,
            allowed=list(stage.ai_actions),
        )


def _skipped(passed: Iterable[Step]) -> Iterator[Unmet]:
    for step in passed:
        if not step.stage.can_skip:
            yield Unmet(
                key=step.stage.ref,
                label=f"Pass through {step.stage.name}",
                says=f"{step.stage.name} may not be passed over.",
                kind="skip",
                stage=step.stage.name,
            )


def _too_soon(route: Route) -> Iterator[Unmet]:
    stage = route.left.stage
    stayed = max(timedelta(), (route.until or clock.now()) - route.since)
    if stage.min_days and stayed < timedelta(days=stage.min_days):
        yield Unmet(
            key="min_days",
            label=f"At least {_days(stage.min_days)} in {stage.name}",
            says=f"it has been there for {_days(stayed.days)}.",
            kind="days",
            stage=stage.name,
        )


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _empty_fields(position: Position, step: Step) -> Iterator[Unmet]:
    for field in step.stage.required_fields:
        comparison = {"field": field, "op": "is_not_empty"}
        trace = Condition.parse([comparison], on=Position).evaluate(position)
        if not trace.holds:
            yield Unmet(
                key=field,
                label=trace.comparisons[0].label,
                says="this is empty.",
                kind="field",
                stage=step.stage.name,
            )


def _unmet_demands(position: Position, steps: Iterable[Step], *, by: Actor) -> Iterator[Unmet]:
    """Yield what of the exit criteria does not hold; what they refer to is looked up once."""
    unmet = [
        (step, demand, trace)
        for step in steps
        for demand in step.demands
        if (trace := _find_out(position, demand)) is not None
    ]
    called = names.find((ref for *_, trace in unmet for ref in trace.references), by=by)
    for step, demand, trace in unmet:
        yield Unmet(
            key=demand.key,
            label=demand.label,
            says=f"{trace.say(called)}." if demand.condition else "nobody has attested it.",
            kind="criterion" if demand.condition else "checklist",
            stage=step.stage.name,
        )


def _find_out(position: Position, demand: Demand) -> Trace | None:
    """Return what was found where `demand` does not hold; of a checklist item an empty trace."""
    if not demand.condition:
        return None if demand.is_attested else Trace([])
    trace = Condition.parse(demand.condition, on=Position).evaluate(position)
    return None if trace.holds else trace
