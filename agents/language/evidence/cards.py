"""New cards: of somebody who is here, or of something that is only called something."""

from collections.abc import Iterator
from typing import Any

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.duties import named_in
from agents.language.evidence.evidence import Message, Said
from agents.language.evidence.units import Unit
from agents.language.frames import Frame, Impossible, Step, Unclear
from agents.language.operations.owners import email_of
from agents.language.organization.mentions import Mention, Mentions
from agents.language.organization.sets import Set
from agents.language.words import lexicon
from agents.language.words.wording import bag
from pipelines.models import Position

MAKING = bag(
    "add create register enter make put open start raise enrol enroll include need build launch"
    " invite"
)


def place_of(message: Message) -> tuple[str, str]:
    """Return the pipeline, and the stage in it, that a message names; "" where it names none."""
    boards = [m for m in message.mentions.of("pipeline") if m.means[0].sure >= 2]
    if not boards:
        return "", ""
    surest = max(boards, key=lambda m: (m.means[0].sure, m.end - m.at))
    board = surest.means[0].ref
    stages = [
        t
        for m in message.mentions.of("stage")
        for t in m.means
        if t.pipeline == board and not m.overlaps(surest)
    ]
    stages = [t for t in stages if t.sure > 1]
    return board, stages[-1].ref if stages else ""


def entering(message: Message) -> Iterator[Candidate]:
    """Somebody who is here gets a card: add her to Grants, raise an escalation for her."""
    board, stage = place_of(message)
    if (new := _announced(message)) is not None:
        number, at = new
        units = frozenset(n for n, _ in message.unread() if _belongs(message, n, number))
        yield Candidate("card", 6.2, frozenset(), lambda: _draw(message, at), units)
        return
    tokens = message.tokens
    asked = next(
        (
            i
            for i, each in enumerate(tokens)
            if each.low in MAKING
            and each.kind == "word"
            and not message.mentions.covering(i, "quote")
        ),
        None,
    )
    if not board or asked is None:
        return
    place = next(m for m in message.mentions.of("pipeline") if m.means[0].ref == board)
    marked = {each.low for each in tokens[max(0, place.at - 3) : place.at]} & bag(
        "to into in onto a an another under on"
    )
    of = named_in(message) or _described(message, place)
    if not marked or (of is None and not (message.frame.scope.page or message.frame.scope.about)):
        return
    units = frozenset(n for n, _ in message.unread())
    yield Candidate("card", 5.5, frozenset(), lambda: _enter(message, of, board, stage), units)


def _enter(message: Message, of: Set | None, board: str, stage: str) -> None:
    frame = message.frame
    people = frame.rows(of or Set(pronoun="it", text="it"), "contact")
    number = int(board.partition(":")[2])
    mine = (
        Position.objects.visible_to(frame.scope.by)
        .in_use()
        .filter(pipeline_id=number, closed_at=None)
    )
    here = set(
        mine.filter(contact__in=[each.pk for each in people]).values_list("contact_id", flat=True)
    )
    new = [each for each in people if each.pk not in here]
    if not new:
        raise Impossible(
            f"{people[0].name} is in {frame.scope.words.pipeline(board).name} already; nothing was "
            "changed."
        )
    given = _given(message, board, stage)
    name = frame.scope.words.pipeline(board).name
    frame.apply("add_contact_to_pipeline", "contact", new, given, f"added to {name}")


def _described(message: Message, place: Mention) -> Set | None:
    """Return all who are to enter a pipeline: add everyone in Demo to Renewals."""
    for unit in message.units:
        said = Said(message, unit)
        if unit.at <= place.at < unit.end and said.verb in ("add", "move"):
            marker = said.before(place.at)[0]
            said.taken = {said.first(), *range(marker, place.end)}
            return said.described("contact") if said._describes_many() is not None else None
    return None


def _given(message: Message, board: str, stage: str) -> dict[str, Any]:
    """Return what is said of a new card: where, worth what, called what, whose."""
    frame = message.frame
    given: dict[str, Any] = {"pipeline": board}
    given |= {"stage": stage} if stage else {}
    money = [
        m.means[0]
        for m in message.mentions.of("amount")
        if m.means[0].currency or m.means[0].number >= 100
    ]
    if money:
        given |= {
            "value_cents": money[0].cents,
            "currency": money[0].currency or frame.scope.organization.currency,
        }
    quotes = message.mentions.of("quote")
    given |= {"title": quotes[0].means[0]} if quotes else {}
    for value in message.mentions.of("value"):
        for term in value.means:
            if term.on == "position" and term.name == "priority":
                given[term.name] = term.value
    owner = [m for m in message.mentions.of("member") if _is_owner(message, m)]
    given |= {"owner": email_of(frame, owner[0].means[0].ref)} if owner else {}
    return given


def _is_owner(message: Message, member: Mention) -> bool:
    """Whether a colleague is to have a new card: for Tom, owner Tom, and it is Tom's."""
    tokens = message.tokens
    after = [each.low for each in tokens[member.end : member.end + 2]]
    whose = after[:1] == ["'s"] and (len(after) == 1 or after[1] in bag(", . ! ; please"))
    return whose or tokens[member.at - 1].low in bag("by for to owner")


