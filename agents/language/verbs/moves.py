"""Moving cards, giving records to colleagues, closing and reopening."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from agents.language.frames import Frame, Impossible, Made, Unclear, row_ref
from agents.language.organization.sets import Set
from agents.language.verbs.targets import Target, email_of, read_member, read_target
from agents.language.words import lexicon, reasons
from agents.language.words.wording import bag, sayings
from pipelines.models import Position

MARKERS = ("to", "into", "in", "onto", "as", "on", "at")
# Verbs after which “in” says where to, and not where from: put it in Demo, but move all in Demo.
PUTTING = bag(
    "put place set mark enter park close include enroll enrol register "
    "start open add create insert flag make"
)
BETWEEN = (
    "through",
    "over",
    "back",
    "forward",
    "on",
    "along",
    "straight",
    "up",
    "down",
    "ahead",
    "across",
    "all",
    "the",
    "way",
)


def move(frame: Frame) -> None:
    """
    Move cards to a stage; what is put into a pipeline enters it, what goes to a colleague is
    theirs.
    """
    if frame.word in ("take", "pull") and (frame.find("off") or frame.find("out")):
        from agents.language.verbs.removals import archive

        return archive(frame)
    if _in_charge(frame) or _each_its_own(frame, move):
        return None
    split = split_target(frame)
    if split is None:
        from agents.language.verbs.otherwise import set_otherwise

        return None if set_otherwise(frame) else _move_along(frame)
    until, target = split
    of = frame.read(frame.at, until)
    if target.kind == "member":
        return give(frame, of, target.text)
    if target.kind == "pipeline":
        return _enter(frame, of, target)
    move_to(frame, of, target)


def _each_its_own(frame: Frame, go: Callable[[Frame], None]) -> bool:
    """Move Grace to Demo and Olivia to Proposal: one destination for each."""
    for at in range(frame.at + 1, frame.end - 1):
        if frame.low(at) != "and":
            continue
        one, other = replace(frame, end=at), replace(frame, at=at + 1)
        if _goes(one) and _goes(other):
            about: list[str] = []
            for each in (one, other):
                go(each)
                about += frame.plan.about
            frame.plan.about = about
            return True
    return False


def _goes(frame: Frame) -> bool:
    """Whether a part of a clause says who goes where, and nothing beside."""
    ends = [i for i in range(frame.at + 1, frame.end) if frame.low(i) == "to"]
    if len(ends) != 1:
        return False
    target = read_target(frame, ends[0] + 1, frame.end)
    if target is None and not read_member(frame, ends[0] + 1, frame.end):
        return False
    return not frame.read(frame.at, ends[0]).is_empty


def _in_charge(frame: Frame) -> bool:
    """Put Tom in charge of these deals."""
    at = next(
        (i for i in range(frame.at, frame.end) if frame.lows(i, 3) == ("in", "charge", "of")), None
    )
    member = read_member(frame, frame.at, at) if at is not None else None
    if at is None or not member:
        return False
    give(frame, frame.read(at + 3, frame.end), member)
    return True


def split_target(frame: Frame) -> tuple[int, Target] | None:
    """
    Return where the destination's preposition stands, and the destination; the last that is one.
    """
    frame.end = _without_reason(frame)
    partly = None
    for at in range(frame.end - 1, frame.at, -1):
        if frame.low(at) not in MARKERS or (
            frame.low(at) not in ("to", "into", "onto") and frame.word not in PUTTING
        ):
            continue
        target = read_target(frame, at + 1, frame.end)
        hands = frame.low(at) == "on" and frame.word in ("put", "place", "leave")
        if target is None and (frame.low(at) == "to" or hands):
            member = read_member(frame, at + 1, frame.end)
            target = Target("member", text=member) if member is not None else None
        if target is not None and target.kind in ("won", "lost") and frame.low(at) in ("in", "on"):
            continue
        if target is not None:
            until = at
            while until > frame.at and frame.low(until - 1) in BETWEEN and until - 1 > frame.at:
                until -= 1
            if all(term.sure > 1 for term in target.terms):
                return until, target
            partly = partly or (until, target)
    if partly is not None:
        return partly
    for at in range(frame.end - 1, frame.at, -1):  # move Karen one stage forward
        target = read_target(frame, at, frame.end)
        if target is not None and target.kind in ("next", "previous"):
            until = at
            wider = read_target(frame, at - 1, frame.end) if at - 1 > frame.at else None
            while wider is not None and wider.kind == target.kind:
                until, target = until - 1, wider
                wider = read_target(frame, until - 1, frame.end) if until - 1 > frame.at else None
            return until, target
    return None


def _without_reason(frame: Frame) -> int:
    """Return where the request ends and the reason for it begins."""
    for at in range(frame.at + 2, frame.end):
        if frame.low(at) in ("because", "since", "as") and frame.low(at + 1) in bag(
            "they he she it we the i of there all everything"
        ):
            if frame.low(at) == "since" and frame.scope.calendar.read(frame.tokens, at + 1):
                continue
            return at
    return frame.end


def _move_along(frame: Frame) -> None:
    """No destination was said."""
    if frame.word in ("advance", "promote", "progress", "graduate"):
        return move_to(frame, frame.read(frame.at, frame.end), Target("next"))
    if frame.word == "demote":
        return move_to(frame, frame.read(frame.at, frame.end), Target("previous"))
    marker = frame.find("to")
    if marker is not None and marker + 1 < frame.end:
        said = frame.text(marker + 1, frame.end)
        raise Unclear(
            f"I know no stage, pipeline or colleague called “{said}”. Where to?",
            mention=said.casefold(),
        )
    of = frame.read(frame.at, frame.end)
    frame.check_understood(of)
    if frame.word in ("take", "pull") and frame.end < len(frame.tokens) - 1:
        kind = owned_kind(frame, of)
        frame.plan.about = [row_ref(row) for row in frame.rows(of, kind)]
        return None
    raise Unclear("Where to? Name a stage.", join="to")


def move_to(frame: Frame, of: Set, target: Target) -> None:
    """Move the cards of a set."""
    if target.kind in ("won", "lost"):
        return close(frame, of, target.kind)
    boards = sorted({int(term.pipeline.partition(":")[2]) for term in target.terms}) or None
    cards = frame.rows(of, "position", only_open=True, boards=boards if _names_one(of) else None)
    groups: dict[str, list[Any]] = {}
    for card in cards:
        stage = stage_for(frame, card, target)
        if stage is None:
            continue
        if stage == f"stage:{getattr(card, 'stage_id', 0)}":
            continue
        groups.setdefault(stage, []).append(card)
    if not groups:
        raise Impossible(_say_none(frame, cards, target))
    about: list[str] = []
    for stage, some in groups.items():
        name = frame.scope.words.stage(stage).name
        if (arguments := _as_lost(frame, stage)) is not None:
            frame.apply("close_position", "position", some, arguments, f"moved to {name}")
            about += frame.plan.about
            continue
        frame.apply("move_contact", "position", some, {"to_stage": stage}, f"moved to {name}")
        about += frame.plan.about
    frame.plan.about = about


def _as_lost(frame: Frame, ref: str) -> dict[str, Any] | None:
    """Return how cards are closed in a stage, where that is its pipeline's way to lose them."""
    words = frame.scope.words
    stage = words.stage(ref)
    ways = [
        each for each in words.stages_of(f"pipeline:{stage.pipeline_id}") if each.kind == "lost"
    ]
    if [each.ref for each in ways] != [ref]:
        return None
    reason = reasons.find(frame.tokens, frame.source, frame.end)
    return {"outcome": "lost", "lost_reason": reason} if reason else None


