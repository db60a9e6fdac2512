"""
Directory: rows by words of their names, as `by` may see them; looked up in few statements, once.

A word that many names hold finds only the first of them. Such a word is looked up again with the
word after it, and with the next: of thousands called Grace, Grace Berg.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection

from agents.language.words.tokens import fold
from audit.actors import Actor
from crm import search
from crm.models import Company, Contact
from pipelines.models import Position

COMMON = 100  # names that a word finds; of more, only those that hold it with the next are sure
LONGEST = 5  # words looked up together

type Row = tuple[int, str, str]
type Run = tuple[str, ...]


@dataclass
class Found:
    """
    Rows of one kind, by the words they were looked up by.

    :param rows: of each words the ids, names, and whatever tells two of a name apart
    :param common: words that more rows hold than were read
    """

    select: str
    read: Callable[[Sequence[int]], Iterable[Row]]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    common: set[str] = field(default_factory=set)

    def look_up(self, runs: Iterable[Run]) -> None:
        """Look up the first word of each run; of common ones the first two, and so on."""
        left = {run for run in runs if run}
        for size in range(1, LONGEST + 1):
            left = {run for run in left if len(run) >= size}
            self._read({" ".join(run[:size]) for run in left})
            left = {run for run in left if " ".join(run[:size]) in self.common}
            if not left:
                return

    def of(self, run: Run) -> list[Row]:
        """Return the rows that hold the first word of a run; of a common one, the likeliest."""
        self.look_up([run])
        found: dict[int, Row] = {}
        for size in range(1, len(run) + 1):
            said = " ".join(run[:size])
            found |= {row[0]: row for row in self.rows.get(said, ())}
            if said not in self.common:
                break
        return [found[pk] for pk in sorted(found)]

    def _read(self, needles: set[str]) -> None:
        new = sorted(needles - self.rows.keys())
        if not new:
            return
        with connection.cursor() as cursor:
            each = f"select w, array(select {self.select}) from unnest(%s::text[]) w"  # noqa: S608
            cursor.execute(each, [new])
            held = dict(cursor.fetchall())
        self.common |= {said for said, ids in held.items() if len(ids) > COMMON}
        ids = sorted({pk for found in held.values() for pk in found})
        rows = [(fold(row[1]), row) for row in (self.read(ids) if ids else ())]
        for said in new:
            self.rows[said] = [row for name, row in rows if said in name]


class Directory:
    """Contacts, companies and titled cards by words of what they are called."""

    def __init__(self, by: Actor) -> None:
        self._by = by
        most = COMMON + 1
        self.contacts = Found(f"crm_find_contacts(w, {most})", self._read_contacts)
        self.companies = Found(f"crm_find_companies(w, {most})", self._read_companies)
        boards = "array(select id from pipelines_pipeline)"  # row security leaves our own
        self.cards = Found(f"pipelines_find_cards({boards}, w, {most})", self._read_cards)

    def _read_contacts(self, ids: Sequence[int]) -> Iterable[Row]:
        mine = Contact.objects.visible_to(self._by).in_use().filter(search.among("pk", ids))
        rows = mine.order_by("pk").values_list("pk", "name", "company__name")
        return [(pk, name, firm or "") for pk, name, firm in rows]

    def _read_companies(self, ids: Sequence[int]) -> Iterable[Row]:
        mine = Company.objects.visible_to(self._by).in_use().filter(search.among("pk", ids))
        return [(pk, name, "") for pk, name in mine.order_by("pk").values_list("pk", "name")]

    def _read_cards(self, ids: Sequence[int]) -> Iterable[Row]:
        mine = Position.objects.visible_to(self._by).in_use().filter(search.among("pk", ids))
        titled = mine.exclude(title="").order_by("pk").values_list("pk", "title")
        return [(pk, title, "") for pk, title in titled]
