"""An organization to talk about, laid once; what a test does to it is rolled back."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.language import grounds
from tests.language.grounds import Ground, frozen
from tests.language.holding import Held, hold


@pytest.fixture
def cobalt(db: None) -> Iterator[Ground]:
    """A software company: two pipelines, four colleagues, seventy contacts."""
    ground = grounds.lay("software")
    with frozen(ground.now):
        yield ground


@pytest.fixture
def talk(cobalt: Ground) -> Callable[..., list[Held]]:
    """Say something, turn by turn; return what came of each."""

    def say(*texts: str, by: Any = None, page: str | None = None) -> list[Held]:
        return hold(list(texts), by=by or cobalt.by, page=page)

    return say
