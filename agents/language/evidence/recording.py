"""What passed, written down: a note, a call, a meeting, with whom, and what was said."""

from collections.abc import Iterator
from typing import Any

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.duties import named_in
from agents.language.evidence.evidence import Message, Said
from agents.language.frames import Unclear
from agents.language.operations.fields import moment
from agents.language.organization.sets import Set, today
from agents.language.words import lexicon, senses
from agents.language.words.wording import bag

RECORDS = (("call", "call"), ("meet", "meeting"), ("mail", "email"))
ANAPHORS = bag("that this it")
ASKING = lexicon.FILLERS | bag("please can could would you log record note")
NOTED = bag("note notes remark comment")


def recording(message: Message) -> Iterator[Candidate]:
    """Something is to be written down: note that …, log the call, put that on record."""
    found = next(((n, u) for n, u in message.unread() if _asks_to_write(Said(message, u))), None)
    if found is None:
        return
    number, unit = found
    said = Said(message, unit)
    kind = _kind(message, said)
    text, units = _text(message, number, said, kind)
    of = named_in(message)
    if of is None and not (_may_be_spoken_of(message)):
        return

    def make() -> None:
        spoken = message.focus or Set(pronoun="it", text="it")
        people = message.frame.rows(of or spoken, "contact")
        if not text and kind == "note":
            raise Unclear("What should the note say?", join=":")
        arguments: dict[str, Any] = {"kind": kind}
        if text:
            arguments["body"] = text[:1].upper() + text[1:]
        days = [
            m.means[0]
            for m in message.mentions.of("day")
            if m.means[0].is_day and m.means[0].start < today()
        ]
        if days and kind != "note":
            arguments["occurred_at"] = moment(days[0].start)
        message.frame.apply("log_activity", "contact", people, arguments, f"{kind} written down")

    yield Candidate("record", 6.5, frozenset(), make, units)


def _may_be_spoken_of(message: Message) -> bool:
    scope, at = message.frame.scope, message.units[0].at
    return bool(scope.page or scope.about or message.focus or at)


def _asks_to_write(said: Said) -> bool:
    if said.verb in ("archive", "clear"):
        return False
    noting = any(said.low(i) in NOTED for i in said.places())
    if said.unit.mood != "said" or (said.cue("label") is not None and not noting):
        return False
    noted = next(
        (i for i in said.places() if said.low(i) in NOTED and not said._within_name(i)), None
    )
    if (noted is not None and said.low(noted - 1) not in bag("the which what")) or noted == said.at:
        return not said.says("as a task")
    if noted is not None and said.cue("add") is not None:
        return True
    if said.says("on record") or said.says("on file") or said.says("for the record"):
        return True
    if said.low(said.at) in bag("write jot") or (
        said.low(said.at) == "please" and said.low(said.at + 1) in bag("write jot log")
    ):
        return True
    return any(
        (said.low(i) == "log" and said.low(i + 1) not in bag("in on into out off"))
        or (said.low(i) == "record" and i == said.at)
        for i in said.places()
    ) and not said.negated(said.at + 2)


def _kind(message: Message, said: Said) -> str:
    noted = any(said.low(i) in NOTED for i in said.places())
    if noted and not said.has("log"):
        return "note"
    told = next((i for i in said.places() if _announces(said, i)), said.end)
    spans = [said, *(Said(message, unit) for unit in message.units if unit != said.unit)]
    for each in spans:
        for sense, kind in RECORDS:
            at = each.cue(sense)
            if at is not None and (not said.at <= told < at or each.before(at)[1] in ("i", "we")):
                return kind
    return "note"


def _announces(said: Said, at: int) -> bool:
    """Whether what is written down begins behind a place: that she …, but not that on file."""
    refers = bag("on down in as to for call please and")
    marks = said.low(at) in (":", "saying", "says") or (
        said.low(at) == "that" and said.low(at + 1) not in refers
    )
    return marks and said.at < at < said.end - 2


def _text(message: Message, number: int, said: Said, kind: str) -> tuple[str, frozenset[int]]:
    """Return what is written down, and the units that it takes up."""
    tokens, frame = message.tokens, message.frame
    quotes = [m for m in message.mentions.of("quote") if frame.low(m.at - 1) != "not"]
    if quotes:
        within = (n for n, u in enumerate(message.units) if u.at <= quotes[0].at < u.end)
        unit = next(within, number)  # what spares somebody is no unit, and may hold the quote
        between = range(min(unit, number), max(unit, number) + 1)
        rest = [n for n in between if n not in message.read]
        tail = [
            n
            for n, u in message.unread()
            if u.at > quotes[0].at and u.at > said.at and not _is_request(Said(message, u))
        ]
        return quotes[0].means[0], frozenset({*rest, *tail})
    told = sorted((i for i in said.places() if _announces(said, i)), key=lambda i: said.low(i))
    if told:
        last = last_of(message, number)
        text = frame.text(told[0] + 1, message.units[last].end)
        return text, frozenset(range(number, last + 1))
    after = tokens[said.end].low if said.end < len(tokens) else ""
    if after == ":" and number + 1 < len(message.units):
        last = last_of(message, number + 1)
        return frame.text(message.units[number + 1].at, message.units[last].end), frozenset(
            range(number, last + 1)
        )
    before = [n for n, _ in message.unread() if n < number]
    if before and _points_back(said):
        return frame.text(message.units[before[0]].at, message.units[before[-1]].end), frozenset(
            {*before, number}
        )
    named = said.of("contact")
    if named and named[-1].end < said.end - 1 and kind != "call":
        last = last_of(message, number)
        return frame.text(named[-1].end, message.units[last].end), frozenset(
            range(number, last + 1)
        )
    last = last_of(message, number)
    units = frozenset(range(number, last + 1))
    if kind == "note" or (last == number and _says_only_whom(said)):
        return "", units
    return frame.text(said.at + 1, message.units[last].end), units


def _says_only_whom(said: Said) -> bool:
    """Whether nothing is said of what passed: log a call with Karen yesterday."""
    stems = {stem for sense, _ in RECORDS for stem in senses.CUES[sense]} | senses.CUES["log"]
    return all(
        said.message.mentions.covering(i, "contact", "day") is not None
        or said.low(i) in senses.PLAIN
        or said.message.tokens[i].stem in stems
        for i in said.places()
    )


def _points_back(said: Said) -> bool:
    alone = all(said.low(i) in ASKING for i in said.places())
    return (
        alone
        or any(said.low(i) in ANAPHORS for i in said.places())
        or said.cue("call") is not None
        or said.cue("meet") is not None
    )


def last_of(message: Message, number: int) -> int:
    """Return the unit that ends what is written down: before the next request."""
    last = number
    for n in range(number + 1, len(message.units)):
        if _is_request(Said(message, message.units[n])):
            break
        last = n
    return last


def _is_request(said: Said) -> bool:
    before = said.message.tokens[said.at - 1].low if said.at else ""
    verb = said.low(said.at) in lexicon.VERBS or (
        (said.low(said.at), said.low(said.at + 1)) in lexicon.PARTICLES
    )
    return verb and before in ("then", "and", ".", ";", "!", ",")
