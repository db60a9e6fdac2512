"""The organizations' CSV files, read without the product: what expectations are computed from."""

import csv
import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

FOLDER = Path(__file__).parent.parent / "organizations"
LAYOUTS = Path(__file__).with_name("layouts.toml")
TABLES = ("contacts", "cards", "tasks", "activities")
YES = {"yes", "ja", "oui", "sí", "sim", "y"}
KINDS = {
    **dict.fromkeys(("note", "notiz", "nota"), "note"),
    **dict.fromkeys(("call", "phone call", "anruf", "appel", "llamada", "chamada"), "call"),
    **dict.fromkeys(("email", "e-mail", "courriel", "correo"), "email"),
    **dict.fromkeys(
        ("meeting", "viewing (meeting)", "termin", "réunion", "reunión", "reunião"), "meeting"
    ),
}


@dataclass(frozen=True)
class Export:
    """
    What an organization's files say.

    Rows have the attributes that `layouts.toml` gives to columns; a card, a task and an activity
    know the contact's row as `person`.

    :param today: the day the organization's clock stands at
    """

    today: date
    contacts: list[Any]
    cards: list[Any]
    tasks: list[Any]
    activities: list[Any]

    def contact(self, name: str) -> Any:
        """Return the contact of a full name."""
        return only(row for row in self.contacts if row.name == name)

    def cards_of(self, name: str) -> list[Any]:
        """Return the cards of a contact."""
        return [card for card in self.cards if card.person.name == name]

    def last_touch(self, person: Any) -> date | None:
        """Return when somebody last called, mailed or met a contact; notes do not count."""
        days = [
            each.on for each in self.activities if each.person is person and each.kind != "note"
        ]
        return max(days, default=None)


def read(organization: str) -> Export:
    """Read the files of an organization."""
    layout = tomllib.loads(LAYOUTS.read_text())[organization]
    about = json.loads((FOLDER / organization / "organization.json").read_text())
    outcomes = {stage: outcome for outcome in ("won", "lost") for stage in layout[outcome]}
    tables = {
        name: [
            _parse(row, table["columns"], layout["days"])
            for row in _rows(FOLDER / organization / table["file"], layout["delimiter"])
        ]
        for name, table in ((name, layout[name]) for name in TABLES)
    }
    people = {row.id: row for row in tables["contacts"]}
    for row in tables["contacts"]:
        row.name = getattr(row, "name", "") or f"{row.first} {row.last}"
    for row in [*tables["cards"], *tables["tasks"], *tables["activities"]]:
        row.person = people[row.contact]
    for card in tables["cards"]:
        card.outcome = outcomes.get(card.stage, "")
    for row in tables["activities"]:
        row.kind = KINDS[row.kind.casefold()]
    return Export(today=datetime.fromisoformat(about["now"]).date(), **tables)


def only(rows: Iterable[Any]) -> Any:
    """Return the one row there is."""
    (row,) = rows
    return row


def top(rows: Iterable[Any], by: str, count: int = 1, *, least: bool = False) -> list[Any]:
    """Return the rows with the greatest (or least) `by`; which they are must be beyond doubt."""
    known = [row for row in rows if getattr(row, by) is not None]
    ranked = sorted(known, key=lambda row: getattr(row, by), reverse=not least)
    assert len(ranked) == count or getattr(ranked[count - 1], by) != getattr(ranked[count], by)
    return ranked[:count]


def bottom(rows: Iterable[Any], by: str, *, least: bool = False) -> Any:
    """Return the row at the other end from `top`: no answer to who is first names it."""
    known = [row for row in rows if getattr(row, by) is not None]
    assert len(known) > 3, "a ranking of all of them would be an answer, too"
    return sorted(known, key=lambda row: getattr(row, by), reverse=not least)[-1]


def _rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def _parse(row: dict[str, str], columns: dict[str, str], days: str) -> SimpleNamespace:
    """Give a row's columns their names and types: `name` or `name:type` by header."""
    parsed = {}
    for header, column in columns.items():
        name, _, kind = column.partition(":")
        parsed[name] = _value(row[header].strip(), kind, days)
    return SimpleNamespace(**parsed)


def _value(text: str, kind: str, days: str) -> Any:
    if kind.startswith("list"):
        return [each.strip() for each in text.split(kind[4:]) if each.strip()]
    if not kind:
        return text
    if not text:
        return None
    if kind == "day":
        return _day(text, days)
    if kind == "yes":
        return text.casefold() in YES
    plain = "".join(each for each in text if each.isdigit() or each in ",.")
    if kind == "euros":
        plain = plain.replace(".", "").replace(",", ".")
    return int(float(plain.replace(",", "")))


def _day(text: str, written: str) -> date:
    """Read a day, without the time that may follow it."""
    words = text.split(" ")[: written.count(" ") + 1]
    return datetime.strptime(" ".join(words), written).replace(tzinfo=UTC).date()
