"""
The reader: of all a message may ask for, what the evidence is best for.

Operations propose candidates, each with its score: those of the whole message (something to write
down, a task, a new record) and those of its units (a stage, a colleague, a tag, a day, a value).
The best of a unit is taken where it is strong enough; several of one unit, where they explain
different words of it. What is plainly asked for and not understood is never left out in silence.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from agents.language.evidence import (
    cards,
    charge,
    clearing,
    dated,
    drawing,
    duties,
    entering,
    letters,
    naming,
    planning,
    recording,
    removing,
    scheduling,
    standing,
    supposing,
    tagging,
    unable,
    valuing,
)
from agents.language.evidence.candidates import ENOUGH, Candidate
from agents.language.evidence.clauses import NOUNLIKE, OBJECTS
from agents.language.evidence.evidence import Message, Said
from agents.language.evidence.units import Unit, split
from agents.language.frames import Frame, Impossible, Unclear
from agents.language.organization import sets
from agents.language.organization.mentions import RECORDS, Mentions, link
from agents.language.organization.sets import Set
from agents.language.words import lexicon, senses
from agents.language.words.wording import bag

WHOLE: Sequence[Callable[[Message], Iterator[Candidate]]] = (
    letters.drafting,
    recording.recording,
    duties.assigning,
    drawing.drawing,
    entering.entering,
    cards.entering,
    duties.finishing,
)
MANIFOLD = ("set", "date", "number")  # of which one unit may ask for several
BESIDE = 3.4  # evidence for what is asked for beside something surer
SINGLE: Sequence[Callable[[Said], Iterator[Candidate]]] = (
    standing.moving,
    standing.reopening,
    removing.putting_away,
    removing.restoring,
    charge.giving,
    charge.balancing,
    charge.releasing,
    clearing.clearing,
    naming.renaming,
    planning.planning,
    tagging.tagging,
    scheduling.scheduling,
    valuing.valuing,
)


def read(frame: Frame) -> bool:
    """
    Add to the plan what a message asks for; return whether there is evidence for anything.

    :raises Unclear: if something is to be settled first
    :raises Impossible: if it cannot be done here
    """
    frame = replace(frame, tokens=frame.tokens[: frame.end], verb="change")
    mentions = link(frame.scope, frame.tokens)
    units = split(frame.tokens, frame.scope, mentions, frame.source)
    message = Message(frame, mentions, [unit for unit in units if unit.at >= frame.at])
    _spare(message)
    supposed = supposing.suppose(message)
    if supposed is not None:
        message = supposed
        if not message.units:
            return True
    unable.refuse(message)
    if any(unit.mood == "asked" and not _is_announced(message, unit) for unit in message.units):
        return False
    if supposed is not None and all(_lets_be(message, unit) for unit in message.units):
        frame.plan.says.append(supposing.NOTHING)
        return True
    return carry_out(message)


def _lets_be(message: Message, unit: Unit) -> bool:
    """Whether nothing is to be done: leave her where she is."""
    first = message.tokens[unit.at].low
    return first in ("leave", "keep", "nothing") or unit.mood == "denied"


SPARING = (
    *(("but", each) for each in ("not", "leave", "without", "never")),
    ("except",), ("apart", "from"), ("other", "than"), ("excluding",), ("aside", "from"),
    ("leave",), ("only", "what"), ("only", "those"), ("not", "for"), ("not", "the"),
)  # fmt: skip


def _spare(message: Message) -> None:
    """Keep who is not meant: but not Vantage Freight; what spares others is not understood."""
    kept = []
    for unit in message.units:
        low = [message.tokens[i].low for i in range(max(0, unit.at - 1), unit.end)]
        if not any(tuple(low[i : i + len(words)]) == words for i in (0, 1) for words in SPARING):
            kept.append(unit)
            continue
        named = message.mentions.of("contact", "company", "position", at=unit.at, end=unit.end)
        if not named:
            message.spared = None
        elif message.spared is not None:
            message.spared += [m.means[0] for m in named]
    if kept:
        message.units = kept


def carry_out(message: Message) -> bool:
    """Take the best readings of a message, in order."""
    own = [
        n
        for n, unit in enumerate(message.units)
        if not _is_announced(message, unit) and _stands_alone(message, unit)
    ]
    rest = _part(message, own)
    whole = _best([each for propose in WHOLE for each in propose(rest)])
    taken = {rest.units[n] for n in whole.units} if whole else set()
    first = min((unit.at for unit in taken), default=-1)
    asked = False
    left: list[Unit] = []
    for unit in message.units:
        if whole is not None and unit.at == first:
            whole.make()
            asked = True
            _remember(message, min(u.at for u in taken), max(u.end for u in taken))
        if unit in taken:
            continue
        done = _read_unit(message, unit)
        if not done and _is_order(message, unit):
            left.append(unit)
        asked = done or asked
    if asked and left:
        said = message.frame.text(left[0].at, left[0].end)
        raise Unclear(f"I do not know what “{said}” means here. Can you say it in other words?")
    if message.problem is not None and not message.frame.plan.steps:
        raise message.problem  # beside something done, it was only told and is so already
    return asked


ECHOED = bag("date dates day days accordingly too please")
ORDERS = bag("tag untag assign move archive add log remind complete clear rename unassign")


def _is_order(message: Message, unit: Unit) -> bool:
    """Whether a unit plainly asks for something: it is not left out while the rest is done."""
    tokens = message.tokens
    low = tokens[unit.at].low
    after = tokens[unit.at + 1].low if unit.at + 1 < unit.end else ""
    taking = low in ("take", "pull", "grab") and unit != message.units[-1]  # and do this with it
    ordered = unit.mood == "said" and lexicon.VERBS.get(low) in ORDERS and not taking
    return ordered and (low not in NOUNLIKE or after in OBJECTS) and _says_more(message, unit)


def _says_more(message: Message, unit: Unit) -> bool:
    """Whether an order has words of its own: “move them there” only says again what was said."""
    return any(
        message.tokens[i].kind not in ("mark", "possessive")
        and message.tokens[i].low not in senses.PLAIN | ECHOED
        and not lexicon.noun(message.tokens[i].low)
        for i in range(unit.at + 1, unit.end)
    )


def _stands_alone(message: Message, unit: Unit) -> bool:
    """Whether a unit is a request of its own, beside what the whole message may ask for."""
    first = next(
        (
            i
            for i in range(unit.at, unit.end)
            if message.tokens[i].low not in lexicon.FILLERS | bag("please and then")
        ),
        unit.at,
    )
    pair = (message.tokens[first].low, message.tokens[min(first + 1, unit.end - 1)].low)
    if pair[0] not in lexicon.VERBS and pair not in lexicon.PARTICLES:
        return False
    alone = Message(message.frame, message.mentions, [unit], message.focus)
    if _best([each for propose in WHOLE for each in propose(alone)]):
        return False
    named = message.mentions.of("position", "contact", end=unit.at)
    if message.focus is None and named:
        spoken = Set(
            names=[named[-1].means[0]], text=message.frame.text(named[-1].at, named[-1].end)
        )
        message = replace(message, focus=spoken)
    found = _best([each for propose in SINGLE for each in propose(Said(message, unit))])
    return found is not None


def _is_announced(message: Message, unit: Unit) -> bool:
    """Whether a unit is what was announced, and says nothing itself: a note to Karen: move out."""
    mark = message.tokens[unit.at - 1].low if unit.at else ""
    before = [Said(message, each) for each in message.units if each.at < unit.at]
    if mark != "," or not before or not before[-1].has("task", "todo", "reminder"):
        return mark == ":"
    whose = before[-1].of("member")  # a task: Amy, call them
    return before[-1].has(":") and bool(whose) and whose[-1].end == before[-1].end


def _part(message: Message, without: Sequence[int]) -> Message:
    """Return a message of some units alone."""
    units = [unit for n, unit in enumerate(message.units) if n not in without]
    if len(units) == len(message.units):
        return message
    found = [
        m for m in message.mentions.found if any(u.at <= m.at and m.end <= u.end for u in units)
    ]
    return Message(message.frame, Mentions(found), units, message.focus)


def _read_unit(message: Message, unit: Unit) -> bool:
    """Carry out what one unit asks for; what it only tells lets things be spoken of."""
    asked = False
    if unit.mood == "said":
        said = Said(message, unit)
        found = [each for propose in SINGLE for each in propose(said)]
        for each in _compatible(found):
            try:
                each.make()
            except Impossible as problem:
                message.problem = message.problem or problem
            asked = True
    _remember(message, unit.at, unit.end, told=not asked)
    return asked


def _best(found: Sequence[Candidate]) -> Candidate | None:
    best = max(found, key=lambda each: each.score, default=None)
    return best if best is not None and best.score >= ENOUGH else None


def _compatible(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the best candidate, and beside it what explains other words."""
    chosen: list[Candidate] = []
    for each in sorted(found, key=lambda c: -c.score):
        again = any(each.taken & other.taken for other in chosen)
        same = any(each.name == other.name and each.name not in MANIFOLD for other in chosen)
        if each.score < (BESIDE if chosen else ENOUGH) or again or same:
            continue
        chosen.append(each)
    return sorted(chosen, key=lambda c: min(c.taken, default=0))


def _remember(message: Message, at: int, end: int, *, told: bool = False) -> None:
    """Let what was named be spoken of; or what is only told of many."""
    named = message.mentions.of(*RECORDS, at=at, end=end)
    members = message.mentions.of("member", at=at, end=end)
    if told and members and not named:
        owner = sets.Atom("any", "owner", "=", members[0].means[0].ref)
        message.frame.scope.sets.append(Set(atoms=[owner], text=members[0].means[0].called))
    said = Said(message, Unit(at, end))
    many = said._describes_many()
    if told and (not named or (many is not None and many < named[0].at)):
        nouns = any(lexicon.noun(said.low(i)) for i in said.places())
        new = (message.focus is None and nouns) or many is not None
        if (of := dated.called_by(said)) or (new and (of := said.introduced())):
            of.without += [m.means[0] for m in named if said.is_spared(m)]
            message.focus = of
            return
    if not named:
        return
    first = next((m for m in named if m.kind == "position"), None) or next(
        (m for m in named if m.kind == "contact"), named[0]
    )
    text = message.frame.text(first.at, first.end)
    message.focus = Set(names=[first.means[0]], text=text)
