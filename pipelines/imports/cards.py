"""
Positions out of files: cards put where the file says they stand.

A person's import is one recorded waiver: no gate is asked, and an event per chunk says so. A score
out of a file is an agent's kind of score, with "Imported" as its reason, so that a person's own
stays above it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from django.db import connection

from audit import clock
from audit.actions import record as tell
from crm.imports import bulk, happenings, known, matching
from crm.imports.cells import Record
from crm.imports.people import take_people
from crm.imports.registry import Batch
from crm.imports.storing import Stored, find_problem
from crm.imports.values import BadValue
from crm.models import Contact
from pipelines import ranks
from pipelines.events import GatesWaivedByImport
from pipelines.imports import boards, wording
from pipelines.imports.boards import Board, Boards
from pipelines.models import Position, PositionOutcome, Stage, StageKind, StageVisit

COLUMNS = (
    *("title", "value_cents", "currency", "priority", "expected_close_on"),
    *("next_follow_up_at", "notes", "archived_at"),
)
IMPORTED = ["Imported"]
NOBODY = "It names nobody: no contact, no title and no id."


@dataclass
class Card:
    """One row of the file on its way to a board."""

    record: Record
    board: Board
    stage: Stage
    outcome: str
    values: dict[str, Any]
    stage_said: bool
    row: Position | None = None
    contact: Contact | None = None


@dataclass
class Desk:
    """What one chunk needs at hand."""

    batch: Batch
    stored: Stored
    mine: dict[tuple[Any, ...], Position] = field(default_factory=dict)
    moved: list[Position] = field(default_factory=list)
    last: dict[int, str | None] = field(default_factory=dict)  # rank of the last card, by stage

    def rank_below(self, stage_id: int) -> str:
        """Return a key below all cards of a column, those of this chunk included."""
        if stage_id not in self.last:
            column = Position.objects.filter(stage_id=stage_id, archived_at=None)
            lowest = column.order_by("-rank").values_list("rank", flat=True)
            self.last[stage_id] = lowest.first()
        rank = self.last[stage_id] = ranks.between(self.last[stage_id], None)
        return rank


def take_positions(records: Sequence[Record], batch: Batch) -> None:
    """Take over rows that are positions."""
    places = boards.get(batch)
    places.prepare(records)
    owners = known.find_owners(records, batch, "owner_email")
    cards = [card for record in records if (card := _read(record, places, owners, batch))]
    _match(cards, places, batch)
    cards = _find_contacts(cards, batch)
    desk = Desk(batch, Stored(Position, batch))
    doors = _stage_doors(cards)
    for card in cards:
        if card.row is not None:
            _change(card, card.row, doors, desk)
        else:
            _enter(card, desk)
    made = desk.stored.save()
    _write_visits(made, desk.moved, batch)
    _say_waived(made, desk.moved, batch)


def _read(record: Record, places: Boards, owners: dict[str, int], batch: Batch) -> Card | None:
    """Settle what a row says of its card; None, noted, where something of it does not fit."""
    try:
        said = wording.outcome_of(str(record.get("outcome")))
    except BadValue as problem:
        batch.receipt.fail(record.line, f"Outcome: {problem}")
        return None
    board = places.of(record)
    name = str(record.get("stage"))[: boards.LONGEST_NAME]
    stage = places.stage(board, name) if name else places.entrance(board, said)
    outcome = said if stage.kind == StageKind.ACTIVE else str(stage.kind)
    values = _values(record, owners, outcome, batch)
    if misfit := find_problem(Position, values):
        batch.receipt.fail(record.line, misfit)
        return None
    return Card(record, board, stage, outcome, values, bool(name))


def _values(record: Record, owners: dict[str, int], outcome: str, batch: Batch) -> dict[str, Any]:
    """What a row says of a card beside where it stands."""
    values = {name: record.values[name] for name in COLUMNS if name in record.values}
    if "value_cents" in values:
        values.setdefault("currency", batch.organization.currency)
    if record.get("owner_email") in owners:
        values["owner_id"] = owners[record.get("owner_email")]
    if "score" in record.values:
        values["score"] = record.get("score")
    if not outcome and record.get("closed_at"):  # of an open card it is when it should close
        values.setdefault("expected_close_on", record.get("closed_at").date())
    if record.get("lost_reason") and outcome == PositionOutcome.LOST:
        values["lost_reason"] = record.get("lost_reason")
    elif record.get("lost_reason"):
        batch.receipt.note(record.line, "Left out the reason for losing: the card is not lost.")
    return values


def _match(cards: Sequence[Card], places: Boards, batch: Batch) -> None:
    """Find the cards we have, by reference or by another system's id."""
    records = [card.record for card in cards]
    by_ref = matching.find_by_ref(Position, records, batch)
    ids = (record.get("external_id") for record in records)
    external = matching.find_by_external(Position, ids, batch)
    for card in cards:
        row = external.get(card.record.get("external_id"))
        if row is not None and row.external_source != batch.source:
            row = None
        card.row = by_ref.get(card.record.get("ref")) or row
        if card.row is not None:
            _settle_namesakes(card, card.row, places)


