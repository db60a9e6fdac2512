"""Who and what is named: contacts, companies, cards and tasks, looked up as `by` may see them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from rapidfuzz.distance import DamerauLevenshtein

from agents.language.organization.directory import LONGEST, Directory, Found, Run
from agents.language.words import senses
from agents.language.words.tokens import Token, fold, words
from audit.actors import Actor
from crm import refs
from crm.models import Contact, Task

MOST = 60  # rows that one name may mean before it means too many


@dataclass(frozen=True)
class Named:
    """
    Rows that some words may mean.

    :param kind: contact, company, position or task
    :param whole: they are the row's whole name, not a part of it
    """

    kind: str
    text: str
    ids: tuple[int, ...]
    whole: bool = True
    labels: tuple[str, ...] = ()
    fuzzy: bool = False


class Names:
    """Looks names up, each once."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self._directory = Directory(by)
        self._coded: dict[str, Named | None] = {}

    def prefetch(self, runs: Iterable[Run], titles: Iterable[Run]) -> None:
        """Look names up that begin with runs of words, and cards' titles that do: in few."""
        runs = list(runs)
        self._directory.contacts.look_up(runs)
        self._directory.companies.look_up(runs)
        self._directory.cards.look_up(titles)

    def contact(self, tokens: Sequence[Token], at: int, limit: int) -> tuple[int, Named] | None:
        """Return where the name of a contact that begins at `at` ends, and whom it may mean."""
        found = self._read(tokens, at, limit, self._directory.contacts)
        if found is None:
            return None
        end, rows, whole, text = found
        labels = tuple(f"{name} ({firm})" if firm else name for _, name, firm in rows)
        return end, Named("contact", text, tuple(row[0] for row in rows), whole, labels)

    def company(self, tokens: Sequence[Token], at: int, limit: int) -> tuple[int, Named] | None:
        """Return where the name of a company that begins at `at` ends, and which it may mean."""
        found = self._read(tokens, at, limit, self._directory.companies)
        if found is None:
            return None
        end, rows, whole, text = found
        return end, Named(
            "company", text, tuple(row[0] for row in rows), whole, tuple(row[1] for row in rows)
        )

    def misspelt(self, tokens: Sequence[Token], at: int, limit: int) -> tuple[int, Named] | None:
        """Return whom two words mean that are nearly the name of one contact."""
        if at + 2 > limit or any(each.kind != "word" for each in tokens[at : at + 2]):
            return None
        first, second = (each.low for each in tokens[at : at + 2])
        if {first, second} & senses.PLAIN:
            return None
        said = f"{first} {second}"
        found = self._directory.contacts
        near = {}
        for runs in _begun(first, second):
            found.look_up(runs)
            for row in (row for run in runs for row in found.of(run)):
                distance = DamerauLevenshtein.distance(said, fold(row[1]), score_cutoff=2)
                if distance <= 2:
                    near[row] = distance
            if near:
                break
        if not near:
            return None
        best = [row for row in near if near[row] == min(near.values())]
        labels = tuple(row[1] for row in best)
        return at + 2, Named("contact", said, tuple(row[0] for row in best), True, labels, True)

    def code(self, text: str) -> Named | None:
        """Return what another system's id names, with or without its sign: #4025, 4025."""
        if text not in self._coded:
            self._coded[text] = self._find_code(text.removeprefix("#"))
        return self._coded[text]

    def _find_code(self, text: str) -> Named | None:
        spelt = {text, text.upper(), text.lower()}
        signed = [*spelt, *(f"#{each}" for each in spelt)]
        for kind in ("position", "contact", "task", "company"):
            rows = refs.visible(kind, by=self.by).in_use().filter(external_id__in=signed)
            ids = list(rows.values_list("pk", flat=True)[:3])
            if ids:
                return Named(kind, text, tuple(ids), labels=(text,) * len(ids))
        return None

    def email(self, address: str) -> Named | None:
        """Return the contact of an e-mail address."""
        mine = Contact.objects.visible_to(self.by).in_use()
        ids = list(mine.filter(email_key=address.casefold()).values_list("pk", flat=True)[:3])
        return Named("contact", address, tuple(ids), labels=(address,) * len(ids)) if ids else None

    def title(self, text: str) -> Named | None:
        """Return the cards, else contacts, companies or tasks, that are called exactly so."""
        called = fold(text)
        for kind, found in (
            ("position", self._directory.cards),
            ("contact", self._directory.contacts),
            ("company", self._directory.companies),
        ):
            ids = [row[0] for row in found.of((called,)) if fold(row[1]) == called][:MOST]
            if ids:
                return Named(kind, text, tuple(ids), labels=(text,) * len(ids))
        return self.task(text)

    def titled(self, tokens: Sequence[Token], at: int, limit: int) -> tuple[int, Named] | None:
        """
        Return where the whole title of a card that begins at `at` ends, and which cards have it.
        """
        if at + 1 >= limit:
            return None
        found: dict[int, list[tuple[int, str]]] = {}
        for pk, title, _ in self._directory.cards.of(title_run(tokens, at)):
            said = [each.low for each in words(title)]
            here = [each.low for each in tokens[at:limit] if each.kind != "mark"][: len(said)]
            if len(said) > 1 and _spelt(said) == _spelt(here):
                found.setdefault(_past(tokens, at, len(said)), []).append((pk, title))
        if not found:
            return None
        end = max(found)
        ids, labels = zip(*found[end], strict=True)
        return end, Named("position", labels[0], tuple(ids), labels=tuple(labels))

    def task(self, text: str) -> Named | None:
        """Return the open tasks that are called so."""
        mine = Task.objects.visible_to(self.by).filter(done_at=None)
        found = mine.filter(Q(title__iexact=text)) or mine.filter(title__icontains=text)
        ids = list(found.values_list("pk", flat=True)[:MOST])
        return Named("task", text, tuple(ids), labels=(text,) * len(ids)) if ids else None

    # --- Inside -----------------------------------------------------------------------------------
    def _read(
        self,
        tokens: Sequence[Token],
        at: int,
        limit: int,
        directory: Found,
    ) -> tuple[int, list[Any], bool, str] | None:
        first = tokens[at]
        if first.kind == "quote":
            quoted = directory.of(tuple(first.low.split()))
            rows = [row for row in quoted if fold(row[1]) == first.low]
            return (at + 1, rows, True, first.text) if rows else None
        if first.kind not in ("word", "code") or len(first.low) < 2:
            return None
        rows = next((rows for run in name_runs(tokens, at) if (rows := directory.of(run))), [])
        best: tuple[int, bool] = (0, False)
        chosen: list[Any] = []
        for row in rows:
            said = [each.low for each in words(row[1])]
            length, whole = _overlap(said, tokens, at, limit)
            if length and (length, whole) > best:
                best, chosen = (length, whole), [row]
            elif length and (length, whole) == best:
                chosen.append(row)
        if not chosen or len(chosen) > MOST:
            return None
        length, whole = best
        text = " ".join(each.text for each in tokens[at : at + length])
        return at + length, chosen, whole, text


