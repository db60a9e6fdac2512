"""What is measured: how many, how much, on average; of which field of numbers."""

from collections.abc import Sequence

from agents.language.description.readers import Reader
from agents.language.frames import Frame
from agents.language.organization import meanings
from agents.language.organization.vocabulary import Term
from agents.language.words import lexicon
from agents.language.words.amounts import CURRENCIES
from agents.language.words.wording import bag, sayings

MEASURES = {
    said: measure
    for measure, ways in {
        "average": "on average, average, mean, avg, typical, typically, averaged, averages",
        "sum": "add up to, adds up to, come to, comes to, amount to, amounts to, sum up to, "
        "add up, sum up, total, sum, totals, combined, overall, altogether, aggregate, "
        "taken together, put together, in sum, all together, in all, sum total, together",
        "median": "median",
        "highest": "maximum, max",
        "lowest": "minimum, min",
    }.items()
    for said in sayings(ways)
}
# Verbs that ask for a figure, read before what they are of.
ADDING = {"add": "sum", "sum": "sum", "total": "sum", "average": "average"}
COUNTING = bag("many number count")


def read(
    frame: Frame, words: Sequence[str], grouped: set[int]
) -> tuple[str, Term | None, set[int]]:
    """Return what is measured, of which field, and which tokens said so."""
    measure = ADDING.get(frame.word, "") if frame.verb == "show" else ""
    spoken = set[int]()
    for at in range(frame.at, frame.end):
        for said, way in MEASURES.items():
            if frame.lows(at, len(said)) == said and not _is_label(frame, at, said):
                measure = way if measure in ("", "sum") else measure
                spoken |= set(range(at, at + len(said)))
    if of_field := _how_many(frame):
        return measure or "sum", of_field[0], spoken | of_field[1]
    of_numbers = measure not in ("", "sum") and "many" not in words
    counts = bool(COUNTING & set(words)) and "number" not in _labels(frame) and not of_numbers
    if of_numbers:
        spoken |= {at for at in range(frame.at, frame.end) if frame.low(at) == "number"}
    much = any(frame.lows(at, 2) == ("how", "much") for at in range(frame.at, frame.end))
    worth = [at for at in range(frame.at, frame.end) if frame.low(at) == "worth"]
    last = worth and not _compared_to(frame, worth[-1] + 1)
    spoken |= _how_large(frame)
    money = _in_money(frame)
    if (much or last or money) and not counts:
        measure, spoken = measure or "sum", spoken | set(worth if last else ()) | money
    if counts and measure in ("", "sum"):
        return "count", None, spoken
    if not measure and (named := _value_of(frame, grouped)):
        measure, spoken = "sum", spoken | named
    if not measure and (did := _what_verb(frame)):
        return "sum", did[0], spoken | did[1]
    if not measure and (each := _before_group(frame, grouped)):
        return ("average" if each[0].name == "score" else "sum"), each[0], spoken | each[1]
    if not measure:
        return "count", None, spoken
    if measure == "sum" and words[0] in bag("which who") and not (much or last):
        return "count", None, spoken
    found = _measured_field(frame, spoken | grouped)
    if found is not None:
        return measure, found[0], spoken | found[1]
    if measure == "sum" and not (
        much or last or money or MONEY & set(words) or spoken & _ends(frame)
    ):
        return "count", None, spoken
    return measure, None, spoken


def _how_many(frame: Frame) -> tuple[Term, set[int]] | None:
    """How many guests do they have: a number that is kept of records, and not the records."""
    for at in range(frame.at, frame.end - 2):
        if frame.lows(at, 2) != ("how", "many"):
            continue
        for end, term in frame.scope.words.find(frame.tokens[: frame.end], at + 2, ["field"]):
            is_kept = term.type in ("number", "money") and term.name != "open_tasks"
            if term.sure == 1 and _is_called_otherwise(frame, at + 2):
                continue
            is_noun = frame.tokens[at + 2].stem in lexicon.NOUN_STEMS
            of_them = frame.low(end) in bag("do does did will would can could")
            there = frame.low(end) in bag("are is were in at for with") and not is_noun
            if is_kept and (of_them or there):
                return term, set(range(at, end))
    return None


def _is_called_otherwise(frame: Frame, at: int) -> bool:
    """Whether a part of a label is rather what records are called, or where they stand."""
    own = frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline", "stage", "value"])
    return frame.tokens[at].stem in lexicon.NOUN_STEMS or bool(own)


def _what_verb(frame: Frame) -> tuple[Term, set[int]] | None:
    """What do we earn from them, what did they pay: the amount that a verb is about."""
    if frame.low(frame.at) != "what" or frame.low(frame.at + 1) not in bag("do does did"):
        return None
    for at in range(frame.at + 2, min(frame.at + 6, frame.end)):
        for term in meanings.fields_of(frame.low(at), frame.scope.words):
            if term.type == "money":
                return term, {frame.at, frame.at + 1, *range(at, at + 1), *_with_want(frame, at)}
    return None


