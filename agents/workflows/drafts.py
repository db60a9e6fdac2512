"""
Drafts: what a workflow is to do, checked as far as it can be before it runs.

Each thing that is wrong is named by its path, `actions[0].config.title`.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from agents.catalogue import registry
from agents.catalogue.registry import NoSuchTool, Tool
from agents.workflows import named, templates, triggers
from approvals.proposals import canonical
from audit.actors import Actor
from crm import refs
from crm.conditions import Condition, get_catalogue
from crm.fields import FieldError
from pipelines.models import Pipeline, Stage

MOST_ACTIONS = 20
LONGEST_WAIT = timedelta(days=365)
# Tools that no workflow uses, and why.
LEFT_OUT = {
    "create_workflow": "a workflow writes no workflows",
    "undo_action": "what a workflow did is taken back by a person",
    "bulk_update": "a workflow acts on the record that started it",
}


def check(
    trigger: Mapping[str, Any],
    actions: Sequence[Mapping[str, Any]],
    conditions: Sequence[Mapping[str, Any]],
    *,
    pipeline: Pipeline | None,
    by: Actor,
) -> dict[str, Any]:
    """
    Return a draft as it is stored: stages and other rows by reference, nothing that says nothing.

    :raises FieldError: names each thing that is wrong by its path, and what would be right
    """
    trigger = {name: value for name, value in trigger.items() if value is not None}
    if wrong := triggers.check(trigger):
        raise FieldError(wrong)
    kind = triggers.find_record(trigger)
    board, wrong = _find_board(trigger, pipeline, by=by)
    wrong |= _check_field(trigger, kind)
    wrong |= _check_conditions(conditions, kind, "conditions")
    if not 1 <= len(actions) <= MOST_ACTIONS:
        wrong["actions"] = f"must be 1 to {MOST_ACTIONS}"
    written = []
    for place, each in enumerate(actions):
        try:
            written.append(_read_action(each, kind, board=board, by=by))
        except FieldError as problem:
            found = problem.fields.items()
            wrong |= {f"actions[{place}].{path}": says for path, says in found}
    if wrong:
        raise FieldError(wrong)
    stored: dict[str, Any] = canonical(
        {
            "trigger": trigger,
            "conditions": list(conditions),
            "actions": written,
        }
    )
    return stored


def _find_board(
    trigger: Mapping[str, Any], pipeline: Pipeline | None, *, by: Actor
) -> tuple[Pipeline | None, dict[str, str]]:
    """Return the board a workflow is about, and what is wrong with the stage its trigger names."""
    given = trigger.get("stage")
    if given is None:
        return pipeline, {}
    stages = Stage.objects.visible_to(by).select_related("pipeline").filter(archived_at=None)
    stage = stages.filter(pk=refs.parse(given).id).first()
    if stage is None:
        return pipeline, {"trigger.stage": f"There is no {given} in use."}
    if pipeline is not None and stage.pipeline_id != pipeline.pk:
        return pipeline, {"trigger.stage": f"{stage.name} is not a stage of {pipeline.name}."}
    return stage.pipeline, {}


def _check_field(trigger: Mapping[str, Any], kind: str) -> dict[str, str]:
    """Say what is wrong with the field whose change starts a workflow, and with its values."""
    if "field" not in trigger:
        return {}
    found: dict[str, str] = {}
    for name in ("from_value", "to_value"):
        if name in trigger:
            compared = [{"field": trigger["field"], "op": "=", "value": trigger[name]}]
            found |= _check_conditions(compared, kind, f"trigger.{name}")
    known = [{"field": trigger["field"], "op": "is_not_empty"}]
    unknown = _check_conditions(known, kind, "trigger.field")
    wrong = unknown or found
    return {path.removesuffix("[0]"): says for path, says in wrong.items()}


def _check_conditions(given: Sequence[Mapping[str, Any]], kind: str, path: str) -> dict[str, str]:
    try:
        Condition.parse(list(given), on=get_catalogue(kind))
    except FieldError as wrong:
        return {
            f"{path}[{place}]" if (place := name.partition(".")[2]) else path: says
            for name, says in wrong.fields.items()
        }
    return {}


def _read_action(
    given: Mapping[str, Any], kind: str, *, board: Pipeline | None, by: Actor
) -> dict[str, Any]:
    """
    Return one action as it is stored.

    :raises FieldError: names each thing that is wrong by its path, and what would be right
    """
    wrong = {}
    time, unit = given.get("wait_time") or 0, given.get("wait_unit") or "minutes"
    if not timedelta() <= timedelta(**{unit: time}) <= LONGEST_WAIT:
        wrong["wait_time"] = f"must be at most {LONGEST_WAIT.days} days"
    arguments: dict[str, Any] = {}
    try:
        tool = _find_tool(given["type"])
        arguments = _read_arguments(tool, given.get("config") or {}, kind, board=board, by=by)
    except FieldError as problem:
        wrong |= problem.fields
    if wrong:
        raise FieldError(wrong)
    return {
        "tool": tool.name,
        "version": tool.version,
        "arguments": arguments,
        "wait": {"time": time, "unit": unit},
    }


def _find_tool(name: str) -> Tool:
    """:raises FieldError: if there is none, or none that a workflow uses"""
    try:
        tool = registry.get(name)
    except NoSuchTool as unknown:
        raise FieldError({"type": str(unknown)}) from None
    if tool.name in LEFT_OUT or not tool.writes:
        because = LEFT_OUT.get(tool.name, f"{tool.name} only reads, so it would change nothing")
        raise FieldError({"type": f"{because[0].upper()}{because[1:]}."})
    return tool


def _read_arguments(
    tool: Tool, template: Mapping[str, Any], kind: str, *, board: Pipeline | None, by: Actor
) -> dict[str, Any]:
    """
    Return an action's arguments, checked as the tool itself would read them.

    :raises FieldError: names each thing that does not fit, or is not there, by its path
    """
    try:
        wrong = templates.check(tool, template, record=kind) or _check_references(template, by=by)
        if wrong:
            raise FieldError(wrong)
        return named.resolve(tool, template, board=board, by=by)
    except FieldError as problem:
        found = {f"config.{path}": says for path, says in problem.fields.items()}
        raise FieldError(found) from None


def _check_references(config: Mapping[str, Any], *, by: Actor) -> dict[str, str]:
    """Say which rows that a template names are not there for whoever drafts it."""
    missing = {}
    for path, ref in templates.find_references(config):
        try:
            refs.find(ref, by=by)
        except refs.NotFound as gone:
            missing[path] = str(gone)
    return missing
