"""How a conversation and what must come of it are written down."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

Turn = str | dict[str, Any]


class Conversations:
    """The conversations of an organization, in order: `talk(kind, turns…, changes={…})`."""

    def __init__(self, organization: str) -> None:
        self.organization = organization
        self.all: list[dict[str, Any]] = []

    def __call__(
        self,
        kind: str,
        *turns: Turn,
        page: str = "",
        changes: dict[str, dict[str, Any]] | None = None,
        creates: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Add a conversation; `README.md` says what each part means."""
        about: dict[str, Any] = {
            "id": f"{self.organization}-{len(self.all) + 1:02}",
            "organization": self.organization,
            "class": kind,
            "expects": _expected(turns, changes, creates),
            "turns": list(turns),
        }
        about |= {"page": page} if page else {}
        about |= {"changes": changes} if changes is not None else {}
        about |= {"creates": list(creates)} if creates else {}
        self.all.append(about)


def says(text: str, **outcome: Any) -> Turn:
    """Return a turn that must end as told: `asks`, `refuses`, `figures`, `names`, `confirm` …"""
    return {"says": text, **outcome}


def each(rows: Iterable[Any], **fields: Any) -> dict[str, dict[str, Any]]:
    """Return that every row gets these values."""
    changed = {row.id: dict(fields) for row in rows}
    assert changed, "nothing would change"
    return changed


def tagged(rows: Iterable[Any], *tags: str) -> dict[str, dict[str, Any]]:
    """Return that every row gets further tags."""
    return {row.id: {"tags": [*getattr(row, "tags", []), *tags]} for row in rows}


def plain(value: Any) -> Any:
    """Return what JSON writes for a day."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _expected(turns: Sequence[Turn], changes: Any, creates: Sequence[Any]) -> str:
    """Return which of four a conversation is about."""
    if changes is not None or creates:
        return "changes"
    last = turns[-1]
    said = last if isinstance(last, dict) else {}
    return "refuses" if said.get("refuses") else "asks" if said.get("asks") else "answer"
