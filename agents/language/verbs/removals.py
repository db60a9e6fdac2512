"""Putting away: records, places in pipelines, values of fields, tags."""

from agents.language.frames import Frame, Impossible, Unclear
from agents.language.organization.sets import Set
from agents.language.verbs.edits import clear, whose_cleared
from agents.language.verbs.fielded import fields_before
from agents.language.verbs.tags import read_tags, retag
from agents.language.verbs.targets import read_target
from crm.models import Task

TOOLS = {
    "contact": ("archive_contact", "contact"),
    "position": ("archive_position", "position"),
    "company": ("archive_company", "company"),
}


def archive(frame: Frame) -> None:
    """Archive, delete, remove: records; or a field's value, a tag, a place in a pipeline."""
    while frame.low(frame.at) in ("of", "away", "out"):
        frame.at += 1
    _check_no_board(frame)
    if _takes_tag_off(frame) or _leaves_pipeline(frame) or _clears(frame):
        return
    of = frame.read(frame.at, frame.end)
    kind = kind_of(frame, of)
    if kind == "task":
        raise Impossible(
            "Tasks are not deleted here; they can be ticked off as done. Nothing was changed."
        )
    if kind == "activity":
        raise Impossible("What happened stays on record here; nothing was changed.")
    rows = frame.rows(of, kind)
    tool, argument = TOOLS[kind]
    frame.apply(tool, argument, rows, {}, "archived")
    frame.plan.destructive = True


def _check_no_board(frame: Frame) -> None:
    """:raises Impossible: where a pipeline or a stage itself is to go, and not what stands in it"""
    at = frame.at + (frame.low(frame.at) in ("the", "our", "my"))
    found = frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline", "stage"])
    boards = ("pipeline", "board", "funnel", "stage", "column")
    last = found[0][0] if found else at
    if frame.low(last) in boards and last == frame.end - 1:
        raise Impossible(
            "Pipelines and stages are put away in their settings; nothing was changed."
        )


def kind_of(frame: Frame, of: Set) -> str:
    if of.kind == "task" and Task.objects.visible_to(frame.scope.by).exists():
        return "task"
    if of.kind in ("contact", "position", "company", "activity"):
        return of.kind
    if of.kind == "task":
        return "position"
    if of.pronoun:
        known = frame.antecedents(of.pronoun)
        kind = known[0].partition(":")[0] if known else "contact"
        return kind if kind in TOOLS else "contact"
    if of.names:
        return of.names[0].kind
    return "position" if any(atom.on == "position" for atom in of.every_atom()) else "contact"


def _takes_tag_off(frame: Frame) -> bool:
    marker = frame.find("from") or frame.find("off")
    if marker is None:
        return False
    words = [frame.low(i) for i in range(frame.at, marker)]
    if set(words) <= {"all", "the", "every", "tags", "tag", "labels", "of", "their", "her", "his"}:
        people = frame.rows(frame.read(marker + 1, frame.end), "contact")
        frame.apply("update_contact", "contact", people, {"tags": []}, "tags cleared")
        return True
    known = frame.scope.words.find(
        frame.tokens[:marker], frame.at + (frame.low(frame.at) == "the"), ["tag"]
    )
    if not ({"tag", "tags", "label"} & set(words) or (known and known[0][0] == marker)):
        return False
    retag(frame, frame.read(marker + 1, frame.end), [], read_tags(frame, frame.at, marker))
    return True


def _leaves_pipeline(frame: Frame) -> bool:
    """Remove Karen from the Renewals pipeline, take them off the board."""
    for at in range(frame.end - 1, frame.at, -1):
        if frame.low(at) not in ("from", "off", "out"):
            continue
        start = at + 1 + (frame.low(at + 1) == "of")
        target = read_target(frame, start, frame.end)
        if target is None or target.kind != "pipeline":
            if (
                frame.lows(start, 2) in (("the", "pipeline"), ("the", "board"))
                and start + 2 >= frame.end - 1
            ):
                return _take_off(frame, at, None)
            continue
        return _take_off(frame, at, [int(term.ref.partition(":")[2]) for term in target.terms])
    return False


def _take_off(frame: Frame, until: int, boards: list[int] | None) -> bool:
    of = frame.read(frame.at, until)
    of.kind = "position"
    cards = frame.rows(of, "position", boards=boards)
    if boards:
        cards = [card for card in cards if card.pipeline_id in boards]
    if not cards:
        raise Impossible("They are not in that pipeline; nothing was changed.")
    frame.apply("archive_position", "position", cards, {}, "taken off the board")
    frame.plan.destructive = True
    return True


def _clears(frame: Frame) -> bool:
    """Remove Karen's phone number: a value of a field, not a record."""
    if frame.word not in ("remove", "delete", "erase", "drop"):
        return False
    for at, end, term in fields_before(frame, frame.end):
        if term.name in ("open_tasks", "company", "title", "name") or term.sure < 2:
            continue
        of = whose_cleared(frame, at, end)
        if (
            of is not None
            and (of.names or of.pronoun or of.says())
            and not of.unknown
            and not (of.pronoun and at == frame.at)
        ):
            clear(frame)
            return True
    return False


def restore(frame: Frame) -> None:
    """Take records back that were put away."""
    from crm import search
    from crm.models import Contact

    of_text = frame.text(frame.at, frame.end)
    mine = Contact.objects.visible_to(frame.scope.by).put_away()
    found = list(search.narrow_archived(mine, of_text, within=["name"])[:5])
    if not found:
        raise Impossible(f"Nothing that was archived is called “{of_text}”; nothing was changed.")
    if len(found) > 1:
        raise Unclear(f"Which one: {'; '.join(each.name for each in found)}?")
    frame.apply("restore_contact", "contact", found, {}, "restored")
