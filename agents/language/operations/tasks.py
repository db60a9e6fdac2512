"""Tasks ticked off."""

from agents.language.frames import Frame, Impossible, Made
from agents.language.organization.sets import Set


def finish_tasks(frame: Frame, of: Set) -> None:
    """Tick tasks off."""
    of.kind = "task"
    rows = frame.rows(of, "task")
    rows = [row for row in rows if isinstance(row, Made) or row.done_at is None]
    if not rows:
        raise Impossible("That is done already; nothing was changed.")
    frame.apply("complete_task", "task", rows, {}, "done")
