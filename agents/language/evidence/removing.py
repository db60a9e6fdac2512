"""What is put away, taken off its board, or brought back."""

from collections.abc import Iterator
from dataclasses import replace

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import Said
from agents.language.frames import Impossible
from agents.language.operations import removals
from agents.language.organization.mentions import RECORDS
from agents.language.organization.sets import Set
from agents.language.words import lexicon
from agents.language.words.wording import bag

BESIDE = ("field", "value", "day", "amount", "quote", "pipeline")  # what is cleared or taken off


def _taking_off(said: Said) -> Iterator[Candidate]:
    """Take her card off the board, remove them from Renewals."""
    if said.low(said.first()) not in bag("take remove drop pull delete get"):
        return
    boards: list[int] | None
    for places, boards in _boards(said):
        marker, low = said.before(places[0])
        if low not in bag("off from of out"):
            continue
        taken = frozenset({*places, *range(marker, places[0]), said.first()})
        of = said.subject(taken, "position")
        if of is None:
            continue

        def make(of: Set = of, boards: list[int] | None = boards) -> None:
            cards = said.frame.rows(replace(of, kind="", noun=""), "position", boards=boards)
            said.frame.apply("archive_position", "position", cards, {}, "taken off the board")
            said.frame.plan.destructive = True

        yield Candidate("archive", 5.0, taken, make)


def _boards(said: Said) -> Iterator[tuple[range, list[int] | None]]:
    """Return the pipelines that are named, by where; the board: whichever it is on."""
    for board in said.of("pipeline"):
        yield board.places, [int(term.ref.partition(":")[2]) for term in board.means]
    for i in said.places():
        named = said.message.mentions.covering(i, "pipeline") is not None
        if said.low(i) in bag("board pipeline") and said.low(i - 1) == "the" and not named:
            yield range(i - 1, i + 1), None


def putting_away(said: Said) -> Iterator[Candidate]:
    """Archive, delete: a card, a contact, a company."""
    yield from _taking_off(said)
    at = said.cue("away")
    if at is None and said.verb == "archive" and not said.of(*BESIDE) and _is_record(said):
        at = said.first()
    if at is None or said.negated(at) or said.of("tag"):
        return
    if _is_drawn(said):
        because = "Pipelines and stages are put away in their settings; nothing was changed."
        yield Candidate("archive", 6.0, frozenset({at}), lambda: _refuse(because))
        return
    taken = frozenset(
        {
            at,
            *[i for i in said.places() if said.low(i) in bag("can be may should must it")],
            *[i for i in range(at + 1, at + 3) if said.low(i) in bag("rid of out away")],
        }
    )
    of = said.subject(taken, "position")
    if of is None:
        return

    def make() -> None:
        said.hint(taken)
        kind = of.kind if of.kind in removals.TOOLS else removals.kind_of(said.frame, of)
        if kind == "task":
            _refuse(
                "Tasks are not deleted here; they can be ticked off as done. Nothing was changed."
            )
        if kind not in removals.TOOLS:
            _refuse("That is not put away here; nothing was changed.")
        tool, argument = removals.TOOLS[kind]
        rows = said.frame.rows(of, kind)
        done = {ref for step in said.frame.plan.steps if step.tool == tool for ref in step.about}
        rows = [row for row in rows if str(row.ref) not in done]
        if not rows:
            return
        said.frame.apply(tool, argument, rows, {}, "archived")
        said.frame.plan.destructive = True

    yield Candidate("archive", 4.5, taken, make)


def _refuse(because: str) -> None:
    raise Impossible(because)


def _is_record(said: Said) -> bool:
    """Whether somebody or something is named that is put away as a whole: remove Karen, them."""
    nouns = ("contact", "company", "position")
    spoken = said.low(said.first() + 1) in bag("him her them it")
    return (
        bool(said.of(*RECORDS))
        or spoken
        or any(lexicon.noun(said.low(i)) in nouns for i in said.places(said.first() + 1))
    )


def _is_drawn(said: Said) -> bool:
    """Whether a pipeline or a stage itself is meant, and not what stands in it."""
    drawn = said.of("pipeline", "stage")
    if not drawn or said.of(*RECORDS):
        return False
    last = drawn[-1].end
    nouns = bag("pipeline board funnel stage column")
    called = said.low(last) in nouns or said.low(last - 1) in nouns
    return called and said.is_last(last + (said.low(last) in nouns))


def restoring(said: Said) -> Iterator[Candidate]:
    """Bring back what was put away: restore Karen Smith."""
    if said.verb == "restore":
        pair = (said.low(said.first()), said.low(said.first() + 1))
        start = said.first() + 1 + (pair in lexicon.PARTICLES)
        text = said.frame.text(start, said.end)
        yield Candidate(
            "restore", 6.0, frozenset(said.places()), lambda: removals.restore(said.frame, text)
        )
