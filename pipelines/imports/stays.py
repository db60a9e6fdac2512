"""
History out of files: where cards stood before, and since when they stand where they do.

The stays of a card follow each other without a gap: each ends when the next begins. The last row
of a file that names the stage a card is in corrects since when; all others are past stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.models import Change, Verb
from crm.imports import matching
from crm.imports.cells import Record
from crm.imports.registry import Batch
from crm.imports.storing import insert, update
from pipelines.imports import boards
from pipelines.models import Position, Stage, StageVisit

NEEDS = "A stay needs the card's external_id, a stage and the time it was entered."
BY_IMPORT = "import:"


@dataclass
class Course:
    """The stays of one card, those of the file among them."""

    card: Position
    present: StageVisit | None
    past: list[StageVisit]
    rows: list[tuple[Record, Stage, datetime]] = field(default_factory=list)


def take_history(records: Sequence[Record], batch: Batch) -> None:
    """Take over rows that are stays of cards."""
    courses = _read(records, batch)
    new: list[StageVisit] = []
    changed: list[StageVisit] = []
    cards: list[Position] = []
    for course in courses.values():
        added, moved = _merge(course, batch)
        new += added
        if moved:
            cards.append(course.card)
            changed.append(course.present)  # type: ignore[arg-type]
        changed += _close_gaps(course, added)
    changed = list({visit.pk: visit for visit in changed}.values())
    insert(StageVisit, new, _note_on(batch))
    update(StageVisit, changed, ["entered_at", "left_at", "next_stage_id"], _note_on(batch))
    update(Position, cards, ["entered_stage_at"], _note_on(batch))


def _note_on(batch: Batch) -> Any:
    def note(row: StageVisit | Position, problem: str) -> None:
        batch.receipt.note(0, f"{row.ref}: {problem}")

    return note


def _read(records: Sequence[Record], batch: Batch) -> dict[int, Course]:
    """Find the cards that rows speak of, with the stays they have, and the stages named."""
    ids = (record.get("external_id") for record in records)
    cards = matching.find_by_ref(Position, records, batch, "external_id")
    cards |= matching.find_by_external(Position, ids, batch)
    courses = {card.pk: Course(card, None, []) for card in cards.values()}
    visits = StageVisit.objects.filter(position__in=courses).order_by("entered_at", "pk")
    for visit in visits:
        course = courses[visit.position_id]
        if visit.left_at is None:
            course.present = visit
        else:
            course.past.append(visit)
    places = boards.get(batch)
    for record in records:
        card = cards.get(record.get("external_id"))
        if not (record.get("external_id") and record.get("stage") and record.get("entered_at")):
            batch.receipt.fail(record.line, NEEDS)
        elif card is None:
            batch.receipt.fail(record.line, f"There is no card {record.get('external_id')}.")
        else:
            stage = places.stage(places.by_id[card.pipeline_id], str(record.get("stage"))[:300])
            courses[card.pk].rows.append((record, stage, record.get("entered_at")))
    return courses


def _merge(course: Course, batch: Batch) -> tuple[list[StageVisit], bool]:
    """Return the stays that are new, and whether the present one now began at another time."""
    receipt, present = batch.receipt, course.present
    known = {(visit.stage_id, visit.entered_at) for visit in course.past}
    if present is not None:
        known.add((present.stage_id, present.entered_at))
    course.rows.sort(key=lambda each: each[2])
    added: list[StageVisit] = []
    corrected = False
    for at, (record, stage, entered) in enumerate(course.rows):
        is_last = at == len(course.rows) - 1
        if (stage.pk, entered) in known:
            receipt.skipped += 1
        elif present is None:
            receipt.fail(record.line, "The card has no present stay to come before.")
        elif is_last and stage.pk == present.stage_id and _may_correct(course, entered, batch):
            earlier = _told_before(course, batch)
            if earlier is not None:
                added.append(_stay(course, present.stage_id, earlier, batch))
            present.entered_at = course.card.entered_stage_at = entered
            _told(batch).add(course.card.pk)
            corrected = True
            receipt.updated += 1
        elif entered > present.entered_at:
            receipt.fail(record.line, "The card stands in another stage by that time.")
        else:
            added.append(_stay(course, stage.pk, entered, batch))
            receipt.created += 1
        known.add((stage.pk, entered))
    return added, corrected


def _may_correct(course: Course, entered: datetime, batch: Batch) -> bool:
    """Say whether this may be when the present stay began: not before the last one did."""
    begun = [visit.entered_at for visit in course.past]
    told = course.card.pk in _told(batch)
    present = course.present
    is_ours = present is not None and present.created_by.startswith(BY_IMPORT)
    later = present is not None and (not told or entered > present.entered_at)
    return is_ours and later and entered >= max(begun, default=entered)


def _told_before(course: Course, batch: Batch) -> datetime | None:
    """Return when an earlier chunk said the present stay began; that was a stay of its own."""
    told = course.card.pk in _told(batch)
    return course.present.entered_at if told and course.present else None


def _told(batch: Batch) -> set[int]:
    """Return the cards of which this import has said when their present stay began."""
    if "told" not in batch.memory:
        said = Change.objects.filter(
            action__correlation=batch.importing.correlation,
            table_name=Position._meta.db_table,
            after__has_key="entered_stage_at",
            verb=Verb.UPDATE,
        )
        batch.memory["told"] = set(said.values_list("row_id", flat=True))
    told: set[int] = batch.memory["told"]
    return told


def _stay(course: Course, stage_id: int, entered: datetime, batch: Batch) -> StageVisit:
    return StageVisit(
        organization_id=course.card.organization_id,
        pipeline_id=course.card.pipeline_id,
        position_id=course.card.pk,
        stage_id=stage_id,
        entered_at=entered,
        left_at=entered,
        created_by=batch.importing.ref,
    )


def _close_gaps(course: Course, added: Sequence[StageVisit]) -> list[StageVisit]:
    """Let each imported stay end where the next begins; return those of before that changed."""
    if course.present is None:
        return []
    stays = sorted([*course.past, *added], key=lambda visit: visit.entered_at)
    changed = []
    for visit, following in zip(stays, [*stays, course.present][1:], strict=True):
        ended = max(following.entered_at, visit.entered_at), following.stage_id
        is_ours = visit.pk is None or visit.created_by.startswith(BY_IMPORT)
        if (visit.left_at, visit.next_stage_id) != ended and is_ours:
            visit.left_at, visit.next_stage_id = ended
            changed.append(visit)
    return [visit for visit in changed if visit.pk]
