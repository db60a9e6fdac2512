"""Tasks ticked off."""

from agents.language.frames import Frame, Impossible, Made
from agents.language.organization.sets import Set
from agents.language.verbs.fielded import is_task
from agents.language.verbs.moves import move_to
from agents.language.verbs.targets import Target
from crm.models import Task


def finish_tasks(frame: Frame, of: Set) -> None:
    """Tick tasks off."""
    of.kind = "task"
    rows = frame.rows(of, "task")
    rows = [row for row in rows if isinstance(row, Made) or row.done_at is None]
    if not rows:
        raise Impossible("That is done already; nothing was changed.")
    frame.apply("complete_task", "task", rows, {}, "done")


def complete(frame: Frame) -> None:
    """Complete, finish, tick off: tasks; cards are won."""
    while frame.end > frame.at and frame.low(frame.end - 1) in ("off", "up", "."):
        frame.end -= 1
    of = frame.read(frame.at, frame.end)
    own = Task.objects.visible_to(frame.scope.by).exists()
    if (
        (of.kind == "task" and own)
        or (of.names and of.names[0].kind == "task")
        or is_task(frame, of)
    ):
        return finish_tasks(frame, of)
    if of.unknown and own:
        named = frame.scope.names.task(frame.text(frame.at, frame.end))
        if named:
            return finish_tasks(frame, Set(kind="task", names=[named], text=named.text))
    move_to(frame, of, Target("won"))
