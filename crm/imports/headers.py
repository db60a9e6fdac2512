"""What a header says: whose property of what kind, in the words of `vocabulary`."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache

from crm.imports import concepts, vocabulary


class Sort(Enum):
    """What a piece of a header does."""

    ENTITY = "entity"
    CONCEPT = "concept"
    TIME = "time"
    NEUTRAL = "neutral"
    DISTRACTING = "distracting"
    OF = "of"
    OR = "or"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Piece:
    """One recognised phrase of a header."""

    sort: Sort
    meaning: str
    guessed: bool = False  # a misspelling was mended


@dataclass(frozen=True)
class Meaning:
    """
    What a header says: a concept, the entities it belongs to (outermost first), and how clearly.

    Where a header names alternatives ("Zip / Postal code"), `concepts` holds each.
    """

    path: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    clarity: float = 0.0  # 0 to 1; 1 where every word is understood


# Concepts that may stand before another without changing it: the city of an address.
AGREEING = {
    ("address", "city"), ("address", "region"), ("address", "state"), ("address", "postal_code"),
    ("address", "country"), ("address", "address_2"), ("phone", "mobile"), ("name", "first_name"),
    ("name", "last_name"), ("domain", "website"), ("website", "domain"), ("amount", "currency"),
    ("expected_amount", "currency"), ("revenue", "currency"), ("email", "subject"),
    ("email", "body"), ("linkedin", "website"), ("email", "domain"), ("source", "type"),
    ("name", "title"), ("job_title", "title"), ("body", "notes"),
    ("website", "linkedin"), ("job_title", "name"), ("created", "source"), ("project", "name"),
    ("outcome", "lost_reason"), ("closed", "lost_reason"), ("closed", "reason"),
    ("expected_amount", "amount"), ("due", "start"), ("amount", "expected_amount"),
    ("last_contacted", "last_activity"), ("created", "created"), ("name", "name"),
    ("address", "address"), ("closed", "closed"), ("website", "website"), ("currency", "amount"),
    ("type", "name"), ("status", "name"),
    ("email", "opt_out"), ("email", "do_not_contact"), ("source", "name"), ("industry", "name"),
}  # fmt: skip
# "Currency code", "E-mail ID": what is meant is what the code or number is of.
# "From" and "To" alone are a letter's; among other words they only join them.
JOINING = {"from", "to"}
NUMBERED = {"currency", "country", "language", "postal_code", "region", "email", "phone", "mobile"}
REACHED = {"email", "phone", "mobile", "name", "first_name", "last_name"}
PLACEHOLDER = re.compile(r"(column|col|field|spalte|unnamed)[:_ ]*\d*", re.IGNORECASE)
ASIDE = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
LONGEST_PHRASE = 6  # words
SHORTEST_PART = 3  # letters of a word inside a run-together one


def split_words(header: str) -> list[str]:
    """Return the words of a header: accents and case gone, camelCase and signs split."""
    text = re.sub(r"__(c|r|pc)\b", "", header)
    text = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ][a-zà-ÿ])|(?<=[a-z])(?=[A-Z])", " ", text)
    text = text.replace("ß", "ss").replace("#", " number ").replace("№", " number ")
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.findall(r"[^\W_]+|[/&]", re.sub(r"\b(or|und|and|oder|ou|et)\b", "/", plain))
    return [word for word in words if word != "1"] or words  # "E-mail 1" is the e-mail


def squash(phrase: str) -> str:
    """Return a phrase without accents, spaces and case."""
    return "".join(word for word in split_words(phrase) if word not in "/&")


def listed(text: str, sort: Sort, meaning: str) -> dict[str, Piece]:
    """Return the pieces of a list of phrases that mean the same."""
    return {squash(phrase): Piece(sort, meaning) for phrase in text.split(",") if phrase.strip()}


def named(text: str, sort: Sort) -> dict[str, Piece]:
    """Return the pieces of a list of meanings with their phrases; the first to say one keeps it."""
    pieces: dict[str, Piece] = {}
    for entry in re.split(r"\n(?=\w)", text.strip()):
        meaning, _, phrases = entry.partition(":")
        pieces = listed(phrases, sort, meaning) | pieces
    return pieces


# Squashed phrase → what it does. Entities and concepts win over words that merely accompany.
LEXICON: dict[str, Piece] = {
    **listed(vocabulary.OF, Sort.OF, "of"),
    **listed(vocabulary.TIMES, Sort.TIME, "date"),
    **listed(vocabulary.NEUTRAL, Sort.NEUTRAL, ""),
    **listed(vocabulary.DISTRACTING, Sort.DISTRACTING, ""),
    **named(concepts.CONCEPTS, Sort.CONCEPT),
    **named(vocabulary.ENTITIES, Sort.ENTITY),
}
SAYING = {Sort.ENTITY, Sort.CONCEPT, Sort.TIME}
LONG_WORDS = [word for word in LEXICON if len(word) >= 5]


@lru_cache(maxsize=4096)
def understand(header: str) -> Meaning:
    """Return what a header says, with no regard to the values below it."""
    if PLACEHOLDER.fullmatch(header.strip()):
        return Meaning()
    main, asides = without_asides(header)
    pieces = turned_round(pieces_of(split_words(main)))
    if not any(says_something(piece) or piece.sort is Sort.TIME for piece in pieces):
        pieces = turned_round(pieces_of(split_words(header)))
    pieces += [piece for piece in pieces_of(split_words(asides)) if tells_aside(piece)]
    return meaning_of(pieces)


def tells_aside(piece: Piece) -> bool:
    """Say whether a piece in brackets changes what stands before them: "Phone (mobile)"."""
    return piece.sort is Sort.DISTRACTING or piece.meaning in ("mobile", "fax", "linkedin")


def without_asides(header: str) -> tuple[str, str]:
    """Return a header without what stands in brackets, and that."""
    return ASIDE.sub(" ", header), " ".join(ASIDE.findall(header))


def pieces_of(words: list[str]) -> list[Piece]:
    """Return the longest known phrases of the words, from the left."""
    pieces: list[Piece] = []
    at = 0
    while at < len(words):
        length, found = longest(words[at:])
        joins = length == 1 < len(words) and words[at] in JOINING
        pieces += [Piece(Sort.OF, "of")] if joins else found
        at += length
    return pieces


def longest(words: list[str]) -> tuple[int, list[Piece]]:
    """Return the longest known phrase that the words begin with, and how many words it takes."""
    if words[0] in "/&":
        return 1, [Piece(Sort.OR, "")]
    for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        phrase = "".join(word for word in words[:length] if word not in "/&")
        if words[length - 1] not in "/&" and (piece := LEXICON.get(phrase)):
            return length, [piece]
    return 1, taken_apart(words[0])


def taken_apart(word: str) -> list[Piece]:
    """Return the pieces of a run-together word ("dealstage"), or its likeliest spelling."""
    if found := segments(word):
        return found
    if near := misspelled(word):
        return [Piece(LEXICON[near].sort, LEXICON[near].meaning, guessed=True)]
    return [Piece(Sort.UNKNOWN, word)]


def misspelled(word: str) -> str:
    """Return the known word that this is with letters swapped, missing or doubled, or nothing."""
    if len(word) < 5:
        return ""
    swapped = (known for known in LONG_WORDS if sorted(known) == sorted(word))
    near = get_close_matches(word, LONG_WORDS, n=1, cutoff=0.86)
    return next(swapped, near[0] if near else "")


def segments(word: str) -> list[Piece]:
    """Split a run-together word into known ones, the longest first; nothing if it cannot be."""
    for end in range(len(word) - 2, SHORTEST_PART - 1, -1):
        head, tail = LEXICON.get(word[:end]), word[end:]
        if head is None or head.sort not in (Sort.ENTITY, Sort.CONCEPT, Sort.NEUTRAL):
            continue
        for ending in (tail, tail.removeprefix("s")):  # "Vorgangsnummer"
            if (rest := LEXICON.get(ending)) and rest.sort in SAYING:
                return [head, rest]
        if len(tail) > SHORTEST_PART and (more := segments(tail)):
            return [head, *more]
    return []


def turned_round(pieces: list[Piece]) -> list[Piece]:
    """Put what follows an “of” before it: "name of the company" is the company's name."""
    for at, piece in enumerate(pieces):
        after = [each for each in pieces[at + 1 :] if each.sort is not Sort.OF]
        if piece.sort is Sort.OF and at and any(says_something(each) for each in after):
            return turned_round([*after, *pieces[:at]]) if at else after
    return [piece for piece in pieces if piece.sort is not Sort.OF]


