"""What is said about what was said before: choices among candidates, corrections, undoing."""

import re
from collections.abc import Sequence
from typing import Any

from agents.language import lexicon
from agents.language.conversations import Turn
from agents.language.frames import Frame, Plan, Step
from agents.language.scopes import Scope
from agents.language.targets import moment, read_member, read_target
from agents.language.tokens import fold, plain, tokenize, words
from agents.language.wording import bag

UNDO = re.compile(
    r"\b(undo|revert|roll ?back|take (that|it|this|those|them) back|reverse "
    r"(that|it|this)|put (it|that|them|those|everything) back( (as|where|how) (it|they) (was|were))?"
    r"|change (it|that|them) back)\b"
)
# What may stand around it: nothing that asks for anything else.
AROUND = bag(
    """
    that it this those them the last change changes move moves please again one thing what you just
    did do action all of everything edit update now back undo where was to how before as no not oops
    wait sorry actually can could would hmm hm oh is isn a an mistake my mistakes wrong and both i
    we meant mean were for me ok okay right instead after better rather let us go ahead so
    """
)


def is_undo(said: str) -> bool:
    """
    Whether what was done last is to be taken back.

    Beside that, a message may only tell why: it names nothing else to do.
    """
    parts = re.split(r"[.,;!?:]| - |\bbecause\b", plain(fold(said)))
    whole = [part.split() for part in parts if part.strip()]
    undoing = [part for part in whole if UNDO.search(" ".join(part))]
    if not undoing:
        return False
    rest = set(UNDO.sub(" ", " ".join(undoing[-1])).split())
    told = [part for part in whole if part not in undoing]
    return rest <= AROUND and not any(part[0] in lexicon.VERBS for part in told)


def choose(said: str, candidates: Sequence[Sequence[str]]) -> list[str]:
    """Return which candidates an answer names: by place, by words of their labels, both, all."""
    bare = [each.low for each in tokenize(plain(fold(said))) if each.kind != "mark"]
    text = " ".join(bare)
    if set(bare) & {"both", "all", "every", "each"} and len(bare) <= 5:
        return [ref for ref, _ in candidates]
    place = _place(bare, len(candidates))
    if place is not None:
        return [candidates[place][0]]
    noise = (
        lexicon.DETERMINERS
        | lexicon.FILLERS
        | bag(
            "one at from in i mean meant of with is it who works deal card contact "
            "stage called named the"
        )
    )
    wanted = [word for word in bare if word not in noise]
    if not wanted or wanted[0] in lexicon.VERBS and len(wanted) > 3:
        return []
    scores = []
    for ref, label in candidates:
        known = {each.low for each in words(label)} | {each.stem for each in words(label)}
        scores.append((sum(word in known for word in wanted), ref))
    best = max(score for score, _ in scores)
    chosen = [ref for score, ref in scores if score == best]
    if best and len(chosen) == 1 and len(bare) <= MOST_WORDS:
        return chosen
    if " and " in text and best:
        return [ref for score, ref in scores if score]
    return []


MOST_WORDS = 9  # of an answer that names one of several


def _place(bare: Sequence[str], many: int) -> int | None:
    noise = bag("the one number option please take choose i mean meant no pick candidate")
    left = [word for word in bare if word not in noise]
    if len(left) == 1 and left[0] in lexicon.ORDINALS:
        at = lexicon.ORDINALS[left[0]]
        return at if -many <= at < many else None
    if len(left) == 1 and left[0].isdigit() and 1 <= int(left[0]) <= many:
        return int(left[0]) - 1
    if not left and list(bare) == ["one"]:
        return 0
    named = {"two": 1, "three": 2, "four": 3}
    if len(left) == 1 and left[0] in named and named[left[0]] < many:
        return named[left[0]]
    return None


def is_fragment(said: str) -> bool:
    """Whether an answer only fills what was missing, and is no request of its own."""
    tokens = tokenize(plain(said))
    if not tokens or len(tokens) > 14 or tokens[-1].low == "?":
        return False
    first = tokens[0].low
    return (
        first not in lexicon.VERBS
        or first in bag("call contact file book include")
        or len(tokens) == 1
    )


CORRECTING = re.compile(
    r"^(no|nope|sorry|wait|actually|oops|i mean|i meant|make (it|that|them)|rather|not "
    r"that|correction|hmm)\b|\binstead\b",
    re.IGNORECASE,
)
LEADS = re.compile(
    r"^(no|nope|sorry|wait|actually|oops|hmm|rather|correction|not that( one)?|i mean(t)?|make "
    r"(it|that|them)|to|the|should be|it should be|i wanted|it is|that should "
    r"be|use|for|by|on|due)\b[\s,:.-]*",
    re.IGNORECASE,
)


