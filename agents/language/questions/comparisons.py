"""One figure beside another: in October against September, more in April than so far in May."""

from collections.abc import Sequence
from dataclasses import replace

from agents.language.description.timing import Timing
from agents.language.frames import Frame, Unclear
from agents.language.questions import asking, figures, followups, measuring, quantities
from agents.language.words.tokens import Token, tokenize
from agents.language.words.wording import bag, sayings

BESIDE = sayings(
    "compared with, compared to, in comparison with, in comparison to, as compared to, versus, vs, "
    "against, than in, than, as opposed to, relative to, next to, and then"
)
# What asks once more for the same figure.
AGAIN = sayings(
    "how many, how much, how many were there, how many in all, what about, how about, "
    "those of, those in, those from, that of, that in"
)
AVERAGED = bag("average mean median highest lowest")
MORE = bag("more fewer less higher lower bigger smaller better greater larger")


def compare(frame: Frame) -> bool:
    """Answer with both figures, where one is set against another."""
    split = find_split(frame)
    sides = [split] if split else find_others(frame)
    if not sides:
        return False
    at, last = sides[0][0], frame.end
    while last > sides[-1][1] and frame.tokens[last - 1].kind == "mark":
        last -= 1
    ends = [start for start, _ in sides[1:]] + [last]
    first = replace(frame, end=at)
    asked = [(asking.read(without_more(first)), _label(first, at))]
    for (_, after), end in zip(sides, ends, strict=True):
        second = _other(frame, at, after, end)
        if second is None:
            return False
        asked.append((asking.read(without_more(second)), frame.text(after, end)))
    if any(question.of.is_empty for question, _ in asked):
        raise Unclear("What should I compare? Can you say it in other words?")
    for question, label in asked:
        figures.answer(frame, question, label=label)
    return True


def _other(frame: Frame, at: int, after: int, end: int) -> Frame | None:
    """Return the question of the first side with what another side says in its place."""
    source = frame.text(frame.at, at)
    whole = followups.exchange(frame.scope, source, frame.tokens[after:end], frame.source)
    if whole is None:
        return None
    tokens = tokenize(whole)
    return replace(frame, tokens=tokens, at=0, end=len(tokens), source=whole)


def find_others(frame: Frame) -> list[tuple[int, int]]:
    """
    Return where sides are parted of which each has a figure of its own: in May and in June.

    Of times each is asked for itself; of all else, where how many is asked again, or on average.
    """
    words = [frame.low(at) for at in range(frame.at, frame.end)]
    measured = quantities.read(frame, words, set())[0] != "count"
    if measuring.wants_list(words) and not measured:
        return []
    timed = followups.times(frame.scope, frame.tokens[: frame.end])
    inside = {at for start, end in timed for at in range(start + 1, end)}
    found: list[tuple[int, int]] = []
    for at in range(frame.at + 2, frame.end - 1):
        if frame.low(at) not in ("and", ",") or at in inside or frame.low(at - 1) == ",":
            continue
        after = at + 1 + (frame.lows(at, 2) == (",", "and"))
        again = next((said for said in AGAIN if frame.lows(after, len(said)) == said), ())
        after += len(again)
        first = found[0][0] if found else at
        if _stands_beside(frame, first, after, again=bool(again)):
            found.append((at, after))
    return found


def _stands_beside(frame: Frame, at: int, after: int, *, again: bool) -> bool:
    """Whether all that is said after a place is of families the first side speaks of."""
    end = next((i for i in range(after, frame.end) if frame.low(i) in (",", "and")), frame.end)
    said = followups.pieces(frame.scope, _bare(frame.tokens[after:end]))
    first = followups.pieces(frame.scope, frame.tokens[frame.at : at], known_only=False)
    families = {each.family for each in said or ()}
    if not families or not families <= {each.family for each in first or ()}:
        return False
    averaged = AVERAGED & set(frame.lows(frame.at, 8)) and frame.low(after) in ("of", "for")
    return families == {"time"} or again or bool(averaged)


def _bare(tokens: Sequence[Token]) -> list[Token]:
    return [each for each in tokens if each.kind != "mark"]


def _label(frame: Frame, at: int) -> str:
    """Return the words of the first side that the second stands against: its time, else all."""
    for start in range(frame.at, at):
        reader = Timing(frame.scope, frame.tokens, start, at)
        found = reader._bounds(start, past=True)
        if found and found[0] == at:
            return frame.text(start, at)
    return "The first"


def find_split(frame: Frame) -> tuple[int, int] | None:
    """Return where the first side ends and the second begins, where two are set side by side."""
    words = [frame.low(at) for at in range(frame.at, frame.end)]
    for at in range(frame.at + 1, frame.end - 1):
        for said in BESIDE:
            if frame.lows(at, len(said)) != said:
                continue
            end = at + len(said) - (said == ("than", "in"))
            if said[0] == "than" and not _compares(frame, at):
                continue
            return at, end
    if _has_more(frame) and "than" not in words:
        for at in range(frame.end - 2, frame.at, -1):
            if frame.low(at) == "or" and frame.low(at + 1) not in MORE:
                return at, at + 1
    if words[:1] != ["compare"] and frame.word != "compare":
        return None
    for at in range(frame.end - 2, frame.at, -1):
        if frame.low(at) in ("and", "with", "to"):
            return at, at + 1
    return None


def _has_more(frame: Frame) -> bool:
    """Whether more or fewer of something are asked about: not 8 or more."""
    return any(
        frame.low(at) in MORE
        and frame.low(at - 1) not in bag("or and no not with over at any")
        and frame.tokens[min(at + 1, frame.end - 1)].kind == "word"
        for at in range(frame.at, frame.end)
    )


def _compares(frame: Frame, at: int) -> bool:
    """Whether “than” sets one side against another: more deals than; not more than 5."""
    after = frame.tokens[at + 1]
    if after.kind in ("number", "amount") or frame.low(at - 1) in MORE | bag("later earlier other"):
        return False
    if bag("everybody everyone anybody anyone all else others rest") & set(frame.lows(at + 1, 3)):
        return False
    return any(frame.low(i) in MORE for i in range(frame.at, at))


def without_more(frame: Frame) -> Frame:
    """Return a clause without the words that only compare."""
    kept = [
        token
        for token in frame.tokens[frame.at : frame.end]
        if token.low not in MORE | bag("compare did do does")
    ]
    counted = [token for token in kept if token.low not in bag("number")]
    return replace(frame, tokens=counted, at=0, end=len(counted))
