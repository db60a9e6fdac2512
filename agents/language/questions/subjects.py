"""Whom a question is about: the one record it names, and the words that ask something of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from agents.language.description import phrases
from agents.language.frames import Frame
from agents.language.organization import meanings
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import Term
from agents.language.questions.asking import SCAFFOLD
from agents.language.words import lexicon
from agents.language.words.fillers import SKIPPED, SMALL
from agents.language.words.wording import bag

# What stands before its subject in a question, and after it in what is told.
INVERTED = bag("do does did is are was were has have had will would can could should must may")
# Says nothing more where one record is asked about.
HARMLESS = SCAFFOLD | SKIPPED | SMALL | bag("last first now then us with until since when")


def split(frame: Frame, at: int, end: int) -> tuple[Set, list[int]] | None:
    """Return the record that is named, or spoken of, and the tokens that are not its name."""
    scope = replace(frame.scope, sets=[])
    tokens = frame.tokens
    parts, of = phrases.parts(scope, tokens, at, end)
    named = [part for part in parts if part.family.startswith("name of")]
    places = set(range(at, end))
    if of.names and named:
        for part in named:
            places -= set(range(part.at, part.end))
        kept = [
            place for place in sorted(places) if tokens[place].kind not in ("possessive", "mark")
        ]
        owned = next((tokens[place] for place in kept if _is_card(frame, place)), None)
        kind = "position" if owned is not None else ""
        text = frame.text(named[0].at, named[-1].end)
        return Set(kind=kind, names=of.names, text=text, noun=owned.low if owned else ""), kept
    for place in sorted(places):
        if pointed := _pointed_at(frame, place, end):
            kept = [at for at in sorted(places - pointed) if tokens[at].kind != "mark"]
            return Set(pronoun="it", text=frame.text(place, place + len(pointed))), kept
        low = tokens[place].low
        if low in bag("her his its their him them she he they it") and not _is_plain_it(
            frame, place
        ):
            kept = [each for each in sorted(places - {place}) if tokens[each].kind != "mark"]
            pronoun = _placed_before(frame) or lexicon.PRONOUNS[low]
            return Set(pronoun=pronoun, text=low, plural=low in ("them", "they", "their")), kept
    return None


def _placed_before(frame: Frame) -> str:
    """The second one, who owns it: the place in a list that the clause before names."""
    before = [each.low for each in frame.tokens[: frame.at] if each.kind != "mark"]
    places = [lexicon.ORDINALS[low] for low in before if low in lexicon.ORDINALS]
    alone = set(before) <= lexicon.ORDINALS.keys() | bag("the one and what about of them")
    return f"at:{places[0]}" if places and alone else ""


def _pointed_at(frame: Frame, at: int, end: int) -> set[int]:
    """Return the tokens of this, this one, that deal: what the page shows, or was spoken of."""
    follows = frame.low(at + 1) if at + 1 < end else ""
    if (
        follows == "one"
        or lexicon.noun(follows) in ("position", "contact")
        or _is_card(frame, at + 1)
    ):
        return {at, at + 1} if frame.low(at) in ("this", "that") else set()
    alone = frame.low(at) == "this" and (
        not follows or follows in INVERTED | lexicon.VERBS.keys() | bag("in been assigned")
    )
    return {at} if alone else set()


def _is_card(frame: Frame, at: int) -> bool:
    """Whether a word is what cards are called: Karen's deal, his repair in Repairs."""
    if lexicon.noun(frame.low(at)) == "position":
        return True
    boards = frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline"])
    return any(end == at + 1 and term.sure > 1 for end, term in boards)


def _is_plain_it(frame: Frame, at: int) -> bool:
    """Whether “it” stands for nothing: is it true, how long is it."""
    return frame.tokens[at].low == "it" and not frame.antecedents("it")


def find_fields(
    frame: Frame, places: Sequence[int], types: Iterable[str] = ()
) -> list[tuple[Term, set[int]]]:
    """Return the fields that some tokens name, or whose verbs they are, the likeliest first."""
    wanted, found = set(types), []
    tokens = [frame.tokens[place] for place in places]
    for index, token in enumerate(tokens):
        for end, term in frame.scope.words.find(tokens, index, ["field"]):
            if not wanted or term.type in wanted:
                found.append((end - index, term.sure, term, set(places[index:end])))
        if token.kind == "word":
            for term in meanings.fields_of(token.low, frame.scope.words):
                if not wanted or term.type in wanted:
                    found.append((1, 1, term, {places[index]}))
    found.sort(key=lambda each: (-each[0], -each[1]))
    return [(term, spoken) for _, _, term, spoken in found]


def says_more(frame: Frame, places: Iterable[int]) -> bool:
    """Whether tokens say more than words that narrow nothing."""
    return any(
        frame.tokens[at].kind not in ("mark", "possessive")
        and frame.low(at) not in HARMLESS
        and not _is_card(frame, at)
        for at in places
    )
