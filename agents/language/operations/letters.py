"""E-mails, drafted for a person to read and send."""

from typing import Any

from agents.language.frames import Step, row_ref


def letter(person: Any, topic: str) -> Step:
    """Return the draft of an e-mail to a contact."""
    name = getattr(person, "first_name", "") or str(getattr(person, "name", "")).split(" ")[0]
    subject = topic[:1].upper() + topic[1:] if topic else "Shall we talk?"
    said = (
        f"I am writing about {topic}."
        if topic
        else "It has been a while since we were last in touch."
    )
    body = f"Hello {name},\n\n{said} When would be a good time to talk?\n\nKind regards"
    return Step(
        "draft_email",
        {"contact": row_ref(person), "subject": subject[:200], "body": body},
        "draft written",
        (row_ref(person),),
    )
