"""What a question measures: how many, how much, on average; of which field, and by what."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.language.description import phrases
from agents.language.description.readers import Reader
from agents.language.frames import Frame
from agents.language.organization import meanings
from agents.language.organization.sets import KINDS, Atom, Set
from agents.language.organization.vocabulary import Term
from agents.language.questions.grouping import SPANS, find_group
from agents.language.words import lexicon
from agents.language.words.amounts import CURRENCIES
from agents.language.words.wording import bag, sayings
from crm.models import Task

MEASURES = {
    said: measure
    for measure, ways in {
        "average": "on average, average, mean, avg, typical, typically, averaged, averages",
        "sum": "add up to, adds up to, come to, comes to, amount to, amounts to, sum up to, total, "
        "sum, totals, combined, overall, altogether, aggregate, taken together, put together, "
        "in sum, all together, in all, sum total, together",
        "median": "median",
        "highest": "maximum, max",
        "lowest": "minimum, min",
    }.items()
    for said in sayings(ways)
}
SCAFFOLD = bag(
    """
    what which who how many much is are was were do does did the there have has had we our us
    can could you tell me give show list find see display get of in total all number count
    please currently right now i for to let know any altogether together be and a an will whom
    would names every each view print look up search fetch whose compare amount it them
    """
)
# What only repeats the question at its end.
TAILS = sayings(
    "and who are they, who are they, which ones are they, which are they, which ones, "
    "what are they, "
    "who is it, which one is it, which is it, how many are they, how many are there, who is that, "
    "and how many, how many is that, how many, whose are they, and whose are they, who is that one"
)
COUNTING = bag("many number count")


@dataclass
class Question:
    """
    A figure that is asked for.

    :param of: the records, of `kind`; each is counted, or `measured`, a field of theirs, is
    :param group: by what figures are told apart: any.owner, position.stage …; when for a date
    """

    of: Set
    kind: str
    measure: str
    measured: Term | None = None
    group: str = ""
    span: str = ""
    words: Sequence[str] = field(default_factory=list)


def read(frame: Frame) -> Question:
    """Return what a clause asks for."""
    words = [frame.low(at) for at in range(frame.at, frame.end)]
    group, span, grouped = find_group(frame)
    measure, measured, spoken = _measured(frame, words, grouped)
    if group == "when" and measured is not None and _says_period(measured, span):
        group, span = "", ""
    places = [at for at in range(frame.at, frame.end) if at not in grouped | spoken]
    of, kind = describe(frame, strip(frame, places), measured, words)
    return Question(of, kind, measure, measured, group, span, words)


def _says_period(term: Term, span: str) -> bool:
    """Whether a field is of a month already: a monthly fee, paid per month."""
    return any(SPANS.get(each) == span for each in meanings.said(term.called))


# --- What is measured -----------------------------------------------------------------------------
def _measured(
    frame: Frame, words: Sequence[str], grouped: set[int]
) -> tuple[str, Term | None, set[int]]:
    """Return what is measured, of which field, and which tokens said so."""
    measure, spoken = "", set[int]()
    for at in range(frame.at, frame.end):
        for said, way in MEASURES.items():
            if frame.lows(at, len(said)) == said and not _is_label(frame, at, said):
                measure = way if measure in ("", "sum") else measure
                spoken |= set(range(at, at + len(said)))
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
    if not measure:
        return "count", None, spoken
    found = _measured_field(frame, spoken | grouped)
    if found is not None:
        return measure, found[0], spoken | found[1]
    if measure == "sum" and not (
        much or last or money or MONEY & set(words) or spoken & _ends(frame)
    ):
        return "count", None, spoken
    return measure, None, spoken


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
    return any(each.kind in ("number", "amount") for each in near) or frame.low(at) in bag(
        "over under more less between above below up at exactly about around from"
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


# --- Of which records -----------------------------------------------------------------------------
def strip(frame: Frame, places: list[int]) -> list[int]:
    """Leave the words of the question itself out."""
    first = 0
    while (
        first < len(places)
        and frame.low(places[first]) in SCAFFOLD | {"?", ","}
        and not _begins_something(frame, places[first])
    ):
        first += 1
    last = len(places)
    while last > first and frame.tokens[places[last - 1]].kind == "mark":
        last -= 1
    for said in TAILS:
        if tuple(frame.low(at) for at in places[first:last][-len(said) :]) == said:
            last -= len(said)
            break
    while last > first and frame.tokens[places[last - 1]].kind == "mark":
        last -= 1
    while (
        last > first
        and not _ends_something(frame, places[first:last])
        and frame.low(places[last - 1]) in bag("there exist have we do got in")
    ):
        before = frame.low(places[last - 2]) if last > first + 1 else ""
        if (frame.low(places[last - 1]) == "have" and before != "we") or before in bag(
            "not yet to"
        ):
            break
        last -= 1
    return places[first:last]


def _ends_something(frame: Frame, places: Sequence[int]) -> bool:
    """Whether a small word is the end of a name: trade-in."""
    stop = places[-1] + 1
    return any(
        end == stop
        for at in places[-4:-1]
        for end, _ in frame.scope.words.find(frame.tokens[:stop], at, ["field", "stage", "value"])
    )


def _begins_something(frame: Frame, at: int) -> bool:
    """Whether a small word is the beginning of a name: To contact."""
    found = frame.scope.words.find(frame.tokens[: frame.end], at, ["stage", "pipeline", "value"])
    return any(end > at + 1 for end, _ in found)


def describe(
    frame: Frame, places: Sequence[int], measured: Term | None, words: Sequence[str]
) -> tuple[Set, str]:
    """Return the records that some tokens describe, and of which kind they are."""
    tokens = [frame.tokens[at] for at in places]
    of = phrases.read(frame.scope, tokens, 0, len(tokens))
    frame.check_understood(of)
    if of.pronoun:
        known = [ref for ref in frame.antecedents("many") if not ref.startswith("$")]
        kind = known[0].partition(":")[0] if known else "position"
        for ref in known:
            of.ref_ids.setdefault(ref.partition(":")[0], []).append(int(ref.partition(":")[2]))
        of.pronoun = ""
        return of, kind if kind in KINDS else "position"
    kind = find_kind(frame, of, measured, words)
    dated = {"done_at", "open", "closed", "overdue", "created_at"}
    if kind == "task" and not dated & {atom.name for atom in of.every_atom()}:
        of.atoms.append(Atom("state", "open"))
    return of, kind


def find_kind(frame: Frame, of: Set, measured: Term | None, words: Sequence[str]) -> str:
    """Return what is counted."""
    chores = (
        of.kind == "position"
        and of.noun in ("job", "jobs")
        and any(atom.name in ("overdue", "due") for atom in of.every_atom())
    )
    if of.kind == "task" or chores:
        own = Task.objects.visible_to(frame.scope.by).exists()
        staged = any(atom.name in ("stage", "pipeline") for atom in of.every_atom())
        return "task" if own and not staged else "position"
    if of.kind:
        if of.kind == "contact" and of.pick is not None and of.pick.on == "position":
            return "position"
        if of.kind == "contact" and measured is not None and measured.on == "position":
            return "position"
        return of.kind
    if measured is not None and measured.on in ("position", "contact", "company"):
        return measured.on
    if of.pick:
        return "position" if of.pick.on == "due" else of.pick.on
    on = {atom.on for atom in of.every_atom()} - {"any", "state"}
    about_people = {"contact", "company", "activity"}
    personal = bool(on & about_people) and on <= about_people | {"noun"}
    return "contact" if personal or (words[:1] == ["who"] and not on) else "position"
