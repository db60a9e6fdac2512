"""What is closed to whom: a question the ledger asks and a higher app answers."""

from collections.abc import Callable

from audit.actors import Actor

_finders: list[Callable[[Actor], frozenset[int]]] = []


def closes(finder: Callable[[Actor], frozenset[int]]) -> Callable[[Actor], frozenset[int]]:
    """Register `finder`, which returns the ids of what is closed to an actor (its reach ids)."""
    _finders.append(finder)
    return finder


def find_closed(actor: Actor) -> frozenset[int]:
    """Return every reach id that is closed to `actor`."""
    return frozenset().union(*(finder(actor) for finder in _finders))
