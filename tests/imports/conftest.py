"""Files to import, and a short way to do it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from audit.actors import Actor
from crm.imports import running
from crm.imports.receipts import Receipt
from crm.models import Import, Organization

Take = Callable[..., Receipt]


@pytest.fixture
def take(acme: Organization, ada: Actor) -> Take:
    """Import a text as Ada and return the receipt; `take.last` is the import."""

    def run(text: str | bytes, *, by: Actor = ada, pipeline: str = "", **how: Any) -> Receipt:
        content = text.encode() if isinstance(text, str) else text
        options = running.Options(pipeline=pipeline)
        run.last = running.begin(content, by=by, options=options, **how)  # type: ignore[attr-defined]
        return running.run(run.last, by=by)  # type: ignore[attr-defined]

    return run


@pytest.fixture
def last(take: Any) -> Callable[[], Import]:
    """Return the import that `take` ran last."""
    return lambda: take.last


@pytest.fixture(scope="session")
def data() -> Path:
    """Sample files beside the repository, or where WHEELHOUSE_DATA says."""
    beside = settings.BASE_DIR.parent / "shared" / "data"
    folder = Path(os.environ.get("WHEELHOUSE_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"There are no sample files in {folder}; WHEELHOUSE_DATA can name a folder.")
    return folder
