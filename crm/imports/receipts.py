"""What came of an import: counts, and for every row that did not go in its line and the reason."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

# Of thousands of bad rows these many are named; the count says how many there are.
MOST_NAMED = 500
# And so many of each kind of thing that was made besides.
MOST_MADE = 40


@dataclass(frozen=True)
class RowProblem:
    """Why one row of the file did not go in, or what of it was left out."""

    line: int
    reason: str


@dataclass
class Receipt:
    """
    Counts of rows, and of what else they brought with them.

    :param merged: rows that were about somebody an earlier row of the file had brought
    :param skipped: rows that changed nothing
    :param kept: values of ours that stand, because somebody wrote them since
    :param also: further rows that were made: companies, contacts, pipelines, stages, fields …
    :param named: what of these are called, by what they belong to, "" where it is nothing
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    merged: int = 0
    skipped: int = 0
    failed: int = 0
    kept: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    also: dict[str, int] = field(default_factory=dict)
    named: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def fail(self, line: int, reason: str) -> None:
        """Note that a row does not go in."""
        self.failed += 1
        self.note(line, reason)

    def keep(self, line: int, names: Iterable[str]) -> None:
        """Note that values of ours stand against the file's."""
        self.kept += 1
        self.note(line, f"Kept what was written here since: {', '.join(names)}.")

    def note(self, line: int, reason: str) -> None:
        """Name a row, if there is room."""
        if len(self.problems) < MOST_NAMED:
            self.problems.append(RowProblem(line, reason))

    def brought(self, what: str, count: int = 1) -> None:
        """Count something else that was made."""
        if count:
            self.also[what] = self.also.get(what, 0) + count

    def made(self, what: str, names: Iterable[str], *, of: str = "") -> None:
        """Count and name something else that was made, of whatever it belongs to."""
        groups = self.named.setdefault(what, {})
        for name in names:
            self.brought(what)
            if sum(map(len, groups.values())) < MOST_MADE:
                groups.setdefault(of, []).append(name)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> "Receipt":
        problems = [RowProblem(**each) for each in saved.get("problems", [])]
        return cls(**{**saved, "problems": problems})