def _settle_namesakes(card: Card, row: Position, places: Boards) -> None:
    """Of two pipelines of one name, a card that has one stays in it."""
    board = places.by_id[row.pipeline_id]
    same = wording.plain(board.pipeline.name) == wording.plain(card.board.pipeline.name)
    if board is not card.board and (same or not places.is_said(card.record)):
        card.board = board
        said = card.stage.name
        card.stage = (
            places.stage(board, said) if card.stage_said else places.entrance(board, card.outcome)
        )


def _find_contacts(cards: list[Card], batch: Batch) -> list[Card]:
    """Find or make whom each new card is about; what is about nobody, or too odd, is noted."""
    new = [card for card in cards if card.row is None]
    for card, contact in zip(
        new, happenings.find_contacts([card.record for card in new], batch), strict=True
    ):
        card.contact = contact
    _match_by_title(new)
    nameless = [card for card in new if card.row is None and card.contact is None]
    named = [Record(card.record.line, _called(card.record)) for card in nameless]
    for card, contact in zip(nameless, take_people(named, batch, counts=False), strict=True):
        card.contact = contact
        if contact is None:
            batch.receipt.fail(card.record.line, NOBODY)
    return [card for card in cards if card.row is not None or card.contact is not None]


def _called(record: Record) -> dict[str, Any]:
    """Return a contact for a card that names none: called as the card is."""
    firm = {name: record.get(name) for name in ("company", "company_domain") if record.get(name)}
    name = record.get("title") or record.get("external_id") or record.get("company")
    return {"name": name, **firm} if name else {}


def _match_by_title(cards: Sequence[Card]) -> None:
    """
    Find cards that no id tells: of the same contact, in the same pipeline, with the same title.

    Where the row names nobody, the contact is the one that was called as the card is.
    """
    titles = {card.values.get("title", "") for card in cards}
    pipelines = {card.board.pipeline.pk for card in cards}
    rows = Position.objects.filter(pipeline__in=pipelines, title__any_of=titles)
    there: dict[tuple[Any, ...], Position] = {}
    for row in rows.select_related("contact").order_by("archived_at", "pk") if titles else ():
        there.setdefault((row.pipeline_id, row.title, row.contact_id), row)
        if row.contact.name == row.title:
            there.setdefault((row.pipeline_id, row.title, None), row)
    for card in cards:
        contact = card.contact.pk if card.contact else None
        key = (card.board.pipeline.pk, card.values.get("title", ""), contact)
        found, given = there.get(key), card.record.get("external_id")
        if found is not None and not (given and found.external_id and given != found.external_id):
            card.row = found
            if given:  # the next row with an id of its own is another card
                del there[key]


def _stage_doors(cards: Sequence[Card]) -> dict[tuple[int, str], str]:
    """Return who last wrote where the cards stand that the file would move."""
    ids = [card.row.pk for card in cards if card.row is not None and _is_elsewhere(card, card.row)]
    return known.find_writers(Position._meta.db_table, ids)


def _is_elsewhere(card: Card, row: Position) -> bool:
    said = card.stage_said and card.stage.pk != row.stage_id
    return said or (
        bool(card.outcome or card.record.get("outcome")) and card.outcome != row.outcome
    )


def _change(card: Card, row: Position, doors: dict[tuple[int, str], str], desk: Desk) -> None:
    """Have a card of ours say what the file says, and stand where it says."""
    receipt, line = desk.batch.receipt, card.record.line
    values, settled = _plain_values(card, row), dict[str, Any]()
    if row.pipeline_id != card.board.pipeline.pk:
        if "pipeline" in card.record.values and row.title != card.values.get("title", row.title):
            receipt.fail(line, "Its id is that of another card, which stands in another pipeline.")
            return
        receipt.note(line, "Left in its pipeline: a card does not change from one to another.")
    elif _is_elsewhere(card, row):
        if known.may_write(row.stage_id, doors.get((row.pk, "stage_id"))):
            settled = _standing(card, row, desk)
            values.pop("lost_reason", None)
        else:
            receipt.keep(line, ["stage"])
    elif card.outcome and card.record.get("closed_at"):
        values["closed_at"] = card.record.get("closed_at")
    if row.outcome != PositionOutcome.LOST and "outcome" not in settled:
        values.pop("lost_reason", None)
    values |= matching.external(card.record, desk.batch, held=row)
    is_first = row.pk not in desk.stored.wanted
    if desk.stored.want(row, values, card.record, settled) and is_first and "stage_id" in settled:
        desk.moved.append(row)


