"""An organization to talk about, laid once; what a test does to it is rolled back."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.language import grounds
from tests.language.grounds import Ground, frozen
from tests.language.holding import Held, hold


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ground]:
    """A software company: two pipelines, four colleagues, seventy contacts."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield grounds.lay("software")
        transaction.set_rollback(True)


@pytest.fixture
def cobalt(laid: Ground, db: None) -> Iterator[Ground]:
    """The company as it was laid, at its own time."""
    with frozen(laid.now):
        yield laid


@pytest.fixture
def talk(cobalt: Ground) -> Callable[..., list[Held]]:
    """Say something, turn by turn; return what came of each."""

    def say(*texts: str, by: Any = None, page: str | None = None) -> list[Held]:
        return hold(list(texts), by=by or cobalt.by, page=page)

    return say
