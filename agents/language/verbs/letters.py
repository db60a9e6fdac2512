"""E-mails, drafted for a person to read and send."""

from typing import Any

from agents.language.frames import Frame, Step, row_ref
from agents.language.organization.sets import Set
from agents.language.verbs.articles import skip
from agents.language.words.wording import bag


# --- Letters --------------------------------------------------------------------------------------
def letter_to(frame: Frame) -> None:
    """Send somebody an e-mail about something: it is drafted, for a person to read and send."""
    at = next(i for i in range(frame.at, frame.end) if frame.low(i) in ("email", "emails", "mail"))
    begin = at
    while frame.low(begin - 1) in bag("an a the quick short friendly"):
        begin -= 1
    if begin <= frame.at:
        frame.at = at
        return draft(frame)
    split = next(
        (i for i in range(at, frame.end) if frame.low(i) in ("about", "saying", ":")), frame.end
    )
    people = frame.rows(frame.read(frame.at, begin), "contact")
    topic = frame.text(split + 1, frame.end)
    frame.plan.steps += [letter(person, topic) for person in people[:25]]
    frame.plan.count += len(people)
    frame.plan.about = [row_ref(person) for person in people]


def draft(frame: Frame) -> None:
    """Draft an e-mail; it is not sent."""
    at = skip(frame, frame.at)
    while frame.low(at) in bag(
        "email emails message letter mail reengagement re engagement follow up friendly to for"
    ):
        at += 1
    split = next(
        (
            i
            for i in range(at, frame.end)
            if frame.low(i) in bag("about saying regarding : that asking")
        ),
        frame.end,
    )
    of = frame.read(at, split) if at < split else Set(pronoun="many", plural=True, text="them")
    people = frame.rows(of, "contact")
    topic = frame.text(split + 1, frame.end)
    for person in people[:25]:
        frame.plan.steps.append(letter(person, topic))
    frame.plan.count += len(people)
    frame.plan.about = [row_ref(person) for person in people]


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