def _plain_values(card: Card, row: Position) -> dict[str, Any]:
    values = dict(card.values)
    if values.get("score") == row.score_in_force:
        values.pop("score", None)
    elif "score" in values:
        values["score_reasons"] = IMPORTED
    return values


def _standing(card: Card, row: Position, desk: Desk) -> dict[str, Any]:
    """Return the columns of a card that say where it stands, as the file has it."""
    held = next((each for each in card.board.stages if each.pk == row.stage_id), row.stage)
    under_way = card.stage.kind == held.kind == StageKind.ACTIVE
    stage = held if under_way and not card.stage_said else card.stage
    closed_at = _closed_at(card) if card.outcome else None
    standing: dict[str, Any] = {
        "closed_at": closed_at,
        "outcome": card.outcome,
        "lost_reason": card.values.get("lost_reason", ""),
    }
    if stage.pk != row.stage_id:
        entered = card.record.get("entered_stage_at") or closed_at or clock.now()
        standing |= {
            "stage_id": stage.pk,
            "previous_stage_id": row.stage_id,
            "entered_stage_at": max(entered, row.entered_stage_at),
            "rank": desk.rank_below(stage.pk),
        }
    return standing


def _enter(card: Card, desk: Desk) -> None:
    """Put a new card at the bottom of its column."""
    assert card.contact is not None
    key = _same(card)
    again = desk.mine.get(key)
    if again is not None:
        if again.outcome != PositionOutcome.LOST:
            card.values.pop("lost_reason", None)
        desk.stored.complete(again, card.values, card.record)
        return
    record = card.record
    row = Position(
        contact=card.contact,
        pipeline=card.board.pipeline,
        stage=card.stage,
        outcome=card.outcome,
        closed_at=_closed_at(card) if card.outcome else None,
        rank=desk.rank_below(card.stage.pk),
        score_reasons=IMPORTED if "score" in card.values else [],
        properties=known.own_fields(record),
        **card.values,
        **matching.external(record, desk.batch),
    )
    row.entered_stage_at = _entered_at(card, row)
    if desk.stored.add(row, record):
        desk.mine[key] = row


def _same(card: Card) -> tuple[Any, ...]:
    """What two rows of one file that are the same card share."""
    if card.record.get("external_id"):
        return ("id", card.record.get("external_id"))
    return (card.board.pipeline.pk, card.contact and card.contact.pk, card.values.get("title", ""))


def _closed_at(card: Card) -> datetime:
    """When a closed card closed, as surely as the file says."""
    given = card.record.get("closed_at")
    if not given and card.record.get("expected_close_on"):
        given = datetime.combine(card.record.get("expected_close_on"), time(), UTC)
    entered: datetime = card.record.get("entered_stage_at") or clock.now()
    return given or entered


def _entered_at(card: Card, row: Position) -> datetime:
    """
    When a card came to its stage: as the file says, else when it closed.

    What was made in the first stage has been there since; how long others stand is not known, and
    they count from now.
    """
    given = card.record.get("entered_stage_at") or row.closed_at
    if not given and card.stage == card.board.stages[0]:
        given = card.record.get("created_at")
    return given or clock.now()


def _write_visits(new: Sequence[Position], moved: Sequence[Position], batch: Batch) -> None:
    """End the stays of moved cards, and begin one for each that is new in its stage."""
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(
                "update pipelines_stagevisit v"
                " set left_at = greatest(g.at, v.entered_at), next_stage_id = g.stage"
                " from unnest(%s::bigint[], %s::timestamptz[], %s::bigint[]) as g(id, at, stage)"
                " where v.position_id = g.id and v.left_at is null",
                [
                    [row.pk for row in moved],
                    [row.entered_stage_at for row in moved],
                    [row.stage_id for row in moved],
                ],
            )
    bulk.insert(
        StageVisit,
        [
            StageVisit(
                organization_id=row.organization_id,
                pipeline_id=row.pipeline_id,
                position_id=row.pk,
                stage_id=row.stage_id,
                entered_at=row.entered_stage_at,
                created_by=batch.importing.ref,
            )
            for row in [*new, *moved]
        ],
    )


def _say_waived(new: Sequence[Position], moved: Sequence[Position], batch: Batch) -> None:
    rows = [*new, *moved]
    if rows:
        tell(
            GatesWaivedByImport(
                pipeline_ids=tuple(sorted({row.pipeline_id for row in rows})), positions=len(rows)
            ),
            on=batch.importing,
            summary=f"{len(rows):,} cards stand where the file says, whatever the gates ask",
        )
