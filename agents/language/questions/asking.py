"""What a question asks for: a figure, of which records, and by what it is told apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.language.description import phrases
from agents.language.frames import Frame
from agents.language.organization import meanings
from agents.language.organization.sets import KINDS, Atom, Set
from agents.language.organization.vocabulary import Term
from agents.language.questions import activities, quantities
from agents.language.questions.grouping import SPANS, find_group
from agents.language.words.wording import bag, sayings
from crm.models import Task

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


# Their own: who has their birthday in May.
WHO_HAVE_THEIR = sayings("who has their, who have their, who had their, who has his, who has her")


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
    measure, measured, spoken = quantities.read(frame, words, grouped)
    if group == "when" and measured is not None and _says_period(measured, span):
        group, span = "", ""
    places = [at for at in range(frame.at, frame.end) if at not in grouped | spoken]
    of, kind = describe(frame, strip(frame, places), measured, words)
    return Question(of, kind, measure, measured, group, span, words)


def _says_period(term: Term, span: str) -> bool:
    """Whether a field is of a month already: a monthly fee, paid per month."""
    return any(SPANS.get(each) == span for each in meanings.said(term.called))


# --- Of which records -----------------------------------------------------------------------------
def strip(frame: Frame, places: list[int]) -> list[int]:
    """Leave the words of the question itself out."""
    first = 0
    while (
        first < len(places)
        and frame.low(places[first]) in SCAFFOLD | {"?", ","}
        and frame.lows(places[first], 2) not in sayings("of them, of these, of those")
        and not _begins_something(frame, places[first])
        and not (frame.low(places[first]) == "in" and _is_place(frame, places[first] + 1))
    ):
        first += 1
    first += first > 1 and frame.lows(places[first - 2], 3) in WHO_HAVE_THEIR
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


def _is_place(frame: Frame, at: int) -> bool:
    """Whether a stage, a pipeline or a value is named where “in” stands before it: in High."""
    kinds = ["stage", "pipeline", "value"]
    found = frame.scope.words.find(frame.tokens[: frame.end], at, kinds)
    return any(term.sure == 3 for _, term in found)


def _begins_something(frame: Frame, at: int) -> bool:
    """Whether a small word is the beginning of a name: To contact."""
    found = frame.scope.words.find(frame.tokens[: frame.end], at, ["stage", "pipeline", "value"])
    return any(end > at + 1 for end, _ in found)


def describe(
    frame: Frame, places: Sequence[int], measured: Term | None, words: Sequence[str]
) -> tuple[Set, str]:
    """Return the records that some tokens describe, and of which kind they are."""
    tokens = [frame.tokens[at] for at in places]
    passed = activities.read(frame.scope, tokens)
    of = passed or phrases.read(frame.scope, tokens, 0, len(tokens))
    frame.check_understood(of)
    if passed:
        return passed, "activity"
    if not of.pronoun and _which_one(frame, of):
        of.pronoun = "many"
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


def _which_one(frame: Frame, of: Set) -> bool:
    """Whether one of those that were listed is asked for: which one is the oldest."""
    asks = frame.low(frame.at) in ("which", "who", "what")
    one = frame.lows(frame.at, 2) in sayings("which one, which ones, which is, which are")
    bare = of.noun in ("", "one", "ones") and not of.names
    several = len(frame.scope.about) > 1
    return asks and several and bare and (one or (of.pick is not None and not of.atoms))


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
        if words[:1] == ["whose"] and of.noun in words[1:2] and of.atoms and _is_personal(of):
            return "contact"  # whose contract ran out
        if of.kind == "contact" and of.pick is not None and of.pick.on == "position":
            return "position"
        if of.kind == "contact" and measured is not None and measured.on == "position":
            return "position"
        return of.kind
    if measured is not None and measured.on in ("position", "contact", "company"):
        return measured.on
    if of.pick:
        return "position" if of.pick.on == "due" else of.pick.on
    alone = words[:1] == ["who"] and not _is_about(of)
    return "contact" if _is_personal(of) or alone else "position"


def _is_about(of: Set) -> set[str]:
    return {atom.on for atom in of.every_atom()} - {"any", "state"}


def _is_personal(of: Set) -> bool:
    """Whether all that is said is of people and firms, and nothing of cards."""
    on, people = _is_about(of), {"contact", "company", "activity"}
    return bool(on & people) and on <= people | {"noun"}
