"""Who and what is named: contacts, companies, cards and tasks, looked up as `by` may see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from rapidfuzz.distance import DamerauLevenshtein

from agents.language.words.tokens import Token, fold, words
from audit.actors import Actor
from crm import refs, search
from crm.models import Company, Contact, Task
from pipelines.models import Position

MOST = 60  # rows that one name may mean before it means too many
MOST_TITLES = 400  # cards whose titles are looked through


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


@dataclass
class Names:
    """Looks names up, each once."""

    by: Actor
    _contacts: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    _companies: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    _titles: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def prefetch(self, needles: Sequence[str], pairs: Sequence[str]) -> None:
        """Look names up that hold one of some words, and cards' titles that hold a pair: in few."""
        new = [each for each in needles if each not in self._contacts]
        if new:
            mine = Contact.objects.visible_to(self.by).in_use()
            of_words = "select crm_find_{}(w, %s) from unnest(%s::text[]) w"
            sought = [search.MOST_FOUND, new]
            rows = mine.filter(search.found_by(of_words.format("contacts"), sought))
            held = list(rows.order_by("pk").values_list("pk", "name", "company__name"))
            folded = [(fold(name), (pk, name, firm or "")) for pk, name, firm in held]
            self._contacts |= {each: [row for name, row in folded if each in name] for each in new}
            firms = Company.objects.visible_to(self.by).in_use()
            found = firms.filter(search.found_by(of_words.format("companies"), sought))
            named = [(fold(row[1]), row) for row in found.order_by("pk").values_list("pk", "name")]
            self._companies |= {each: [row for name, row in named if each in name] for each in new}
        new = [each for each in pairs if each not in self._titles]
        if new:
            cards = Position.objects.visible_to(self.by).in_use()
            of_pairs = (
                "select pipelines_find_positions(p.id, w) from pipelines_pipeline p, "
                "unnest(%s::text[]) w"
            )
            rows = cards.filter(search.found_by(of_pairs, [new])).exclude(title="")
            titled = [(fold(row[1]), row) for row in rows.values_list("pk", "title")[:MOST_TITLES]]
            self._titles |= {each: [row for title, row in titled if each in title] for each in new}

    def contact(self, tokens: Sequence[Token], at: int, limit: int) -> tuple[int, Named] | None:
        """Return where the name of a contact that begins at `at` ends, and whom it may mean."""
        found = self._read(tokens, at, limit, self._find_contacts)
        if found is None:
            return None
        end, rows, whole, text = found
        labels = tuple(f"{name} ({firm})" if firm else name for _, name, firm in rows)
        return end, Named("contact", text, tuple(row[0] for row in rows), whole, labels)

    def company(self, tokens: Sequence[Token], at: int, limit: int) -> tuple[int, Named] | None:
        """Return where the name of a company that begins at `at` ends, and which it may mean."""
        found = self._read(tokens, at, limit, self._find_companies)
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
        said = " ".join(each.low for each in tokens[at : at + 2])
        near = {}
        for part in tokens[at : at + 2]:
            for size in (len(part.low), 4, 3):
                for row in self._find_contacts(part.low[:size]):
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
        """Return what another system's id names."""
        for kind in ("position", "contact", "task", "company"):
            rows = refs.visible(kind, by=self.by).in_use()
            ids = list(
                rows.filter(
                    Q(external_id__iexact=text) | Q(external_id__iexact=f"#{text}")
                ).values_list("pk", flat=True)[:3]
            )
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
        cards = Position.objects.visible_to(self.by).in_use()
        ids = list(cards.filter(title__iexact=text).values_list("pk", flat=True)[:MOST])
        if ids:
            return Named("position", text, tuple(ids), labels=(text,) * len(ids))
        mine = Contact.objects.visible_to(self.by).in_use()
        ids = list(mine.filter(name__iexact=text).values_list("pk", flat=True)[:MOST])
        if ids:
            return Named("contact", text, tuple(ids), labels=(text,) * len(ids))
        firms = Company.objects.visible_to(self.by).in_use()
        ids = list(firms.filter(name__iexact=text).values_list("pk", flat=True)[:MOST])
        if ids:
            return Named("company", text, tuple(ids), labels=(text,) * len(ids))
        return self.task(text)

    def titled(self, tokens: Sequence[Token], at: int, limit: int) -> tuple[int, Named] | None:
        """
        Return where the whole title of a card that begins at `at` ends, and which cards have it.
        """
        if at + 1 >= limit:
            return None
        needle = f"{tokens[at].low} {tokens[at + 1].low}"
        self.prefetch((), [needle])
        found: dict[int, list[tuple[int, str]]] = {}
        for pk, title in self._titles[needle]:
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
        find: Callable[[str], list[Any]],
    ) -> tuple[int, list[Any], bool, str] | None:
        first = tokens[at]
        if first.kind == "quote":
            rows = [row for row in find(first.low) if fold(row[1]) == first.low]
            return (at + 1, rows, True, first.text) if rows else None
        if first.kind not in ("word", "code") or len(first.low) < 2:
            return None
        rows = find(first.low) or (find(first.low[:-1]) if first.low.endswith("s") else [])
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

    def _find_contacts(self, needle: str) -> list[tuple[int, str, str]]:
        if needle not in self._contacts:
            rows = search.narrow(Contact.objects.visible_to(self.by).in_use(), needle)
            found = rows.order_by("pk").values_list("pk", "name", "company__name")
            self._contacts[needle] = [(pk, name, firm or "") for pk, name, firm in found[:500]]
        return self._contacts[needle]

    def _find_companies(self, needle: str) -> list[tuple[int, str]]:
        if needle not in self._companies:
            rows = search.narrow(Company.objects.visible_to(self.by).in_use(), needle)
            self._companies[needle] = list(rows.order_by("pk").values_list("pk", "name")[:200])
        return self._companies[needle]


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
