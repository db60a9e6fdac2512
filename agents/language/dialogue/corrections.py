"""What is said about what was said before: corrections, undoing."""

import re
from collections.abc import Sequence
from typing import Any

from agents.language.dialogue.choices import choose
from agents.language.dialogue.conversations import Turn
from agents.language.frames import Frame, Plan, Step, words_of
from agents.language.operations.fields import moment
from agents.language.operations.owners import email_of
from agents.language.organization import sets
from agents.language.organization.mentions import Mention, Mentions, link
from agents.language.organization.scopes import Scope
from agents.language.organization.sets import Set
from agents.language.questions import followups
from agents.language.words import lexicon
from agents.language.words.tokens import fold, plain, tokenize
from agents.language.words.wording import bag
from pipelines.models import Position

UNDO = re.compile(
    r"\b(undo|revert|roll ?back|take (that|it|this|those|them) back|reverse "
    r"(that|it|this)|put (it|that|them|those|everything) back"
    r"( (as|where|how) (it|they) (was|were))?"
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


CORRECTING = re.compile(
    r"^(no|nope|sorry|wait|actually|oops|i mean|i meant|make (it|that|them)|rather|not |wrong"
    r"|correction|hmm|hm|ah|oh|should have been|that should)\b|\binstead\b"
    r"|\b(wrong|mistake|meant|i mean)\b",
    re.IGNORECASE,
)


ASKED_ANEW = re.compile(
    r"^(no|nope|sorry|wait|oops|actually|hm+|rather)\b[,. ]*|\b(i (mean|meant)|make that|rather)\b",
    re.IGNORECASE,
)


def asked_anew(said: str, turns: Sequence[Turn], scope: Scope) -> str | None:
    """Return the question before with what was meant in its place: no, I meant the gold plan."""
    source = plain(said)
    rest = ASKED_ANEW.sub("", source).strip(" ,.!?")
    if turns[-2].actions or not scope.asked or rest == source.strip(" ,.!?") or not rest:
        return None
    new = followups.pieces(scope, tokenize(rest))
    old = followups.pieces(scope, tokenize(scope.asked), known_only=False)
    if not new or not {each.family for each in new} <= {each.family for each in old or ()}:
        return None
    return followups.exchange(scope, scope.asked, tokenize(rest), rest)


def read(said: str, turns: Sequence[Turn], scope: Scope) -> Plan | None:
    """Return how what was done in the turn before is put right: no, to Proposal; I meant Tom."""
    done = turns[-2]
    if TAG_OFF.search(said) and (off := _tag_off(done)):
        return off
    if not CORRECTING.search(said) or not done.actions:
        return None
    source = plain(said)
    tokens = tokenize(source)
    mentions = link(scope, tokens)
    frame = Frame(scope, tokens, 0, len(tokens), source, Plan())
    calls = [(tool, arguments, done.results.get(ref, {})) for ref, tool, arguments in done.calls]
    return (
        _other_record(frame, mentions, calls, turns)
        or _other_stage(frame, mentions, calls)
        or _other_owner(frame, mentions, calls)
        or _other_day(frame, mentions, calls)
        or _other_amount(frame, mentions, calls)
    )


TAG_OFF = re.compile(r"\b(take|remove|drop|delete|strip)( off)? (that|this) tag\b", re.IGNORECASE)


def _tag_off(done: Turn) -> Plan | None:
    """Take that tag off again: what was put on in the turn before."""
    plan = Plan()
    for tool, arguments in [(tool, arguments) for _, tool, arguments in done.calls]:
        if tool != "tag_contact" or not arguments.get("add"):
            return None
        contact, tags = arguments["contact"], arguments["add"]
        plan.steps.append(Step(tool, {"contact": contact, "remove": tags}, "tag taken off"))
        plan.about.append(contact)
    return plan if plan.steps else None


def _meant(frame: Frame, mentions: Mentions, *kinds: str) -> list[Mention]:
    """Return the mentions of some kinds that are not denied: not Otis."""
    return [
        m
        for m in mentions.of(*kinds)
        if frame.low(m.at - 1) not in ("not", "leave") and frame.low(m.at - 2) != "not"
    ]


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


def _other_stage(frame: Frame, mentions: Mentions, calls: Calls) -> Plan | None:
    stages = _meant(frame, mentions, "stage")
    moved = _changed(calls, ["to_stage"])
    if not stages or not moved:
        return None
    plan = Plan()
    for tool, arguments, name in moved:
        board = frame.scope.words.stage(
            str((arguments.get("arguments") or arguments)[name])
        ).pipeline_id
        inside = [term.ref for term in stages[-1].means if term.pipeline == f"pipeline:{board}"]
        if not inside:
            return None
        plan.steps.append(_again(tool, arguments, name, inside[0]))
    plan.about = list(frame.scope.about)
    return plan


def _other_owner(frame: Frame, mentions: Mentions, calls: Calls) -> Plan | None:
    given = _changed(calls, ["owner", "assignee"])
    members = _meant(frame, mentions, "member") if given else []
    refs = {term.ref for term in members[-1].means} if members else set()
    if len(refs) != 1:
        return None
    member = email_of(frame, refs.pop())
    plan = Plan(about=list(frame.scope.about))
    plan.steps = [_again(tool, arguments, name, member) for tool, arguments, name in given]
    return plan


def _other_day(frame: Frame, mentions: Mentions, calls: Calls) -> Plan | None:
    dated = _changed(calls, ["next_follow_up_at", "expected_close_on", "due_at"])
    days = _meant(frame, mentions, "day") if dated else []
    if not days or any(tool == "create_task" for tool, _, _ in dated):
        return None
    on = days[-1].means[0].start
    plan = Plan(about=list(frame.scope.about))
    for tool, arguments, name in dated:
        value = on.isoformat() if name == "expected_close_on" else moment(on)
        plan.steps.append(_again(tool, arguments, name, value))
    return plan


def _other_amount(frame: Frame, mentions: Mentions, calls: Calls) -> Plan | None:
    """I mean 15,600: what a number was set to, or what a field of one's own was."""
    amounts = _meant(frame, mentions, "amount")
    valued = _changed(calls, ["value_cents"])
    if not amounts or not valued:
        return None
    plan = Plan(about=list(frame.scope.about))
    amount = amounts[-1].means[0]
    plan.steps = [_again(tool, arguments, name, amount.cents) for tool, arguments, name in valued]
    return plan


def _other_record(
    frame: Frame, mentions: Mentions, calls: Calls, turns: Sequence[Turn]
) -> Plan | None:
    """The other Smith, 23 Quay Street: undo, and do the same to whom is meant."""
    kinds = [
        kind for kind in ("contact", "position") if any(kind in given for _, given, _ in calls)
    ]
    if not kinds:
        return None
    kind, done = kinds[0], turns[-2]
    touched = {str(given.get(kind)) for _, given, _ in calls}
    named = _meant(frame, mentions, "position", "contact")
    if named:
        of = Set(names=[named[-1].means[0]], text=frame.text(named[-1].at, named[-1].end))
        rows = [row for row in _rows(frame, of, kind) if row not in touched]
    elif "other" in {each.low for each in frame.tokens}:
        rows = _asked_about(frame, kind, turns) or _others(frame, kind, touched)
    else:
        return None
    if len(rows) != 1:
        return None
    plan = Plan(about=rows)
    plan.steps = [
        Step("undo_action", {"action": action}, "undone") for action in reversed(done.actions)
    ]
    stage = _meant(frame, mentions, "stage")
    for tool, given, _ in calls:
        if kind in given:
            changed = {**given, kind: rows[0]}
            if stage and "to_stage" in given:
                changed["to_stage"] = stage[-1].means[0].ref
            plan.steps.append(Step(tool, changed, "done instead", (rows[0],)))
    return plan


def _asked_about(frame: Frame, kind: str, turns: Sequence[Turn]) -> list[str]:
    """Return the record of the other of two that were asked about just before."""
    question = turns[-3].state.get("question") if len(turns) > 2 else None
    candidates = [ref for ref, _ in (question or {}).get("candidates", ())]
    chosen = choose(turns[-2].text, question["candidates"]) if question and candidates else []
    others = [ref for ref in candidates if ref not in chosen]
    if len(others) != 1 or not chosen:
        return []
    other, _, pk = others[0].partition(":")
    rows = list(sets.query(Set(ref_ids={other: [int(pk)]}), kind, frame.scope.by))
    if kind == "position" and len(rows) > 1:
        said = {each.stem for each in frame.tokens}
        told = {row.pk: len(said & words_of(row)) for row in rows}
        rows = [row for row in rows if told[row.pk] == max(told.values())]
    return [str(row.ref) for row in rows]


def _others(frame: Frame, kind: str, touched: set[str]) -> list[str]:
    """Return the other cards of whose card was changed, told apart by what is said of them."""
    if kind != "position":
        return []
    ids = [int(ref.partition(":")[2]) for ref in touched if ref.startswith("position:")]
    mine = Position.objects.visible_to(frame.scope.by).in_use()
    people = mine.filter(pk__in=ids).values_list("contact_id", flat=True)
    rows = list(mine.filter(contact__in=list(people)).exclude(pk__in=ids))
    said = {each.stem for each in frame.tokens}
    told = {row.ref: len(said & words_of(row)) for row in rows}
    best = [ref for ref, count in told.items() if count == max(told.values())]
    return best if len(best) == 1 else []


def _rows(frame: Frame, of: Set, kind: str) -> list[str]:
    rows = sets.query(of, kind, frame.scope.by)
    rows = rows.filter(closed_at=None) if kind == "position" else rows
    return [str(row.ref) for row in rows[:5]]
