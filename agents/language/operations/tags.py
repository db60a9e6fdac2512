"""Tags, put on and taken off."""

from agents.language.frames import Frame
from agents.language.organization.sets import Set


def retag(frame: Frame, of: Set, add: list[str], remove: list[str]) -> None:
    """Put tags on the contacts of a set, or take them off."""
    rows = frame.rows(of, "contact")
    arguments = {name: tags for name, tags in (("add", add), ("remove", remove)) if tags}
    said = ", ".join([*add, *remove])
    frame.apply(
        "tag_contact", "contact", rows, arguments, f"tag {said} {'put on' if add else 'taken off'}"
    )
