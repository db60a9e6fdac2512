"""A board as the API and tools show it."""

from collections import defaultdict
from datetime import date, datetime

from pydantic import BaseModel

from agents.catalogue.untrusted import OwnName, Untrusted
from audit.actors import Actor
from pipelines import boards
from pipelines.boards import EVERYTHING, Filters, Page
from pipelines.heads import Head
from pipelines.models import Criterion, Pipeline, Position, Stage


class CardShown(BaseModel):
    """A card, with what a decision starts from."""

    position: str
    contact: str
    contact_name: Untrusted
    company_name: Untrusted | None
    title: Untrusted
    value_cents: int | None
    currency: str
    score: int | None
    owner: OwnName | None
    days_in_stage: int
    entered_stage_at: datetime
    expected_close_on: date | None
    next_follow_up_at: datetime | None
    outcome: str | None


class StageShown(BaseModel):
    """
    A stage: what it asks for, what it holds in all, and some of its cards.

    `total_cents` is in the organization's currency, `totals` by currency; minor units.
    """

    stage: str
    name: OwnName
    kind: str
    win_percent: int | None
    exit_criteria: list[OwnName]
    required_fields: list[OwnName]
    count: int
    total_cents: int
    totals: dict[str, int]
    cards: list[CardShown]
    next: str | None


class BoardShown(BaseModel):
    """A pipeline as it stands."""

    pipeline: str
    name: OwnName
    currency: str
    stages: list[StageShown]


def show(
    pipeline: Pipeline,
    *,
    by: Actor,
    only: Stage | None = None,
    after: str = "",
    at_most: int = boards.PAGE,
    filters: Filters = EVERYTHING,
) -> BoardShown:
    """
    Return a pipeline with its stages, or with `only` one of them.

    :param after: where a page of that stage ended
    :param at_most: cards of each stage, up to a page
    :raises FieldError: if `after` is not what a page gave as `next`
    """
    columns: list[tuple[Head, Page]] = []
    if only is None:
        board = boards.get_board(pipeline, by=by, filters=filters, size=at_most)
        columns = [(column.head, column.page) for column in board.columns]
    elif (head := boards.get_head(only, by=by, filters=filters)) is not None:
        page = boards.get_column(only, by=by, after=after, filters=filters, size=at_most)
        columns = [(head, page)]
    asked = _find_criteria(pipeline)
    return BoardShown(
        pipeline=pipeline.ref,
        name=pipeline.name,
        currency=columns[0][0].currency if columns else "",
        stages=[_show(head, page, asked[head.stage.pk]) for head, page in columns],
    )


def _find_criteria(pipeline: Pipeline) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    asked = Criterion.objects.filter(pipeline=pipeline, archived_at=None).order_by("order", "pk")
    for stage_id, key in asked.values_list("stage_id", "key"):
        found[stage_id].append(key)
    return found


def _show(head: Head, page: Page, criteria: list[str]) -> StageShown:
    stage = head.stage
    return StageShown(
        stage=stage.ref,
        name=stage.name,
        kind=stage.kind,
        win_percent=stage.win_percent,
        exit_criteria=criteria,
        required_fields=stage.required_fields,
        count=head.count,
        total_cents=head.total_cents,
        totals=head.totals,
        cards=[show_card(card) for card in page.cards],
        next=page.next,
    )


def show_card(card: Position) -> CardShown:
    """Return one card; `card` comes with contact, company and owner."""
    company, owner = card.contact.company, card.owner
    return CardShown(
        position=card.ref,
        contact=card.contact.ref,
        contact_name=card.contact.name,
        company_name=company.name if company else None,
        title=card.title,
        value_cents=card.value_cents,
        currency=card.currency,
        score=card.score_in_force,
        owner=str(owner.user) if owner else None,
        days_in_stage=card.days_in_stage,
        entered_stage_at=card.entered_stage_at,
        expected_close_on=card.expected_close_on,
        next_follow_up_at=card.next_follow_up_at,
        outcome=card.outcome or None,
    )
