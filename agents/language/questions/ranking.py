"""Which owner has the most open deals, which stage the highest value, who of us the fewest."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from agents.language.frames import Frame, Step, Unclear
from agents.language.organization import meanings, sets
from agents.language.organization.vocabulary import Term
from agents.language.questions import asking, figures, grouping
from agents.language.words import lexicon
from agents.language.words.wording import bag, sayings

LEAST = bag("fewest least lowest smallest fewer less")
EXTREMES = LEAST | bag("most highest biggest largest more greatest busiest")
HAVING = bag(
    "causes cause creates generates produces sees gets accounts makes has with owns holds brings "
    "handles have own hold closed won lost done is it on of"
)
WHO = sayings(
    """
    who in the team, who on the team, who in our team, who on our team, who of us, who among us,
    which of us, which one of us, who of the team, which colleague, which team member, whoever,
    which member of the team, who of my colleagues, which of my colleagues, which of the team,
    which of our people, who in the office, which of our colleagues, who on our side, who here
    """
)
ELSE = sayings(
    """
    than everybody else, than everyone else, than anybody else, than anyone else, than all others,
    than the others, than the rest, than all the others, of all, of us all, of everybody,
    of everyone, than anybody, than anyone, out of everyone, in the team, on the team, of us
    """
)
TAILS = sayings("who is it and how many, who is it, and how many, how many, who is that")


VALUE = Term("field", "value", ("value",), ("value",), on="position", name="value_cents")


@dataclass(frozen=True)
class _Ranked:
    """By which group, from which tokens on, and whether the least comes first."""

    group: str
    places: tuple[int, ...]
    ascending: bool


def rank(frame: Frame) -> bool:
    """Answer which group has the most, or the least, of something."""
    most = next((at for at in range(frame.at, frame.end) if frame.low(at) in EXTREMES), None)
    ranked = _ranked(frame, most) if most is not None else None
    if ranked is None:
        return False
    places = [at for at in ranked.places if frame.tokens[at].kind != "mark"]
    words = [frame.low(at) for at in places]
    measure, term, places = _measured(frame, places, words)
    says = bag("average total combined sum overall")
    places = [at for at in places if frame.low(at) not in says]
    of, kind = asking.describe(frame, places, term, words)
    by = figures.group_on(ranked.group, kind)
    kind = "position" if by.startswith("position.") and kind == "contact" else kind
    found = sets.comparisons(of, kind)
    if found is None:
        raise Unclear("Can you ask that in another way?")
    arguments: dict[str, Any] = {"type": kind, "measure": measure, "group_by": by, "limit": 20}
    if term is not None:
        arguments["field"] = f"{term.on}.{term.name}"
    if found[0]:
        arguments["filter"] = found[0]
    if found[1]:
        arguments["either"] = found[1]
    if ranked.ascending:
        arguments["ascending"] = True
    if nothing := _nothing(frame, by):
        held = {"field": by, "op": "not_in", "value": nothing}
        arguments["filter"] = [*arguments.get("filter", ()), held]
    frame.plan.steps.append(Step("measure_objects", arguments, "ranked"))
    frame.plan.render.append(
        {"as": "rank", "kind": kind, "measure": measure, "text": of.text, "by": by}
    )
    return True


def _nothing(frame: Frame, path: str) -> list[str]:
    """Return the values of a group that say there is none: no bus is no bus that many take."""
    on, _, name = path.partition(".")
    terms = [term for term in meanings.own_fields(frame.scope.words) if term.on == on]
    found = [term for term in terms if term.name == name]
    return meanings.standing_for_nothing(found[0], frame.scope.words) if found else []


def _ranked(frame: Frame, most: int) -> _Ranked | None:
    first, ascending = frame.at, frame.low(most) in LEAST
    while frame.low(first) in bag(
        "in for from on at with under by of to show me tell you know and"
    ):
        first += 1
    for said in WHO:
        if frame.lows(first, len(said)) == said:
            return _Ranked("any.owner", _rest(frame, first + len(said), most), ascending)
    if frame.low(first) == "who" and _asks_colleague(frame, first, most):
        return _Ranked("any.owner", _rest(frame, first + 1, most), ascending)
    if frame.low(first) == "where":
        return _where(frame, first, most, ascending)
    if frame.low(first) not in ("which", "what"):
        return None
    start = first + 1 + (frame.low(first + 1) in ("of", "is"))
    found = grouping.group_path(frame, start)
    if found is None or found[0] == "when":
        return None
    if found[2] == most:
        return None
    return _Ranked(found[0], _rest(frame, found[2], most), ascending)


def _where(frame: Frame, first: int, most: int, ascending: bool) -> _Ranked | None:
    """Where do most of our clients live: by the field that the verb is about."""
    for at in range(frame.end - 1, most, -1):
        found = meanings.fields_of(frame.low(at), frame.scope.words)
        if found and frame.tokens[at].stem not in lexicon.NOUN_STEMS:
            places = [i for i in _rest(frame, first + 1, most) if i < at]
            return _Ranked(f"{found[0].on}.{found[0].name}", tuple(places), ascending)
    return None


def _rest(frame: Frame, start: int, most: int) -> tuple[int, ...]:
    """Return the tokens that say of what there is most, without those that only ask."""
    dropped = {most}
    for said in (*ELSE, *TAILS):
        for at in range(start, frame.end):
            if frame.lows(at, len(said)) == said:
                dropped |= set(range(at, at + len(said)))
    listed = next((at for at in range(most, frame.end) if frame.low(at) == ":"), frame.end)
    before = [at for at in range(start, most) if frame.low(at) not in asking.SCAFFOLD | HAVING]
    after = [at for at in range(most + 1, listed) if frame.tokens[at].kind != "mark"]
    while after and frame.low(after[-1]) in bag("in from at on with by for to of"):
        after.pop()
    return tuple(at for at in [*before, *after] if at not in dropped)


def _asks_colleague(frame: Frame, first: int, most: int) -> bool:
    """
    Whether who has the most … asks for a colleague: it does where cards, contacts or tasks are
    had.
    """
    verbs = bag("has owns have closed won looks handles holds manages lost is won did does leads")
    if frame.low(first + 1) not in verbs:
        return False
    if frame.low(most) in bag("highest lowest biggest largest smallest greatest") and any(
        term.type in ("number", "money")
        for _, term in frame.scope.words.find(frame.tokens[: frame.end], most + 1, ["field"])
    ):
        return False
    numbers = any(
        term.type in ("number", "money") and term.on == "contact" and term.name != "open_tasks"
        for _, term in frame.scope.words.find(frame.tokens[: frame.end], most + 1, ["field"])
    )
    return not numbers and any(
        frame.tokens[at].stem in lexicon.NOUN_STEMS
        or frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline", "stage"])
        for at in range(most + 1, frame.end)
    )


def _by_money(frame: Frame, places: list[int]) -> list[int] | None:
    """Return the tokens that are left where the most is meant in money: by value."""
    said = bag("value amount money worth revenue volume")
    for first, second in pairwise(places):
        if frame.low(first) in ("by", "in") and frame.low(second) in said:
            return [at for at in places if at not in (first, second)]
    return None


def _measured(
    frame: Frame, places: list[int], words: list[str]
) -> tuple[str, Term | None, list[int]]:
    """Return what is measured of each group, and the tokens that describe the records."""
    measure, term = "count", None
    if (by := _by_money(frame, places)) is not None:
        return ("average" if "average" in words else "sum"), VALUE, by
    for index, at in enumerate(places):
        tokens = [frame.tokens[place] for place in places]
        found = [
            (end, each)
            for end, each in frame.scope.words.find(tokens, index, ["field"])
            if each.type in ("number", "money")
        ]
        if found and frame.tokens[at].stem not in lexicon.NOUN_STEMS:
            end, term = found[0]
            measure, places = "sum", [*places[:index], *places[end:]]
            break
    return ("average" if "average" in words else measure), term, places
