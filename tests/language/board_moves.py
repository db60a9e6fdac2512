"""
A set of requests made elsewhere, over cards of five boards: `../shared/data/board_moves`.

Cards come in as contacts of five pipelines; a board is a pipeline, a list a stage, the person it is
assigned to the owner, and the due date the next follow-up. Each request runs on the boards as they
were, and the score is the share that ends in exactly the right state.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.actions import tenant
from tests.language import states
from tests.language.grounds import Ground, frozen, lay_files
from tests.language.holding import hold

MAP = {
    "task_id": "external_id",
    "task_name": "title",
    "assigned_to_email": "owner_email",
    "list_name": "stage",
    "due_date": "next_follow_up_at",
    "board": "pipeline",
}
FIELDS = {
    "stage": "list_name",
    "owner": "assigned_to_email",
    "next_follow_up_on": "due_date",
    "pipeline": "board",
    "title": "task_name",
}


def folder() -> Path:
    """Return where the sample data is."""
    beside = settings.BASE_DIR.parent / "shared" / "data"
    return Path(os.environ.get("WHEELHOUSE_DATA", beside)) / "board_moves"


def lay() -> Ground:
    """Bring the cards in."""
    tasks = json.loads((folder() / "tasks.json").read_text())
    about = {
        "name": "Atlas",
        "now": f"{tasks[0]['now']}+00:00",
        "currency": "USD",
        "country": "US",
        "person": "head@atlas.com",
        "members": {"head@atlas.com": {"name": "Head of boards", "role": "owner"}},
        "files": [["positions", "cards.csv", MAP]],
    }
    return lay_files("board_moves", about, {"cards.csv": (folder() / "cards.csv").read_bytes()})


def run(*, verbose: bool = False) -> str:
    """Hold every request and return the score that the set's own program prints."""
    ground = lay()
    with (folder() / "cards.csv").open() as file:
        cards = {row["task_id"]: row for row in csv.DictReader(file)}
    lines = []
    for task in json.loads((folder() / "tasks.json").read_text()):
        done, says = _hold(task["query"], ground)
        lines.append(json.dumps({"id": task["id"], **done}))
        if verbose:
            print(task["id"], task["query"], "->", says[:200], json.dumps(done)[:300])
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write("\n".join(lines))
        file.flush()
        command = [sys.executable, str(folder() / "score.py"), file.name]
        score = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return f"{score.strip()} of {len(lines)} requests, over {len(cards)} cards"


def _hold(text: str, ground: Ground) -> tuple[dict[str, Any], str]:
    with frozen(ground.now), transaction.atomic():
        try:
            with tenant(ground.organization.pk):
                before = states.read()
            turns = hold([text], by=ground.by)
            with tenant(ground.organization.pk):
                changes, new = states.compare(before, states.read())
        finally:
            transaction.set_rollback(True)
    updated = {
        key: {FIELDS[name]: value for name, value in fields.items() if name in FIELDS}
        for key, fields in changes.items()
    }
    deleted = [key for key, fields in changes.items() if fields.get("archived")]
    created = [
        {FIELDS[name]: value for name, value in row.items() if name in FIELDS}
        for row in new
        if row["kind"] == "position"
    ]
    return {"updated": updated, "created": created, "deleted": deleted}, turns[-1].says