def _names_one(of: Set) -> bool:
    return bool(of.names) or bool(of.pronoun)


def stage_for(frame: Frame, card: Any, target: Target) -> str | None:
    """Return the stage that a card goes to, on its own board; None if it has none there."""
    if isinstance(card, Made):
        return target.terms[0].ref if target.terms else None
    stages = frame.scope.words.stages_of(f"pipeline:{card.pipeline_id}")
    if target.kind == "stage":
        fitting = [
            term.ref for term in target.terms if term.pipeline == f"pipeline:{card.pipeline_id}"
        ]
        if len(set(fitting)) > 1:
            options = [(ref, frame.scope.words.stage(ref).name) for ref in sorted(set(fitting))]
            raise Unclear(
                f"Which stage: {' or '.join(name for _, name in options)}?",
                mention=target.text.casefold(),
                candidates=options,
            )
        return fitting[0] if fitting else None
    at = next((i for i, stage in enumerate(stages) if stage.pk == card.stage_id), None)
    if at is None:
        return None
    if target.kind == "next":
        after = [stage for stage in stages[at + 1 :] if stage.kind != "lost"]
        return after[0].ref if after and stages[at].kind == "active" else None
    if card.previous_stage_id and stages[at].kind != "active":
        return f"stage:{card.previous_stage_id}"
    return stages[at - 1].ref if at else None


def _say_none(frame: Frame, cards: Sequence[Any], target: Target) -> str:
    if target.kind == "stage":
        name = target.terms[0].called
        there = [
            card
            for card in cards
            if f"stage:{getattr(card, 'stage_id', 0)}" in {term.ref for term in target.terms}
        ]
        if there:
            return (
                f"{'It is' if len(there) == 1 else 'They are'} in {name} already; nothing was "
                "changed."
            )
        return (
            f"There is no stage {name} in the pipeline where "
            f"{'it stands' if len(cards) == 1 else 'they stand'}; nothing was changed."
        )
    return f"There is no {target.kind} stage to go to; nothing was changed."


