"""Tags, put on and taken off by what is told of somebody."""

from collections.abc import Iterator

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import Said
from agents.language.organization.mentions import Mention
from agents.language.verbs.tags import retag
from agents.language.words import senses
from agents.language.words.wording import bag

ANAPHORS = bag("it so that this accordingly too")
GOING = (
    "can go", "should go", "must go", "has to go", "is gone", "may go", "goes away",
    "can be removed",
)  # fmt: skip
MOVING = bag("off from away remove")
OFF = bag("off from away remove take delete lose drop without strip")


def tagging(said: Said) -> Iterator[Candidate]:
    """Tag them with …; she gets the tag …; he is no … any more."""
    cue = said.cue("label")
    if cue is not None and said.low(cue) in bag("tagged labelled labeled") and said.negated(cue):
        return
    off = said.no_longer or (said.has(*(OFF - bag("from off"))) and said.has(*MOVING))
    off = off or any(said.says(each) for each in GOING)
    tags = [m for m in said.of("tag") if _is_put(said, m, cue)]
    if not tags and cue is not None:
        tags = [
            m for m in said.of("quote") if said.message.mentions.covering(m.at, "contact") is None
        ]
    refers = cue is not None and any(said.low(i) in ANAPHORS for i in range(cue, said.end))
    if not tags and cue is not None and (off or refers):
        tags = _told_before(said)
    if cue is None and not (tags and said.no_longer):
        return
    if not tags and cue is not None and not off:
        yield from _new(said, cue)
        return
    if not tags:
        return
    names = list(dict.fromkeys(_name(m) for m in tags))
    taken = {i for m in tags if m.at >= said.at for i in m.places} | (
        {cue} if cue is not None else set()
    )
    for m in tags:
        taken |= _lead(said, m.at)
    if cue is not None:
        taken |= _lead(said, cue)
    yield from _put(said, names, taken, off, 4.5)


def _is_put(said: Said, tag: Mention, cue: int | None) -> bool:
    """Whether a tag is what is put on or off, and does not tell who is meant."""
    if said.low(tag.at - 1) in bag("tagged labelled labeled"):
        return False
    return (cue is not None and (abs(tag.at - cue) <= 4 or said.is_last(tag.end))) or said.no_longer


def _told_before(said: Said) -> list[Mention]:
    """Return the tag that the message spoke of before: take that tag off her."""
    found = said.message.mentions.of("tag", "quote", end=said.at)
    return found[-1:]


def _new(said: Said, cue: int) -> Iterator[Candidate]:
    """A tag there was not: as frontend pool, the tag walker."""
    start = cue + 1
    if said.low(cue + 1) not in bag("as with :") and cue == said.at:
        start = next((i + 1 for i in said.places() if said.low(i) in bag("as with :")), said.end)
    else:
        start += said.low(start) in bag("as with : of")
    start += said.low(start) in bag("the a")
    if start >= said.end or said.end - start > 4:
        return
    taken = {cue, *range(start - 1, said.end)} | _lead(said, cue)
    if start - 1 > cue:
        taken.discard(start - 1) if said.low(start - 1) not in bag("as with : the a of") else None
    yield from _put(said, [said.frame.text(start, said.end)], taken, False, 4.0)


def _name(mention: Mention) -> str:
    means = mention.means[0]
    return str(means if isinstance(means, str) else means.value)


def _lead(said: Said, at: int) -> set[int]:
    places, i = set(), at - 1
    words = (
        senses.MODALS
        | senses.BECOMING
        | bag(
            "the a as with should carry carries get gets have has give too of off take away from"
            " that this no"
        )
    )
    while i >= said.at and said.low(i) in words:
        places.add(i)
        i -= 1
    return places


def _put(
    said: Said, names: list[str], taken: set[int], off: bool, score: float
) -> Iterator[Candidate]:
    of = said.subject(taken, "contact")
    if of is None:
        return
    if of.kind == "position" and of.noun == "position":
        of.kind = of.noun = ""
    add, remove = ([], names) if off else (names, [])
    yield Candidate("tag", score, frozenset(taken), lambda: retag(said.frame, of, add, remove))