def says_something(piece: Piece) -> bool:
    """Say whether a piece is more than an accompanying word."""
    return piece.sort in (Sort.ENTITY, Sort.CONCEPT)


def meaning_of(pieces: list[Piece]) -> Meaning:
    """Return the meaning of pieces in order: entities lead, the last concept is meant."""
    telling = [piece for piece in pieces if says_something(piece)]
    path = tuple(dict.fromkeys(each.meaning for each in telling if each.sort is Sort.ENTITY))
    said = [each.meaning for each in telling if each.sort is Sort.CONCEPT]
    if len(said) > 1 and said[-1] == "name" and said[-2] not in REACHED:
        said.pop()  # "Loss reason name" is the loss reason
    if len(said) > 1 and said[-1] == "id" and said[-2] in NUMBERED:
        return Meaning(path, (said[-2], "id"), clearness(pieces))
    times = any(piece.sort is Sort.TIME for piece in pieces)
    clarity = clearness(pieces)
    if not telling:
        return Meaning((), ("date",), clarity) if times else Meaning()
    if not said:
        return Meaning(path, ("date" if times else "self",), clarity)
    if any(piece.sort is Sort.OR for piece in pieces):
        return Meaning(path, tuple(dict.fromkeys(said)), clarity)
    if telling[-1].sort is Sort.ENTITY and said != ["id"]:
        return Meaning(path, ("self",), clarity * 0.4)
    disagreeing = sum((other, said[-1]) not in AGREEING for other in set(said[:-1]) - {said[-1]})
    return Meaning(path, (said[-1],), clarity * 0.35**disagreeing)


# How much of a header's clarity a piece leaves. The last word is what is meant: not knowing it
# ("Total visits", "Phone service") leaves little.
LEAVES = {Sort.UNKNOWN: 0.72, Sort.DISTRACTING: 0.5}


def clearness(pieces: list[Piece]) -> float:
    """Return how much of a header is understood, 0 to 1."""
    clarity = 0.6 if pieces and pieces[-1].sort is Sort.UNKNOWN else 1.0
    for piece in pieces:
        clarity *= LEAVES.get(piece.sort, 1.0) * (0.85 if piece.guessed else 1.0)
    return clarity