def _enter(frame: Frame, of: Set, target: Target) -> None:
    """Put contacts into a pipeline that they are not in."""
    from agents.language.verbs.additions import enter

    if frame.word in ("put", "place", "send", "enter") or frame.verb == "add":
        return enter(frame, of, target)
    frame.check_understood(of)
    name = target.terms[0].called
    raise Unclear(
        f"A card stays in its pipeline. Shall I add them to {name} as well? Say “add … to {name}”."
    )


# --- Whose ----------------------------------------------------------------------------------------
def assign(frame: Frame) -> None:
    """Assign, reassign, hand over, give: records to a colleague."""
    if _each_its_own(frame, assign):
        return None
    frame.end = _without_reason(frame)
    while frame.end > frame.at and frame.lows(frame.end - 2, 2) in (
        ("as", "owner"),
        ("the", "owner"),
    ):
        frame.end -= 2
    for at in range(frame.end - 1, frame.at, -1):
        if frame.low(at) not in ("to", "for", "over", "with"):
            continue
        member = read_member(frame, at + 1, frame.end)
        if member is None:
            continue
        until = at
        while until > frame.at + 1 and frame.low(until - 1) in bag("over back on across from"):
            until -= 1
        return _give_from(frame, until, member)
    if _to_first(frame):
        return None
    target = split_target(frame)
    if (
        target is not None
        and target[1].kind == "stage"
        and frame.word not in ("assign", "reassign")
    ):
        return move_to(frame, frame.read(frame.at, target[0]), target[1])
    marker = frame.find("to")
    if marker is not None and marker + 1 < frame.end:
        said = frame.text(marker + 1, frame.end)
        raise Unclear(f"Nobody here is called “{said}”. To whom?", mention=said.casefold())
    frame.check_understood(frame.read(frame.at, frame.end))
    raise Unclear("To whom?", join="to")


def _to_first(frame: Frame) -> bool:
    """Give Tom Karen's deal; assign Tom to Karen's deal; give them all of it."""
    for size in (3, 2, 1):
        at = frame.at + size
        if at >= frame.end or frame.tokens[at].kind == "possessive":
            continue
        member = _first_member(frame, at)
        if member:
            at += frame.low(at) in ("to", "as")
            while frame.low(at) in ("the", "owner", "of", "to") and at < frame.end - 1:
                at += 1
            _give_from(frame, frame.end, member, start=at)
            return True
    return False


def _first_member(frame: Frame, at: int) -> str | None:
    if frame.lows(frame.at, at - frame.at) in sayings("them, him, her, they"):
        members = _members_spoken_of(frame)
        return email_of(frame, members[-1]) if members else None
    return read_member(frame, frame.at, at) or None


def _members_spoken_of(frame: Frame) -> list[str]:
    found = [ref for ref in frame.scope.about if ref.startswith("member:")]
    for of in frame.scope.sets:
        found += [
            atom.value for atom in of.atoms if atom.name == "owner" and isinstance(atom.value, str)
        ]
    return found


def _give_from(frame: Frame, until: int, member: str, *, start: int | None = None) -> None:
    of = frame.read(frame.at if start is None else start, until)
    give(frame, of, member)


def give(frame: Frame, of: Set, member: str) -> None:
    """Make a colleague the owner of the records of a set; "" makes nobody."""
    kind = owned_kind(frame, of)
    rows = frame.rows(of, kind)
    name = member or "nobody"
    rows = [row for row in rows if _owner_of(row, kind) != member]
    if not rows:
        raise Impossible(f"That is with {name} already; nothing was changed.")
    tool, argument = {
        "position": ("update_position", "position"),
        "contact": ("update_contact", "contact"),
        "company": ("update_company", "company"),
        "task": ("update_task", "task"),
    }[kind]
    field = "assignee" if kind == "task" else "owner"
    frame.apply(tool, argument, rows, {field: member or None}, f"given to {name}")


def owned_kind(frame: Frame, of: Set) -> str:
    """Return of which kind the records are whose owner is meant."""
    kinds = {atom.on for atom in of.every_atom()}
    staged = any(
        atom.name in ("stage", "pipeline", "outcome", "value_cents")
        or (atom.on == "state" and atom.name in ("unstarted",))
        for atom in of.every_atom()
    )
    if of.kind == "task":
        from crm.models import Task

        own = Task.objects.visible_to(frame.scope.by).exists()
        return "position" if staged or not own else "task"
    if of.kind in ("position", "company"):
        return of.kind
    if of.kind == "contact" and of.noun:
        return "contact"
    if staged or "position" in kinds:
        return "position"
    if of.pronoun:
        known = frame.antecedents(of.pronoun)
        first = known[0] if known else ""
        if first.startswith("$"):
            return first.rpartition(".")[2]
        return (
            first.partition(":")[0]
            if first.partition(":")[0] in ("position", "contact", "company", "task")
            else "contact"
        )
    if of.names:
        named = {name.kind for name in of.names}
        return named.pop() if len(named) == 1 else "contact"
    return "contact"


