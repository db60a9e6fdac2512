"""Which tools a caller is told of, and how."""

from typing import Any

from agents import personas
from agents.calls.admission import Caller
from agents.catalogue.registry import TOOLS, Dialect, Own, Tool
from audit.actors import Actor
from crm import custom_fields
from crm.models import Membership
from pipelines.models import Pipeline, Stage

WITH_OWN_FIELDS = ("contact", "company", "position")
# What people's own tools and scripts are told of first; `search_tools` finds the rest.
EVERYDAY = frozenset(
    {
        *("search_objects", "get_object", "get_board", "search_tools", "list_approvals"),
        *("create_contact", "update_contact", "log_activity", "create_task", "complete_task"),
        *("add_contact_to_pipeline", "move_contact", "update_position", "close_position"),
        *("get_action", "undo_action"),
    }
)
FEW = 8  # pipelines or colleagues that are named in a listing; of more, none
FEW_STAGES = 12  # names of stages
SHORT = 500  # characters of all those names together


def find(caller: Caller, *, everything: bool = False) -> list[Tool]:
    """
    Return the tools that `caller` may use, by name.

    :param everything: also those that are not among its persona's
    """
    usable = [tool for _, tool in sorted(TOOLS.items()) if caller.may_use(tool)]
    if everything:
        return usable
    everyday = personas.get(caller.persona).tools if caller.persona else EVERYDAY
    return [tool for tool in usable if tool.name in everyday] or usable


def show(listed: list[Tool], dialect: Dialect, *, by: Caller) -> list[dict[str, Any]]:
    """Return tools as a model of `dialect` wants them, with the organization's own fields."""
    own = find_own(by)
    return [tool.describe(dialect, own) for tool in listed]


def find_own(by: Caller) -> Own:
    """Return what the caller's organization has of its own, as far as the caller may see it."""
    fields = {kind: custom_fields.find(by.organization, kind) for kind in WITH_OWN_FIELDS}
    return Own(
        fields=fields,
        choices={
            "pipeline": _find_pipelines(by.actor),
            "stage": _find_stages(by.actor),
            "member": _find_members(by.actor),
        },
    )


def _find_pipelines(by: Actor) -> list[tuple[str, str]]:
    rows = Pipeline.objects.visible_to(by).in_use().order_by("order", "pk")[: FEW + 1]
    return _few([(row.ref, row.name) for row in rows], FEW)


def _find_stages(by: Actor) -> list[tuple[str, str]]:
    rows = Stage.objects.visible_to(by).in_use().filter(pipeline__archived_at=None)
    names = rows.order_by("pipeline__order", "pipeline_id", "order", "pk")
    named = dict.fromkeys(names.values_list("name", flat=True)[: 4 * FEW_STAGES])
    return _few([(name, "") for name in named], FEW_STAGES)


def _find_members(by: Actor) -> list[tuple[str, str]]:
    rows = Membership.objects.visible_to(by).active().order_by("pk")
    emails = rows.values_list("user__email", flat=True)[: FEW + 1]
    return _few([(email, "") for email in emails], FEW)


def _few(choices: list[tuple[str, str]], at_most: int) -> list[tuple[str, str]]:
    """Return choices where they are few and short; otherwise none."""
    length = sum(len(value) + len(name) for value, name in choices)
    return choices if len(choices) <= at_most and length <= SHORT else []
