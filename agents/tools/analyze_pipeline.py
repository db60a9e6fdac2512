"""See how a pipeline performs."""

from datetime import datetime
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.catalogue.untrusted import OwnName
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines.insight import BASIS, advice, performance, spans
from pipelines.insight.flow import DEFINITIONS, Flow, StageFlow
from pipelines.insight.performance import Performance
from pipelines.models import Pipeline

Bound = Annotated[
    str,
    Field(max_length=40, description="A day, such as 2026-01-31, where we are; or RFC 3339."),
]


class Velocity(BaseModel):
    """What was won, and how much of it a day; minor units of the organization's currency."""

    won: int
    value_cents: int
    currency: str
    per_day_cents: int | None
    per_currency: dict[str, int]
    unconverted: list[str]


class Metrics(BaseModel):
    """The pipeline as a whole; rates 0 to 1."""

    total_contacts: int
    conversion_rate: float | None
    avg_days_to_close: float | None
    bottleneck_stage: str | None
    bottleneck_stage_name: OwnName | None
    win_rate: float | None
    won: int
    lost: int
    velocity: Velocity


class StageMeasured(BaseModel):
    """One stage; rates 0 to 1, and what they rest on."""

    stage: str
    stage_name: OwnName
    kind: str
    entered: int
    moved_on: int
    dropped: int
    moved_back: int
    standing: int
    conversion_rate: float | None
    drop_off_rate: float | None
    mean_days: float | None
    median_days: float | None
    p90_days: float | None
    days_rest_on: int


class Transition(BaseModel):
    """A way that was gone."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Annotated[
        str, Field(serialization_alias="from", validation_alias=AliasChoices("from", "from_"))
    ]
    from_name: OwnName
    to: str
    to_name: OwnName
    count: int


class Suggested(BaseModel):
    """Something to try."""

    action: str
    stage: str
    stage_name: OwnName
    says: OwnName
    expected_impact: OwnName


class Rows(BaseModel):
    """How many rows the figures rest on."""

    stays: int
    closed_cards: int
    avg_days_to_close: int


class Analysis(BaseModel):
    """How a pipeline did from start to before end."""

    pipeline: str
    name: OwnName
    basis: str
    start: datetime
    end: datetime
    time_zone: str
    as_of: datetime
    metrics: Metrics
    stages: list[StageMeasured]
    transitions: list[Transition]
    insights: list[OwnName]
    suggestions: list[Suggested]
    not_enough_data: OwnName | None
    rows: Rows
    definitions: dict[str, str]


@tool(
    effect=Effect.READ,
    needs=Permission.SEE,
    example={"pipeline": "pipeline:1", "start": "2026-01-01", "end": "2026-04-01"},
)
def analyze_pipeline(
    context: Context, *, pipeline: Ref[Pipeline], start: Bound = "", end: Bound = ""
) -> Analysis:
    """
    See how a pipeline performs from start to before end, by default in the last 90 days: per stage
    conversion, drop-off and days; transitions; the bottleneck; insights; what to try and what it
    would bring. Each figure is counted from the pipeline's history and defined in the answer.
    """
    span = spans.read(start, end, organization=context.organization)
    board = context.find(pipeline)
    measured = performance.measure(
        board, span=span, organization=context.organization, by=context.by
    )
    flow = measured.flow
    zone = spans.find_zone(context.organization)
    return Analysis(
        pipeline=board.ref,
        name=board.name,
        basis=BASIS,
        start=span.start.astimezone(zone),
        end=span.end.astimezone(zone),
        time_zone=zone.key,
        as_of=measured.as_of,
        metrics=_sum_up(measured),
        stages=[_measure(each) for each in flow.stages],
        transitions=_find_transitions(flow),
        insights=advice.tell(measured),
        suggestions=[_suggest(each) for each in advice.suggest(measured)],
        not_enough_data=advice.find_shortage(flow) or None,
        rows=Rows(
            stays=sum(each.entered for each in flow.stages),
            closed_cards=measured.won.count + measured.lost,
            avg_days_to_close=measured.timed,
        ),
        definitions=DEFINITIONS,
    )


def _sum_up(measured: Performance) -> Metrics:
    slow, won, days = measured.flow.bottleneck, measured.won, measured.days_passed
    return Metrics(
        total_contacts=measured.flow.total,
        conversion_rate=_round(measured.conversion_rate),
        avg_days_to_close=_round(measured.days_to_close, 2),
        bottleneck_stage=slow.stage.ref if slow else None,
        bottleneck_stage_name=slow.stage.name if slow else None,
        win_rate=_round(measured.win_rate),
        won=won.count,
        lost=measured.lost,
        velocity=Velocity(
            won=won.count,
            value_cents=won.total_cents,
            currency=won.currency,
            per_day_cents=round(won.total_cents / days) if days else None,
            per_currency=won.totals,
            unconverted=won.unconverted,
        ),
    )


def _measure(flow: StageFlow) -> StageMeasured:
    durations = flow.durations
    return StageMeasured(
        stage=flow.stage.ref,
        stage_name=flow.stage.name,
        kind=flow.stage.kind,
        entered=flow.entered,
        moved_on=flow.moved_on,
        dropped=flow.dropped,
        moved_back=flow.moved_back,
        standing=sum(durations.standing.values()),
        conversion_rate=_round(flow.conversion_rate),
        drop_off_rate=_round(flow.drop_off_rate),
        mean_days=_round(durations.mean_days, 2),
        median_days=_round(durations.find_days(0.5), 2),
        p90_days=_round(durations.find_days(0.9), 2),
        days_rest_on=durations.count,
    )


def _find_transitions(flow: Flow) -> list[Transition]:
    return [
        Transition(
            from_=left.ref, from_name=left.name, to=entered.ref, to_name=entered.name, count=count
        )
        for left, entered, count in flow.find_transitions()
    ]


def _suggest(suggestion: advice.Suggestion) -> Suggested:
    return Suggested(
        action=suggestion.action,
        stage=suggestion.stage.ref,
        stage_name=suggestion.stage.name,
        says=suggestion.says,
        expected_impact=suggestion.impact,
    )


def _round(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
