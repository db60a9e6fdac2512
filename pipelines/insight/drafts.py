"""Drafts of what could be written to a contact: our own words, theirs only as their name."""

from dataclasses import dataclass

from pipelines.models import Position

LONGEST_NAME = 60


@dataclass(frozen=True)
class Draft:
    """An e-mail nobody has sent."""

    subject: str
    body: str


TEMPLATES = {
    "reply": (
        "Your message",
        "Thank you for your message. I will come back to you on it in full by tomorrow; if"
        " something cannot wait, a short line is enough.",
    ),
    "follow_up": (
        "Shall we go on?",
        "I saw that you have been looking at what we sent. Which questions are still open? I am"
        " glad to go through them with you this week.",
    ),
    "re_engage": (
        "Still of interest?",
        "It has been a while since we last spoke. Has something changed on your side, or is it only"
        " a matter of time? Either answer helps me to plan.",
    ),
    "due_follow_up": (
        "As we agreed",
        "We wanted to speak again about now. Would one of the next days suit you for a short call?",
    ),
    "ask_for_missing": (
        "What we still need",
        "To go on, a point or two is still open on our side. Could you help me with those, or name"
        " the colleague I should ask?",
    ),
    "new_date": (
        "Our timetable",
        "The day we had in mind has passed. Which day would be realistic for you now, and what has"
        " to happen before it?",
    ),
    "comparison": (
        "What matters to you",
        "When you compare what is on offer, which three points weigh most for you? I will answer"
        " for those plainly, also where others do better.",
    ),
}


def write(template: str, card: Position) -> Draft:
    """Return a draft to the contact of `card`."""
    subject, body = TEMPLATES[template]
    return Draft(subject, f"Hello{_call(card)},\n\n{body}\n\nKind regards")


def _call(card: Position) -> str:
    """Return the contact's name as one short line."""
    contact = card.contact
    name = " ".join((contact.first_name or contact.name).split())
    name = "".join(letter for letter in name if letter.isprintable())[:LONGEST_NAME]
    return f" {name}" if name else ""
