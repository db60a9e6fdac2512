"""Superlatives: the five oldest, the most valuable deal, the one with the fewest seats."""

from typing import TYPE_CHECKING

from agents.language.organization import meanings
from agents.language.organization.sets import Pick
from agents.language.words import amounts, lexicon
from agents.language.words.fillers import SKIPPED
from agents.language.words.tokens import stem
from agents.language.words.wording import bag, sayings

if TYPE_CHECKING:
    from agents.language.description.phrases import Phrase

# Adjective: which fields tell, on what, and whether the lowest comes first.
PLAIN = {
    "oldest": ("own", ("created_at", "entered_stage_at"), True),
    "newest": ("own", ("created_at", "entered_stage_at"), False),
    "latest": ("own", ("created_at", "entered_stage_at"), False),
    "youngest": ("own", ("created_at", "entered_stage_at"), False),
    "earliest": ("own", ("created_at", "entered_stage_at"), True),
    "biggest": ("position", ("value_cents",), False),
    "largest": ("position", ("value_cents",), False),
    "greatest": ("position", ("value_cents",), False),
    "richest": ("position", ("value_cents",), False),
    "priciest": ("position", ("value_cents",), False),
    "top": ("position", ("value_cents",), False),
    "bottom": ("position", ("value_cents",), True),
    "smallest": ("position", ("value_cents",), True),
    "cheapest": ("position", ("value_cents",), True),
    "longest": ("position", ("entered_stage_at",), True),
    "hottest": ("position", ("score",), False),
    "coldest": ("contact", ("last_contacted_at",), True),
    "best": ("position", ("score",), False),
    "worst": ("position", ("score",), True),
    "stalest": ("position", ("entered_stage_at",), True),
}
MOST = {
    "valuable": ("position", ("value_cents",)),
    "expensive": ("position", ("value_cents",)),
    "urgent": ("due", ()),
    "overdue": ("due", ()),
    "pressing": ("due", ()),
    "promising": ("position", ("score",)),
    "lucrative": ("position", ("value_cents",)),
}
WAITING = bag(
    "in stage waiting waited standing stuck silent there sitting overdue time ago now yet"
)


# By what an order goes.
BY = sayings("by, in terms of, measured by, going by, according to, in order of, ranked by")
MOST_LISTED = 50  # records that are put in an order: biggest first
# Where a superlative ends, on what, by which fields, and whether the lowest comes first.
Picked = tuple[int, str, tuple[str, ...], bool]


def read_pick(phrase: "Phrase") -> tuple[int, Pick, bool] | None:
    """Return where a superlative that begins here ends, what it picks, and whether many."""
    at, limit = phrase.at, 0
    skip = at + (phrase.low() == "the")
    counted = amounts.count(phrase.tokens, skip) if skip < phrase.end else None
    if counted and counted[0] < phrase.end:
        skip, limit = counted
    if skip >= phrase.end:
        return None
    word = phrase.tokens[skip].low
    if word in ("top", "bottom") and (after := amounts.count(phrase.tokens, skip + 1)):
        skip, limit = after[0] - 1, after[1]
    found = (
        _plain(phrase, skip, word)
        or _most(phrase, skip, word)
        or _with_most(phrase, at)
        or _predicate(phrase, at)
    )
    if found is None:
        return None
    end, on, names, ascending = found
    if end < phrase.end and phrase.tokens[end].low == "first":
        end, limit = end + 1, MOST_LISTED
    kind = phrase.set.kind or _kind_ahead(phrase, end)
    if on == "due":
        names = ("due",)
    if (
        on == "own"
        and word in ("oldest", "youngest")
        and kind == "contact"
        and (born := _birth(phrase))
    ):
        on, names, ascending = "contact", (born,), word == "oldest"
    if on == "own":
        on = kind if kind in ("contact", "company", "task") else "position"
        names = names if on == "position" else names[:1]
    named = phrase.tokens[end - 1].low in bag("fee price value amount worth rent cost")
    if (on, names) == ("position", ("value_cents",)) and kind == "contact" and not named:
        money = [
            each.key
            for each in phrase.scope.words.customs
            if (each.on, each.type) == ("contact", "money")
        ]
        if len(money) == 1:
            on, names = "contact", (f"custom.{money[0]}",)
    plural = limit > 1 or (limit == 0 and _plural_ahead(phrase, end))
    return end, Pick(on, names, ascending, limit or 1), plural


def _birth(phrase: "Phrase") -> str:
    """Return the field that says when people were born, where there is one."""
    return next(
        (
            term.name
            for stem_ in ("birth", "born", "birthday")
            for term in phrase.scope.words.terms.get(stem(stem_), ())
            if term.kind == "field" and term.type == "date" and term.on == "contact"
        ),
        "",
    )


def _kind_ahead(phrase: "Phrase", at: int) -> str:
    from agents.language.words.lexicon import NOUN_STEMS

    for token in phrase.tokens[at : min(at + 3, phrase.end)]:
        if token.stem in NOUN_STEMS:
            return NOUN_STEMS[token.stem]
    return ""


