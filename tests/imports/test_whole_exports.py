"""A whole export of another system: taken over, again, and undone."""

from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count

from audit import undo
from crm.models import Activity, Company, Contact, CustomField, Import
from pipelines.models import Pipeline, Position, Stage, StageVisit

FILES = ["companies", "contacts", "deals", "tickets", "activities"]


@pytest.fixture
def files(data: Path) -> dict[str, bytes]:
    folder = data / "hubspot_export"
    return {name: (folder / f"hubspot_{name}.csv").read_bytes() for name in FILES}


def test_five_files_stand_as_they_were_and_again_change_nothing(inside, take, files):
    first = [take(content, filename=name) for name, content in files.items()]
    again = [take(content, filename=name) for name, content in files.items()]

    boards = Contact.objects.annotate(boards=Count("positions__pipeline", distinct=True))
    assert [receipt.created for receipt in first] == [200, 950, 500, 300, 2000]
    assert sum(receipt.failed for receipt in first) == 0
    assert (Contact.objects.count(), Company.objects.count()) == (950, 200)
    assert (Position.objects.count(), Pipeline.objects.count()) == (800, 4)
    assert boards.filter(boards__gt=1).count() == 155
    assert Activity.objects.count() == 2000
    assert all((r.created, r.updated, r.also) == (0, 0, {}) for r in again)


def test_undone_one_by_one_they_leave_nothing_behind(inside, take, files, ada):
    for name, content in files.items():
        take(content, filename=name)

    for importing in Import.objects.order_by("-id"):
        undo.apply(undo.plan(undo.Selection(correlation=importing.correlation), by=ada), by=ada)

    models: list[Any] = [Contact, Company, Activity, Position, StageVisit, Stage, Pipeline]
    assert sum(model.objects.count() for model in [*models, CustomField]) == 0
    assert [each.is_done for each in Import.objects.all()] == [True] * 5
