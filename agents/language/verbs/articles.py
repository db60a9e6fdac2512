"""Words before a noun that say nothing of it."""

from agents.language.frames import Frame
from agents.language.words.wording import bag


def skip(frame: Frame, at: int) -> int:
    while frame.low(at) in bag("a an new another one the fresh quick short follow up brief some"):
        if (
            frame.low(at) == "follow"
            and frame.low(at + 1) == "up"
            and frame.low(at + 2) not in ("task", "todo", "reminder", "call")
        ):
            break
        at += 1
    return at