def _plural_ahead(phrase: "Phrase", at: int) -> bool:
    return at < phrase.end and phrase.tokens[at].low.endswith("s")


def _plain(phrase: "Phrase", at: int, word: str) -> Picked | None:
    if word in ("highest", "lowest"):
        return _field(phrase, at + 1, word == "lowest") or (
            at + 1,
            "position",
            ("value_cents",),
            word == "lowest",
        )
    if word not in PLAIN:
        return None
    on, names, ascending = PLAIN[word]
    end = at + 1
    if word in bag("biggest largest smallest greatest best longest earliest latest top") and (
        found := None if _names_records(phrase, end) else _field(phrase, end, ascending)
    ):
        if word in ("earliest", "latest"):
            return found[0], found[1], found[2], word == "earliest"
        return found
    if word == "longest":
        while end < phrase.end and phrase.tokens[end].low in WAITING:
            if phrase.tokens[end].low == "silent":
                on, names = "contact", ("last_contacted_at",)
            end += 1
    return end, on, names, ascending


def _names_records(phrase: "Phrase", at: int) -> bool:
    """Whether a word is what the records are called, though a part of a label, too: gifts."""
    token = phrase.tokens[at] if at < phrase.end else None
    if token is None or lexicon.noun(token.low) != "position" or not phrase._ends(at + 1):
        return False
    return all(term.sure < 3 for _, term in phrase._fields(at))


def _most(phrase: "Phrase", at: int, word: str) -> Picked | None:
    if word not in ("most", "least", "fewest") or at + 1 >= phrase.end:
        return None
    low, ascending = phrase.tokens[at + 1].low, word != "most"
    if low in MOST:
        on, names = MOST[low]
        return at + 2, on, names, (on == "due") != ascending
    if low == "recent":
        return at + 2, "own", ("created_at", "entered_stage_at"), ascending
    if low == "recently" and at + 2 < phrase.end:
        third = phrase.tokens[at + 2].stem
        if third in (stem("contacted"), stem("spoken"), stem("touched")):
            return at + 3, "contact", ("last_contacted_at",), ascending
        return at + 3, "own", ("created_at", "entered_stage_at"), ascending
    if found := _field(phrase, at + 1, ascending):
        return found
    return None


def _with_most(phrase: "Phrase", at: int) -> Picked | None:
    """With the most seats, with the highest budget, having the fewest bedrooms."""
    if phrase.tokens[at].low not in bag("with having who that has have"):
        return None
    start = at + 1
    while start < phrase.end and phrase.tokens[start].low in ("the", "has", "have", "a"):
        start += 1
    if start < phrase.end and phrase.tokens[start].low in bag(
        "most least fewest highest lowest biggest largest smallest longest shortest earliest latest"
    ):
        return _field(
            phrase,
            start + 1,
            phrase.tokens[start].low in bag("least fewest lowest smallest shortest earliest"),
        )
    return None


def by_field(phrase: "Phrase", at: int) -> tuple[int, str, tuple[str, ...]] | None:
    """Return where the field ends by which an order goes, on what it is, and which it is."""
    at += at < phrase.end and phrase.tokens[at].low in bag("the their its highest lowest")
    found = _field(phrase, at, False)
    return found[:3] if found else None


def _predicate(phrase: "Phrase", at: int) -> Picked | None:
    """Is worth the most, pays us the least: of what a verb is about."""
    start = at + (phrase.tokens[at].low in bag("is are was were who that which"))
    if start >= phrase.end:
        return None
    end = start + 1
    while end < phrase.end and phrase.tokens[end].low in bag("us the to in"):
        end += 1
    said = phrase.tokens[end].low if start + 1 < end < phrase.end else ""
    if said not in bag("most least") or not phrase._closes(end + 1):
        return None
    verb = phrase.tokens[start].low
    if verb in bag("worth valued"):
        return end + 1, "position", ("value_cents",), said == "least"
    kept = meanings.fields_of(verb, phrase.scope.words)
    if verb in SKIPPED and not kept:
        on = phrase.set.kind or "contact"
        numbers = [term for term in meanings.own_fields(phrase.scope.words) if term.on == on]
        numbers = [term for term in numbers if term.type == "number"]
        kept = numbers if len(numbers) == 1 else []
    for term in kept:
        if term.type in ("number", "money"):
            return end + 1, term.on, (term.name,), said == "least"
    return None


def _field(phrase: "Phrase", at: int, ascending: bool) -> Picked | None:
    fields = [
        (end, term)
        for end, term in phrase._fields(at)
        if term.type in ("number", "money", "date", "moment")
    ]
    if not fields and at < phrase.end and len(phrase.tokens[at].low) > 6:
        prefix = phrase.tokens[at].low[:6]
        fields = [
            (at + 1, term)
            for terms in phrase.scope.words.terms.values()
            for term in terms
            if term.kind == "field"
            and term.name.startswith("custom.")
            and term.type in ("number", "money")
            and any(word.startswith(prefix) for word in term.words)
        ]
    if not fields:
        return None
    end, term = fields[0]
    on = "own" if term.on == "any" else term.on
    return end, on, (term.name,), ascending