def _announced(message: Message) -> tuple[int, int] | None:
    """Return the unit and the place where a new card is spoken of: create a deal, new ticket."""
    tokens = message.tokens
    for number, unit in message.unread():
        said = Said(message, unit)
        at = said.first()
        if said.verb != "add" and tokens[at].low != "new":
            continue
        for i in range(at, min(at + 5, unit.end)):
            led = {each.low for each in tokens[at:i]} & bag("a an new another")
            named = message.mentions.covering(i, "pipeline", "stage", "contact", "position")
            if led and named is None and _is_card(message, unit, i):
                return number, i
    return None


def _belongs(message: Message, number: int, to: int) -> bool:
    """Whether a unit goes on with a new card: worth 20k, owned by Tom; not: it is due on Friday."""
    first = message.tokens[message.units[number].at].low
    orders = first in lexicon.VERBS or first in bag("it this that he she they")
    return number == to or (number > to and not orders)


def _is_card(message: Message, unit: Unit, at: int) -> bool:
    """Whether a noun is of one card: a deal for her; a task, where it is put on a board."""
    low = message.tokens[at].low
    follows = message.tokens[at + 1].low if at + 1 < unit.end else ""
    if low.endswith("s") or follows not in bag("for called named titled with to in on into"):
        return False
    if lexicon.noun(low) != "task" or follows == "for":
        return lexicon.noun(low) == "position"
    title = _title_span(message, at)
    places = message.mentions.of("pipeline", "stage", at=at, end=unit.end)
    return any(
        _leads(message, m.at) and not (title and title[0] <= m.at < title[1]) for m in places
    )


def _leads(message: Message, at: int) -> bool:
    """Whether a place is led to: to the Design backlog."""
    before = at - 1 - (message.tokens[at - 1].low in ("the", "our"))
    return message.tokens[before].low in bag("to in into on")


def _draw(message: Message, at: int) -> None:
    """Plan a card that is asked for as a new one, whatever cards there are."""
    frame = message.frame
    span = _title_span(message, at)
    title = frame.text(*span) if span else ""
    board, stage = place_of(message)
    board = board or _usual(frame)
    of = _whose(message, span)
    if of is None and not title:
        raise Unclear("For whom, or what is it called?", join="for")
    given = _given(message, board, stage)
    name = frame.scope.words.pipeline(board).name
    given |= {"title": title} if title else {}
    if of is not None:
        people = frame.rows(of, "contact")
        frame.apply("add_contact_to_pipeline", "contact", people, given, f"added to {name}")
        frame.plan.about = [*frame.plan.about, f"${len(frame.plan.steps)}.position"]
        return
    frame.plan.steps.append(Step("create_contact", {"name": title}, f"{title} added"))
    number = len(frame.plan.steps)
    given |= {"contact": f"${number}.contact"}
    frame.plan.steps.append(Step("add_contact_to_pipeline", given, f"{title} added to {name}"))
    frame.plan.count += 1
    frame.plan.about = [f"${number + 1}.position", f"${number}.contact"]


def _whose(message: Message, title: tuple[int, int] | None) -> Set | None:
    """Return for whom a new card is; who its title names is not."""
    named = message.mentions.of("contact", "position")
    found = [m for m in named if not (title and title[0] <= m.at < title[1])]
    led = [m.at for m in found if message.tokens[m.at - 1].low in ("for", "with")]
    found = [m for m in found if led and m.at >= led[0]]
    whom = named_in(Message(message.frame, Mentions(found), message.units))
    low = {each.low for each in message.tokens}
    spoken = message.focus is not None or message.frame.scope.page or message.frame.scope.about
    if whom is None and not title and spoken and low & bag("her him them it"):
        return message.focus or Set(pronoun="it", text="it")
    return whom


def _title_span(message: Message, at: int) -> tuple[int, int] | None:
    """Return where what a new card is called stands: in quotes, or behind called."""
    quotes = message.mentions.of("quote", at=at)
    if quotes:
        return quotes[0].at, quotes[0].end
    tokens = message.tokens
    ends = next((unit.end for unit in message.units if unit.at <= at < unit.end), len(tokens))
    called = [i + 1 for i in range(at, ends) if tokens[i].low in bag("called named titled")]
    if not called or called[0] >= ends:
        return None
    stop = next((i for i in range(called[0] + 1, ends) if _ends_title(message, i)), ends)
    return called[0], stop


def _ends_title(message: Message, at: int) -> bool:
    """Whether a title ends here: before where the card goes, what it is worth, whose it is."""
    low = message.tokens[at].low
    after = message.tokens[at + 1].low if at + 1 < len(message.tokens) else ""
    place = at + 1 + (after in ("the", "our"))
    if low in bag("to in into on") and message.mentions.starting(place, "pipeline", "stage"):
        return True
    whose = low in ("for", "assigned", "owned", ",") and after in bag("to by worth due owned")
    return whose or low in ("worth", "due")


def _usual(frame: Frame) -> str:
    """Return the pipeline of the page, or the only one."""
    boards = frame.scope.words.pipelines
    if frame.scope.board():
        return frame.scope.board()
    if len(boards) == 1:
        return str(boards[0].ref)
    named = ", ".join(each.name for each in boards[:8])
    raise Unclear(f"Into which pipeline: {named}?", join="in")