def _owner_of(row: Any, kind: str) -> str | None:
    if isinstance(row, Made):
        return None
    owner = row.assignee if kind == "task" else row.owner
    return str(owner.user.email) if owner else ""


# --- How it ended ---------------------------------------------------------------------------------
def close(frame: Frame, of: Set, outcome: str) -> None:
    """Close cards as won or lost."""
    cards = frame.rows(of, "position", only_open=True)
    cards = [card for card in cards if getattr(card, "outcome", "") != outcome]
    if not cards:
        raise Impossible(f"That is {outcome} already; nothing was changed.")
    arguments: dict[str, Any] = {"outcome": outcome}
    if outcome == "lost":
        arguments["lost_reason"] = reason_of(frame) or "Not said"
    frame.apply("close_position", "position", cards, arguments, f"closed as {outcome}")


def reason_of(frame: Frame) -> str:
    """Return the reason that was given at the end of the clause."""
    stop = len(frame.tokens)
    for at in range(frame.at, stop):
        low = frame.tokens[at].low
        if low in ("because", "reason") or (low in ("due", "since", "as") and at > frame.at + 1):
            start = at + 1
            while start < stop and frame.tokens[start].low in bag("of to : is was being"):
                start += 1
            last = next(
                (i for i in range(start, stop) if frame.tokens[i].low in (".", "!", ";")), stop
            )
            part = frame.tokens[start:last]
            return (
                part[0].text
                if len(part) == 1
                else frame.source[part[0].start : part[-1].end]
                if part
                else ""
            )
    return ""


def close_frame(frame: Frame) -> None:
    """Close, win or lose; a task is done."""
    frame.end = _cut_reason(frame)
    ending = next((i for i in range(frame.end - 1, frame.at, -1) if frame.low(i) == "as"), None)
    target = read_target(frame, ending + 1, frame.end) if ending is not None else None
    if ending is not None and target is not None and target.kind == "stage":
        return move_to(frame, frame.read(frame.at, ending), target)
    outcome = {"win": "won", "lose": "lost"}.get(frame.verb, "")
    until = frame.end
    for at in range(frame.at, frame.end):
        if (frame.low(at) in ("won", "lost") and frame.low(at - 1) in ("as", "to", "out")) or (
            frame.low(at) in ("won", "lost") and at == frame.end - 1
        ):
            outcome, until = frame.low(at), at
            while (
                until > frame.at
                and frame.low(until - 1) in bag("as to out it being a")
                and until - 1 > frame.at
            ):
                until -= 1
    of = frame.read(frame.at, until)
    if of.kind == "task" and not any(atom.name == "stage" for atom in of.every_atom()):
        from agents.language.verbs.ticking import finish_tasks

        return finish_tasks(frame, of)
    if not outcome:
        frame.check_understood(of)
        raise Unclear("As won or as lost?", join="as")
    close(frame, of, outcome)


def _cut_reason(frame: Frame) -> int:
    for at in range(frame.at + 1, frame.end):
        if (
            frame.low(at) in ("because", "reason")
            or frame.lows(at, 2) == ("due", "to")
            or (frame.low(at) in ("since", "as") and frame.low(at + 1) in bag("they he she we it"))
        ):
            return at - (frame.low(at - 1) in (",", "-", ":", "with"))
    return frame.end


def reopen(frame: Frame) -> None:
    """Put closed cards under way again."""
    split = split_target(frame)
    until, stage = frame.end, None
    if split and split[1].kind == "stage":
        until, stage = split[0], split[1]
    of = frame.read(frame.at, until)
    if of.kind == "task":
        of.atoms.append(_done())
        tasks = frame.rows(of, "task")
        return frame.apply("reopen_task", "task", tasks, {}, "reopened")
    cards = frame.rows(of, "position")
    closed = [card for card in cards if isinstance(card, Made) or card.closed_at is not None]
    if not closed:
        raise Impossible("That is open already; nothing was changed.")
    arguments = {}
    if stage is not None and isinstance(closed[0], Position):
        arguments["to_stage"] = stage_for(frame, closed[0], stage)
    frame.apply("reopen_position", "position", closed, arguments, "reopened")
    frame.plan.about = [row_ref(card) for card in closed]


def _done() -> Any:
    from agents.language.organization.sets import Atom

    return Atom("task", "done_at", "is_not_empty")


def unassign(frame: Frame) -> None:
    """Take the owner off."""
    of = frame.read(frame.at, frame.end)
    give(frame, of, "")


FILLERS = lexicon.FILLERS
