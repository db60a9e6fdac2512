"""What the tests of undo do again and again: write as a command would, plan, take back."""

from typing import Any

from django.db import models

from audit import undo
from audit.actions import action
from audit.actors import Actor
from audit.undo import Selection
from pipelines import positions
from pipelines.models import Position, Stage


def write(by: Actor, row: models.Model, **values: Any) -> int:
    """Update columns of `row` as a command would; return the action's id."""
    with action(
        "contacts.update", by=by, target=row, summary=f"{by.name} changed {row.ref}"
    ) as doing:
        type(row).objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return doing.id


def make(by: Actor, model: Any, **values: Any) -> tuple[int, Any]:
    """Insert a row; return the action's id and the row."""
    with action(f"{model._meta.model_name}.create", by=by) as doing:
        row = model.objects.create(organization_id=by.organization_id, **values)
    return doing.id, row


def remove(by: Actor, row: models.Model) -> int:
    with action("contacts.delete", by=by, target=row) as doing:
        row.delete()
    return doing.id


def plan(by: Actor, *actions: int) -> undo.Plan:
    return undo.plan(Selection(actions=actions), by=by)


def take_back(by: Actor, *actions: int) -> undo.Undone:
    return undo.apply(plan(by, *actions), by=by)


def counts(plan_or_undone: undo.Plan | undo.Undone) -> dict[str, int]:
    return {key: number for key, number in plan_or_undone.counts.items() if number}


def moved(by: Actor, card: Position, to: Stage) -> int:
    with action("positions.move", by=by, target=card) as doing:
        positions.move(Position.objects.get(pk=card.pk), to=to, by=by)
    return doing.id
