"""All that is known of somebody: who they are, where they stand, what there is to do."""

from collections.abc import Sequence
from typing import Any

from agents.language.frames import Frame, Step, row_ref
from agents.language.organization import sets
from agents.language.organization.sets import Set
from agents.language.questions import subjects
from agents.language.questions.lookups import end_of
from agents.language.questions.shown import describe, read, show, write_day
from agents.language.words.wording import bag
from crm import refs
from crm.models import CustomField

KNOWING = bag("know have got is summary overview profile everything anything all")
NEWS = bag("happened happening new happens going latest news")
ASKING = KNOWING | NEWS | bag("tell show give us me about on with of to recently lately what do we")
MOST = 5  # cards, tasks and activities that are told


def profile(frame: Frame, words: Sequence[str]) -> bool:
    """What do we know about Karen; tell me about her; what happened with Karen recently."""
    about = bool(bag("about on of with to") & set(words))
    asks = set(words) & (KNOWING | NEWS) or words[:2] == ["tell", "me"] or frame.verb == "show"
    found = subjects.split(frame, frame.at, end_of(frame)) if about and asks else None
    if found is None or any(name.kind not in ("contact", "position") for name in found[0].names):
        return False
    of, rest = found
    prepositions = bag("about on of with to")
    if not any(frame.low(at) in prepositions for at in rest) or subjects.says_more(
        frame, [at for at in rest if frame.low(at) not in ASKING]
    ):
        return False
    if not any(frame.low(at) in ASKING - prepositions for at in rest) and words[0] != "tell":
        return False
    contact = frame.rows(of, "contact")[0]
    frame.plan.steps.append(Step("get_object", {"ref": row_ref(contact)}, "looked up"))
    text = "\n".join([f"{describe(contact)}.", *_lines(frame, contact)])
    frame.plan.render.append({"as": "text", "text": text, "of": 1})
    frame.plan.about = [row_ref(contact)]
    return True


def _lines(frame: Frame, contact: Any) -> list[str]:
    by = frame.scope.by
    only = Set(ref_ids={"contact": [contact.pk]})
    cards = sets.query(only, "position", by).order_by("closed_at", "pk")[:MOST]
    tasks = sets.query(only, "task", by).filter(done_at=None).order_by("due_at", "pk")[:MOST]
    passed = refs.visible("activity", by=by).filter(contact=contact.pk)
    owner = [f"- Owner: {contact.owner.user}"] if contact.owner else []
    return [
        *owner,
        *_held(contact),
        *(f"- {describe(card)}" for card in cards),
        *(f"- To do: {describe(task)}" for task in tasks),
        *(
            f"- {write_day(each.occurred_at)}: {each.get_kind_display()} {each.subject}".rstrip()
            for each in passed.order_by("-occurred_at", "-pk")[:MOST]
        ),
    ]


def _held(contact: Any) -> list[str]:
    """Return what the organization's own fields hold."""
    fields = CustomField.objects.filter(on="contact", archived_at=None).order_by("pk")
    paths = {each.label: f"contact.custom.{each.key}" for each in fields}
    held = {label: (path, read(contact, path)) for label, path in paths.items()}
    return [
        f"- {label}: {show(value, contact, path)}"
        for label, (path, value) in held.items()
        if value not in (None, "", [])
    ]
