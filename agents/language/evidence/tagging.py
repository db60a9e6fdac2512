"""Tags, put on and taken off by what is told of somebody."""

from collections.abc import Iterator

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import HIM, QUANTIFIERS, THEM, Said
from agents.language.operations.tags import retag
from agents.language.organization.mentions import Mention
from agents.language.words import lexicon, senses
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
    if said.verb == "untag":
        cue = said.first()
    if cue is not None and said.low(cue) in bag("tagged labelled labeled") and said.negated(cue):
        return
    off = said.no_longer or (said.has(*(OFF - bag("from off"))) and said.has(*MOVING))
    off = off or said.verb == "untag" or any(said.says(each) for each in GOING)
    tags = [m for m in said.of("tag") if _is_put(said, m, cue)]
    if cue is not None:
        held = {i for m in tags for i in m.places}
        quoted = [m for m in said.of("quote") if not held & set(m.places)]
        covering = said.message.mentions.covering
        tags = [*tags, *(m for m in quoted if covering(m.at, "contact") is None)]
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
    taken = {i for m in tags if m.at >= said.at for i in m.places} | (
        {cue} if cue is not None else set()
    )
    beside = _beside(said, tags[-1]) if cue is not None and cue < tags[-1].at else None
    taken |= set(beside or ())
    new = [said.frame.text(beside[1], beside[-1] + 1)] if beside else []
    names = list(dict.fromkeys([*(_name(m) for m in tags), *new]))
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
    if said.low(cue + 1) not in bag("as with :") and cue == said.first():
        marks = [i for i in said.places(cue) if said.low(i) in bag("as :")]
        marks = marks or [i for i in said.places(cue) if said.low(i) == "with"]
        start = marks[-1] + 1 if marks else said.end
    else:
        start += said.low(start) in bag("as with : of")
        whom = said.message.mentions.starting(start, "contact")
        who = whom.end if whom else start + (said.low(start) in bag("him her them it"))
        start = who + (said.low(who) in bag("as with")) if who < said.end else start
    start += said.low(start) in bag("the a")
    stop = next(
        (
            i
            for i in said.places(start)
            if said.low(i) in bag("to on for") and _is_whom(said, i + 1)
        ),
        said.end,
    )
    if start >= stop or stop - start > 4:
        return
    taken = {cue, *range(start - 1, stop + (stop < said.end))} | _lead(said, cue)
    if start - 1 > cue:
        taken.discard(start - 1) if said.low(start - 1) not in bag("as with : the a of") else None
    ends = [i for i in said.places(start, stop) if said.low(i) in bag("and , &")]
    starts = [start, *(i + 1 for i in ends)]
    names = [said.frame.text(*span) for span in zip(starts, [*ends, stop], strict=True)]
    yield from _put(said, [name for name in names if name], taken, False, 4.0)


def _is_whom(said: Said, at: int) -> bool:
    """Whether it is said here who gets a tag: the tag chess to Bravo, to all of them."""
    named = said.message.mentions.starting(at, "contact", "position", "company") is not None
    return named or said.low(at) in HIM | THEM | QUANTIFIERS


def _beside(said: Said, tag: Mention) -> range | None:
    """Return where a tag there was not follows one there is, at the end: VIP and press."""
    rest = range(tag.end, said.end)
    words = [said.message.tokens[i].kind == "word" for i in rest]
    listed = 1 < len(rest) < 4 and said.low(tag.end) == "and" and all(words)
    verbal = any(said.low(i) in lexicon.VERBS or said.low(i) in senses.PLAIN for i in rest[1:])
    return rest if listed and not verbal else None


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