def name_runs(tokens: Sequence[Token], at: int) -> list[Run]:
    """Return the words from `at` on that a name may hold, and without the s of a possessive."""
    said = _run(tokens, at, ("word", "number", "code"))
    cut = tokens[at].low[:-1] if tokens[at].low.endswith("s") else ""
    return [said, (cut, *said[1:])] if len(cut) > 1 else [said]


def title_run(tokens: Sequence[Token], at: int) -> Run:
    """Return the words from `at` on that a title may begin with, the first two as one."""
    said = _run(tokens, at, ("word", "number", "code"))
    return (" ".join(said[:2]), *said[2:])


def _run(tokens: Sequence[Token], at: int, kinds: Sequence[str]) -> Run:
    """Return the words that follow one another from `at` on."""
    end = at
    while end < len(tokens) and end - at < LONGEST and tokens[end].kind in kinds:
        end += 1
    return tuple(each.low for each in tokens[at:end])


def _begun(first: str, second: str) -> Iterator[Sequence[Run]]:
    """Return what is surely spelt right of a name of two words: one of them, or its beginning."""
    yield [(f"{first} {second[:size]}",) for size in (3, 2)] + [(second,), (first,)]
    yield [(word[:size],) for word in (first, second) for size in (4, 3)]


SHORT = {
    "st": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "sq": "square",
    "dr": "drive", "blvd": "boulevard", "pl": "place", "apt": "apartment", "co": "company",
}  # fmt: skip


def _spelt(said: Sequence[str]) -> list[str]:
    """Return words of a title with what is shortened written out."""
    return [SHORT.get(each, each) for each in said]


def _past(tokens: Sequence[Token], at: int, count: int) -> int:
    """Return where so many tokens from `at` end, marks aside."""
    while count:
        count -= tokens[at].kind != "mark"
        at += 1
    return at


def _overlap(said: list[str], tokens: Sequence[Token], at: int, limit: int) -> tuple[int, bool]:
    """Return how many tokens from `at` are consecutive words of a name, and whether all of it."""
    for start in range(len(said)):
        if tokens[at].low in (said[start], f"{said[start]}s"):
            length = 0
            while (
                start + length < len(said)
                and at + length < limit
                and tokens[at + length].low in (said[start + length], f"{said[start + length]}s")
            ):
                length += 1
            return length, start == 0 and length == len(said)
    return 0, False
