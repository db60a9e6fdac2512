"""
Triggers: what may start a workflow. A closed list; each says what it asks for, and of which record.

All of them are given in one flat shape, which is short for a model; what a type does not know is
refused by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crm.fields import not_a_choice
from crm.models.activities import ActivityKind

CARD, CONTACT = "position", "contact"


@dataclass(frozen=True, kw_only=True)
class TriggerType:
    """
    One thing that may start a workflow.

    :param says: when that is, for people
    :param needs: what must be given
    :param takes: what may be given besides
    :param record: finds the kind of record it is about
    """

    says: str
    record: Callable[[Mapping[str, Any]], str]
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()


def _card(given: Mapping[str, Any]) -> str:
    return CARD


def _contact(given: Mapping[str, Any]) -> str:
    return CONTACT


def _of_field(given: Mapping[str, Any]) -> str:
    return CARD if str(given.get("field", "")).startswith(f"{CARD}.") else CONTACT


def _as_said(given: Mapping[str, Any]) -> str:
    return str(given.get("record", CARD))


TYPES: dict[str, TriggerType] = {
    "stage_enter": TriggerType(
        says="a card enters the stage", record=_card, needs=frozenset({"stage"})
    ),
    "stage_leave": TriggerType(
        says="a card leaves the stage", record=_card, needs=frozenset({"stage"})
    ),
    "field_change": TriggerType(
        says="the field changes",
        record=_of_field,
        needs=frozenset({"field"}),
        takes=frozenset({"from_value", "to_value"}),
    ),
    "time_in_stage": TriggerType(
        says="a card has been in the stage for so many days",
        record=_card,
        needs=frozenset({"stage", "days"}),
    ),
    "time_based": TriggerType(
        says="it is time, for every record that fits",
        record=_as_said,
        needs=frozenset({"every", "at"}),
        takes=frozenset({"on_day", "record"}),
    ),
    "activity_logged": TriggerType(
        says="an activity with the contact is logged", record=_contact, takes=frozenset({"kind"})
    ),
    "contact_created": TriggerType(says="a contact is added", record=_contact),
    "position_closed": TriggerType(
        says="a card is won or lost", record=_card, takes=frozenset({"outcome"})
    ),
}
LONGEST_DAY = {"day": 0, "week": 7, "month": 28}  # the highest `on_day` of each rhythm


def check(given: Mapping[str, Any]) -> dict[str, str]:
    """
    Return what is wrong with a trigger as it is given, by path; nothing where it is right.

    :param given: its type, and what that asks for; None where something is not given
    """
    known = TYPES.get(given["type"])
    if known is None:
        return {"trigger.type": not_a_choice(given["type"], TYPES)}
    said = {name for name, value in given.items() if name != "type" and value is not None}
    wrong = {f"trigger.{name}": "is missing" for name in known.needs - said}
    for name in said - known.needs - known.takes:
        right = ", ".join(sorted(known.needs | known.takes)) or "nothing more"
        wrong[f"trigger.{name}"] = f"is nothing that {given['type']} asks for; it takes {right}"
    return wrong or _check_kind(given) or _check_rhythm(given)


def _check_kind(given: Mapping[str, Any]) -> dict[str, str]:
    kind = given.get("kind")
    if kind is None or kind in ActivityKind.values:
        return {}
    return {"trigger.kind": not_a_choice(kind, ActivityKind.values)}


def _check_rhythm(given: Mapping[str, Any]) -> dict[str, str]:
    every = given.get("every")
    if every is None:
        return {}
    day, last = given.get("on_day"), LONGEST_DAY[every]
    if not last:
        return {"trigger.on_day": "is for every week or month"} if day is not None else {}
    if day is None:
        return {"trigger.on_day": f"is missing: 1 to {last}"}
    return {} if 1 <= day <= last else {"trigger.on_day": f"must be from 1 to {last}"}


def find_record(given: Mapping[str, Any]) -> str:
    """Return the kind of record a trigger is about: contact or position."""
    return TYPES[given["type"]].record(given)
