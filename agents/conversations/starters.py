"""What one may ask, to begin with: of the stage, of what one looks at, of the whole."""

from typing import Any

from audit.actors import Actor
from crm import objects, refs
from crm.models import Contact
from pipelines.models import Pipeline, Position, Stage

MOST = 8
LONGEST_NAME = 60  # characters; what is called by more is "this contact"
STAGES = 3  # stages of a contact whose prompts are offered
GENERAL = [
    "Which deals are at risk?",
    "What is our velocity?",
    "What are my overdue tasks?",
    "Who has not been contacted for two weeks?",
]
OF_KIND = {
    "contact": [
        "Which deals does {name} have?",
        "Which open tasks does {name} have?",
        "When did we last talk to {name}?",
    ],
    "company": ["Who works at {name}?", "How many contacts does {name} have?"],
    "position": ["What is {name}'s deal worth?", "Is {name}'s deal at risk?"],
    "pipeline": [
        "Which deals in {name} are at risk?",
        "What is the velocity of {name}?",
        "How much is in each stage of {name}?",
    ],
    "task": ["Which tasks are due this week?"],
}


def find(at: str, *, by: Actor) -> list[str]:
    """
    Return what one may ask, the nearest first.

    :param at: the reference of what `by` looks at; what is none, or not theirs, says nothing
    """
    try:
        seen: Any = refs.find(at, *objects.find_kinds(), by=by)
    except (refs.NotFound, refs.NotAReference, refs.WrongKind):
        return GENERAL
    of_kind = [each.format(name=_call(seen)) for each in OF_KIND.get(at.partition(":")[0], [])]
    return list(dict.fromkeys([*_find_of_stages(seen, by=by), *of_kind, *GENERAL]))[:MOST]


def _call(seen: Any) -> str:
    named = seen.contact if isinstance(seen, Position) else seen
    called = str(getattr(named, "name", "") or getattr(named, "title", ""))
    return called if len(called) <= LONGEST_NAME else f"this {refs.kind_of(type(named))}"


def _find_of_stages(seen: Any, *, by: Actor) -> list[str]:
    """Return what the stages suggest in which somebody stands."""
    if isinstance(seen, Stage):
        return seen.suggested_prompts
    if isinstance(seen, Position):
        return seen.stage.suggested_prompts
    if isinstance(seen, Pipeline) or not isinstance(seen, Contact):
        return []
    cards = Position.objects.visible_to(by).in_use().filter(contact=seen, closed_at=None)
    of_each = cards.order_by("-pk").values_list("stage__suggested_prompts", flat=True)[:STAGES]
    return [prompt for prompts in of_each for prompt in prompts][: MOST // 2]
