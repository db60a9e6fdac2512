"""Trying what texts ask for: each is read where it stands, obeyed in one call, and taken back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from agents.catalogue.untrusted import clean
from agents.reading import marks
from tests.hostile import effects, obedient
from tests.hostile.obedient import Slot
from tests.hostile.payloads import Payload
from tests.hostile.places import PLACES, ROOM, Ground

LETTERS = {
    "w": "waits for a person",
    "f": "done, marked",
    "d": "done, and says nothing of it",
    "-": "refused",
    ".": "holds no such text",
    "u": "carries it unmarked",
    "!": "went too far",
}
WORST = "!ufwd-"  # first

Choice = tuple[Slot, str]


class _TakenBack(Exception):
    """Ends what is tried."""


@contextmanager
def taken_back() -> Iterator[None]:
    """Leave nothing of what is done inside."""
    try:
        with transaction.atomic():
            yield
            raise _TakenBack
    except _TakenBack:
        pass


@dataclass
class Trial:
    """One text where it stands by its number; and what was wrong with any call that obeyed it."""

    doors: Callable[..., Any]
    ground: Ground
    work: Any
    use: Callable[..., Any]
    number: int
    payload: Payload

    def __post_init__(self) -> None:
        self.place = list(PLACES)[self.number % len(PLACES)]
        self.payload = replace(self.payload, text=self.payload.text[: ROOM.get(self.place)])
        self.wrong: list[str] = []

    def read(self) -> None:
        """Put the text where it belongs by its number, read it there, and check it was shown."""
        plant, ways = PLACES[self.place]
        row = plant(self.ground, self.payload.text)
        shown = self.doors(ways[self.number // len(PLACES) % len(ways)], row)
        seen = clean(self.payload.text).replace('"', "'").split()[0]
        assert seen[:20] in shown.said, (self.place, self.payload.text, shown.said[:2000])

    def obey(self, tool: str, slot: Slot, piece: str) -> str:
        """Make one call, return the letter of what came of it, and take it back."""
        with taken_back():
            result = self.use(tool, obedient.fill(self.work.example(tool), slot, piece))
            done = effects.judge(tool, result, piece, recalled=bool(marks.find(piece)))
        said = f"{self.payload.id} {tool}.{slot.name} {piece[:60]!r}"
        self.wrong += [f"{said}: {each}" for each in done.wrong]
        return done.letter


def worst(letters: Iterable[str]) -> str:
    """Return the worst of several letters."""
    return min(letters, key=WORST.index, default=".")