def read(said: str, turns: Sequence[Turn], scope: Scope) -> Plan | None:
    """Return how what was done in the turn before is put right: no, to Proposal; I meant Tom."""
    done = turns[-2]
    if not CORRECTING.search(said) or not done.actions:
        return None
    rest = said
    while (shorter := LEADS.sub("", rest, count=1).strip()) != rest:
        rest = shorter
    rest = re.sub(r"\b(instead|please|not [\w\s]+)[.!]?$", "", rest).strip(" .,!")
    if not rest:
        return None
    source = plain(rest)
    tokens = tokenize(source)
    frame = Frame(scope, tokens, 0, len(tokens), source, Plan())
    calls = [(tool, arguments, done.results.get(ref, {})) for ref, tool, arguments in done.calls]
    return (
        _other_stage(frame, calls)
        or _other_owner(frame, calls)
        or _other_day(frame, calls)
        or _other_person(frame, calls, done)
    )


Calls = Sequence[tuple[str, dict[str, Any], dict[str, Any]]]


def _changed(calls: Calls, names: Sequence[str]) -> list[tuple[str, dict[str, Any], str]]:
    """Return the calls that set one of some arguments, with its name."""
    found = []
    for tool, arguments, result in calls:
        inner = arguments.get("arguments", arguments) if tool == "bulk_update" else arguments
        for name in names:
            if name in inner and result.get("status") == "done":
                found.append((tool, arguments, name))
    return found


def _again(tool: str, arguments: dict[str, Any], name: str, value: Any) -> Step:
    if tool == "bulk_update":
        return Step(
            tool,
            {**arguments, "arguments": {**arguments["arguments"], name: value}},
            "put right",
            tuple(arguments.get("refs", ())),
        )
    return Step(tool, {**arguments, name: value}, "put right")


def _other_stage(frame: Frame, calls: Calls) -> Plan | None:
    target = read_target(frame, 0, frame.end)
    moved = _changed(calls, ["to_stage"])
    if target is None or target.kind != "stage" or not moved:
        return None
    plan = Plan()
    for tool, arguments, name in moved:
        board = frame.scope.words.stage(
            str((arguments.get("arguments") or arguments)[name])
        ).pipeline_id
        inside = [term.ref for term in target.terms if term.pipeline == f"pipeline:{board}"]
        if not inside:
            return None
        plan.steps.append(_again(tool, arguments, name, inside[0]))
    plan.about = list(frame.scope.about)
    return plan


def _other_owner(frame: Frame, calls: Calls) -> Plan | None:
    given = _changed(calls, ["owner", "assignee"])
    member = read_member(frame, 0, frame.end) if given else None
    if not member:
        return None
    plan = Plan(about=list(frame.scope.about))
    plan.steps = [_again(tool, arguments, name, member) for tool, arguments, name in given]
    return plan


def _other_day(frame: Frame, calls: Calls) -> Plan | None:
    dated = _changed(calls, ["next_follow_up_at", "expected_close_on", "due_at"])
    found = frame.scope.calendar.read(frame.tokens, 0) if dated else None
    if found is None or found[0] < frame.end:
        return None
    plan = Plan(about=list(frame.scope.about))
    for tool, arguments, name in dated:
        if tool == "create_task":
            return None
        value = (
            found[1].start.isoformat() if name == "expected_close_on" else moment(found[1].start)
        )
        plan.steps.append(_again(tool, arguments, name, value))
    return plan


def _other_person(frame: Frame, calls: Calls, done: Turn) -> Plan | None:
    """The other Smith: undo, and do the same to whom is meant."""
    other = frame.low(0) in ("other", "the") and "other" in frame.lows(0, 2)
    start = next(
        (i for i in range(frame.end) if frame.low(i) not in bag("the other one mean with at")),
        frame.end,
    )
    of = frame.read(start, frame.end)
    if of.unknown or len(of.names) != 1:
        return None
    kinds = [
        name
        for name in ("contact", "position", "object")
        if any(name in arguments for _, arguments, _ in calls)
    ]
    if not kinds:
        return None
    touched = {str(arguments.get(kinds[0])) for _, arguments, _ in calls}
    rows = [row for row in _rows(frame, of, kinds[0]) if not (other and row in touched)]
    if len(rows) != 1:
        return None
    plan = Plan(about=rows)
    plan.steps = [
        Step("undo_action", {"action": action}, "undone") for action in reversed(done.actions)
    ]
    plan.steps += [
        Step(tool, {**arguments, kinds[0]: rows[0]}, "done instead", (rows[0],))
        for tool, arguments, _ in calls
        if kinds[0] in arguments
    ]
    return plan


def _rows(frame: Frame, of: Any, kind: str) -> list[str]:
    from agents.language import sets

    rows = sets.query(of, kind if kind in ("contact", "position") else "contact", frame.scope.by)
    rows = rows.filter(closed_at=None) if kind == "position" else rows
    return [str(row.ref) for row in rows[:5]]
