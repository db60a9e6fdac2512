"""Which tools a caller is told of, and how."""

from typing import Any

from agents import personas
from agents.admission import Caller
from agents.registry import TOOLS, Dialect, Tool
from crm import custom_fields

WITH_OWN_FIELDS = ("contact", "position")


def find(caller: Caller, *, everything: bool = False) -> list[Tool]:
    """
    Return the tools that `caller` may use, by name.

    :param everything: also those that are not among its persona's
    """
    usable = [tool for _, tool in sorted(TOOLS.items()) if caller.may_use(tool)]
    if everything or not caller.persona:
        return usable
    everyday = personas.get(caller.persona).tools
    return [tool for tool in usable if tool.name in everyday] or usable


def show(listed: list[Tool], dialect: Dialect, *, by: Caller) -> list[dict[str, Any]]:
    """Return tools as a model of `dialect` wants them, with the organization's own fields."""
    own = {kind: custom_fields.find(by.organization, kind) for kind in WITH_OWN_FIELDS}
    return [tool.describe(dialect, own) for tool in listed]
