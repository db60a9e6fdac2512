"""What must be true of cards and stages after an undo as well."""

from collections.abc import Mapping
from typing import Any

from audit import undo
from audit.undo.laws import Rows, holds_for
from audit.wording import Key
from crm import undoing
from crm.permissions import configures
from pipelines.models import Criterion, Pipeline, Position, Stage, StageKind

CARDS, STAGES = Position._meta.db_table, Stage._meta.db_table

undoing.watch(Position)
undo.restrict([model._meta.db_table for model in (Pipeline, Stage, Criterion)], configures)


@holds_for({CARDS: {"stage_id", "rank", "archived_at"}, STAGES: {"archived_at", "kind"}})
def cards_stand_in_stages_in_use(rows: Rows) -> dict[Key, str]:
    """No card is put into a stage that is out of use or now means another end, nor left in one."""
    cards = {row: each for (table, row), each in rows.items() if table == CARDS}
    stages = {row: each for (table, row), each in rows.items() if table == STAGES}
    placed = {
        row: each.after
        for row, each in cards.items()
        if each.is_there
        and {"stage_id", "archived_at"} & set(each.put)
        and not each.after.get("archived_at")
    }
    emptied = [row for row, each in stages.items() if {"archived_at", "kind"} & set(each.put)]
    broken: dict[Key, str] = {}
    known = _find_stages({card["stage_id"] for card in placed.values()}, rows)
    for row, card in placed.items():
        if because := _find_fault(card, known.get(card["stage_id"])):
            broken[CARDS, row] = because
    standing = Position.objects.filter(stage_id__in=emptied, archived_at=None)
    for row, stage in standing.values_list("pk", "stage_id"):
        if row not in cards:
            broken[STAGES, stage] = "Cards stand in it by now, so it stays as it is."
    return broken


def _find_stages(ids: set[int], rows: Rows) -> dict[int, Mapping[str, Any]]:
    """Return stages as undo would leave them."""
    found: dict[int, Mapping[str, Any]] = {
        stage["id"]: stage
        for stage in Stage.objects.filter(pk__in=ids).values("id", "name", "kind", "archived_at")
    }
    for row in ids:
        if (written := rows.get((STAGES, row))) is not None and written.is_there:
            found[row] = {**found.get(row, {}), **written.after}
    return found


def _find_fault(card: Mapping[str, Any], stage: Mapping[str, Any] | None) -> str:
    if stage is None:
        return ""  # keys see to that
    if stage["archived_at"]:
        return f"{stage['name']} is out of use by now; a card cannot go back there."
    if stage["kind"] != StageKind.ACTIVE and stage["kind"] != card["outcome"]:
        return (
            f"{stage['name']} means {stage['kind']} by now; a card cannot go back there as it was."
        )
    return ""
