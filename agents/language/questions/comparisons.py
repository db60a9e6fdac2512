"""One figure beside another: in October against September, more in April than so far in May."""

from dataclasses import replace

from agents.language.description.timing import Timing
from agents.language.frames import Frame, Unclear
from agents.language.questions import asking, figures, followups
from agents.language.words.tokens import tokenize
from agents.language.words.wording import bag, sayings

BESIDE = sayings(
    "compared with, compared to, in comparison with, in comparison to, as compared to, versus, vs, "
    "against, than in, than, as opposed to, relative to, next to, and then"
)
MORE = bag("more fewer less higher lower bigger smaller better greater larger")


def compare(frame: Frame) -> bool:
    """Answer with both figures, where one is set against another."""
    split = find_split(frame)
    if split is None:
        return False
    at, after = split
    first = replace(frame, end=at)
    end = frame.end
    while end > after and frame.tokens[end - 1].kind == "mark":
        end -= 1
    source = frame.text(frame.at, at)
    other = followups.exchange(frame.scope, source, frame.tokens[after:end], frame.source)
    if other is None:
        return False
    tokens = tokenize(other)
    second = replace(frame, tokens=tokens, at=0, end=len(tokens), source=other)
    one, two = asking.read(without_more(first)), asking.read(without_more(second))
    if one.of.is_empty or two.of.is_empty:
        raise Unclear("What should I compare? Can you say it in other words?")
    figures.answer(frame, one, label=_label(first, at))
    figures.answer(frame, two, label=frame.text(after, end))
    return True


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