def _before_group(frame: Frame, grouped: set[int]) -> tuple[Term, set[int]] | None:
    """Open value per owner, guests by town: the field that stands right before the group."""
    stop = min(grouped, default=frame.at)
    for at in range(max(frame.at, stop - 4), stop):
        records = at == stop - 1 and frame.tokens[at].stem in lexicon.NOUN_STEMS
        for end, term in frame.scope.words.find(frame.tokens[:stop], at, ["field"]):
            is_kept = term.type in ("number", "money") and term.name != "open_tasks"
            if end == stop and is_kept and (term.sure == 3 or not records):
                return term, set(range(at, end))
    return None


MONEY = bag("value pipeline money amount revenue worth volume sum total together add adds come")


def _ends(frame: Frame) -> set[int]:
    return set(range(frame.at, frame.end))


def _labels(frame: Frame) -> set[str]:
    """Return the words of fields that a clause names by more than one word: number of seats."""
    found: set[str] = set()
    for at in range(frame.at, frame.end):
        for end, _ in frame.scope.words.find(frame.tokens[: frame.end], at, ["field"]):
            if end - at > 1:
                found |= {frame.low(i) for i in range(at, end)}
    return found


def _is_label(frame: Frame, at: int, said: tuple[str, ...]) -> bool:
    """Whether a word of a measure is a part of a field's name: total gifts."""
    if len(said) > 1:
        return False
    found = frame.scope.words.find(frame.tokens[: frame.end], at, ["field"])
    return any(end - at > 1 for end, _ in found)


def _compared_to(frame: Frame, at: int) -> bool:
    """Whether an amount follows, so that what is worth so much is meant: worth over 10k."""
    near = [frame.tokens[i] for i in range(at, min(at + 4, frame.end))]
    return (
        any(each.kind in ("number", "amount") for each in near)
        or frame.low(at)
        in bag(
            "over under more less between above below up at exactly about around from most least"
        )
        or frame.lows(at, 2) in sayings("the most, the least")
    )


def _how_large(frame: Frame) -> set[int]:
    """Return the tokens of “how large is”, which say that a figure is asked for."""
    large = frame.low(frame.at) == "how" and frame.low(frame.at + 1) in bag("large big high")
    return {frame.at, frame.at + 1} if large else set()


def _in_money(frame: Frame) -> set[int]:
    """Return the tokens that ask for money: in dollars, by value."""
    for at in range(frame.at, frame.end):
        if frame.low(at) in ("in", "by") and (
            frame.low(at + 1) in CURRENCIES or frame.low(at + 1) in ("value", "money", "worth")
        ):
            return {at, at + 1}
    return set()


def _value_of(frame: Frame, grouped: set[int]) -> set[int]:
    """Return the tokens of “the value of”, where that begins the question."""
    at = frame.at
    while frame.low(at) in bag("what is the was tell me give us show our a"):
        at += 1
    says = bag("value worth amount volume sum revenue")
    return {at, at + 1} if frame.low(at) in says and frame.low(at + 1) in ("of", "in") else set()


def _measured_field(frame: Frame, taken: set[int]) -> tuple[Term, set[int]] | None:
    """Return the field of numbers that is measured, and the tokens that name it."""
    verbs: list[tuple[Term, set[int]]] = []
    for at in range(frame.at, frame.end):
        if at in taken or frame.tokens[at].kind != "word":
            continue
        found = [
            (end, term)
            for end, term in frame.scope.words.find(frame.tokens[: frame.end], at, ["field"])
            if term.type in ("number", "money")
            and not (term.sure == 1 and frame.tokens[at].stem in lexicon.NOUN_STEMS)
        ]
        if found and not _compared(frame, at, found[0][0]):
            end, term = found[0]
            if frame.tokens[end - 1].kind == "word" and not _is_kind(frame, at, end, term):
                figure = frame.low(end) in bag("money amount sum value size total figure amounts")
                return term, set(range(at, end + figure))
        for term in meanings.fields_of(frame.low(at), frame.scope.words):
            if term.type in ("number", "money") and not _compared(frame, at, at + 1):
                verbs.append((term, {at, *_with_want(frame, at)}))
    return verbs[0] if verbs else None


def _with_want(frame: Frame, at: int) -> set[int]:
    """Want to earn, bring in: the words about a verb that belong to it."""
    before = {i for i in (at - 1, at - 2) if frame.low(i) in bag("to want wants hope expect")}
    return before | ({at + 1} if frame.low(at + 1) in ("in", "for", "us") else set())


def _is_kind(frame: Frame, at: int, end: int, term: Term) -> bool:
    """Whether a word rather says what records are called: the gifts."""
    token = frame.tokens[at]
    return end == at + 1 and token.stem in lexicon.NOUN_STEMS and term.sure < 3


def _compared(frame: Frame, at: int, end: int) -> bool:
    """Whether a field is compared here, and not what is measured: with a score above 80."""
    for start in range(max(frame.at, at - 4), at):
        reader = Reader(frame.scope, frame.tokens, start, frame.end)
        found = reader._compare_amount(start)
        if found is not None and found[0] == at:
            return True
    follows = frame.tokens[min(end + 1, frame.end - 1)].kind in ("number", "amount")
    than = frame.low(end + 1) == "than" or frame.low(end) == "between"
    near = frame.low(end) in bag("over above under below more less at of for")
    return (near and (follows or than)) or frame.tokens[at - 1].kind in ("number", "amount")
