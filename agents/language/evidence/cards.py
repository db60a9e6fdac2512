"""New cards: of somebody who is here, or of something that is only called something."""

from collections.abc import Iterator
from typing import Any

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.duties import named_in
from agents.language.evidence.evidence import Message, Said
from agents.language.frames import Frame, Impossible, Step, Unclear
from agents.language.operations.owners import email_of
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
        units = frozenset(n for n, _ in message.unread())
        yield Candidate("card", 5.6, frozenset(), lambda: _draw(message, new), units)
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
    of = named_in(message)
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
    owner = [
        m
        for m in message.mentions.of("member")
        if message.tokens[m.at - 1].low in bag("by for to owner")
    ]
    given |= {"owner": email_of(frame, owner[0].means[0].ref)} if owner else {}
    return given


def _announced(message: Message) -> int | None:
    """Return where a new card is spoken of as one: create a deal for …, new ticket: …."""
    tokens = message.tokens
    for unit in message.units:
        said = Said(message, unit)
        at = said.first()
        for i in range(at, min(at + 5, unit.end)):
            card = lexicon.noun(tokens[i].low) == "position" and not tokens[i].low.endswith("s")
            led = {each.low for each in tokens[at:i]} & bag("a an new another")
            named = message.mentions.covering(i, "pipeline", "stage", "contact", "position")
            follows = tokens[i + 1].low if i + 1 < unit.end else ""
            if card and led and named is None and (said.verb == "add" or tokens[at].low == "new"):
                return i if follows in bag("for called named titled with to in") else None
    return None


def _draw(message: Message, at: int) -> None:
    """Plan a card that is asked for as a new one, whatever cards there are."""
    frame = message.frame
    board, stage = place_of(message)
    board = board or _usual(frame)
    of = named_in(message)
    title = _title(message, at)
    if of is None and not title:
        raise Unclear("For whom, or what is it called?", join="for")
    given = _given(message, board, stage)
    name = frame.scope.words.pipeline(board).name
    if of is not None:
        people = frame.rows(of, "contact")
        given |= {"title": title} if title else {}
        frame.apply("add_contact_to_pipeline", "contact", people, given, f"added to {name}")
        frame.plan.about = [*frame.plan.about, f"${len(frame.plan.steps)}.position"]
        return
    frame.plan.steps.append(Step("create_contact", {"name": title}, f"{title} added"))
    number = len(frame.plan.steps)
    given |= {"contact": f"${number}.contact", "title": title}
    frame.plan.steps.append(Step("add_contact_to_pipeline", given, f"{title} added to {name}"))
    frame.plan.count += 1
    frame.plan.about = [f"${number + 1}.position", f"${number}.contact"]


def _title(message: Message, at: int) -> str:
    """Return what a new card is called: in quotes, or behind called."""
    quotes = message.mentions.of("quote", at=at)
    if quotes:
        return str(quotes[0].means[0])
    tokens = message.tokens
    start = next(
        (i + 1 for i in range(at, len(tokens)) if tokens[i].low in bag("called named titled")), None
    )
    ends = bag("worth due for in to into on , . with owned assigned")
    stop = next((i for i in range(start or 0, len(tokens)) if tokens[i].low in ends), len(tokens))
    return message.frame.text(start, stop) if start else ""


def _usual(frame: Frame) -> str:
    """Return the pipeline of the page, or the only one."""
    boards = frame.scope.words.pipelines
    if frame.scope.board():
        return frame.scope.board()
    if len(boards) == 1:
        return str(boards[0].ref)
    named = ", ".join(each.name for each in boards[:8])
    raise Unclear(f"Into which pipeline: {named}?", join="in")
