"""
What the arguments of a planned call name in words, looked up when it is planned.

A stage, a colleague, fields of the organization's own: each is found as the tool itself would find
it, so that no plan fails at its first run for a name that was never there.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from agents.catalogue.arguments import BadArguments, Own
from agents.catalogue.context import Context
from agents.catalogue.registry import Tool
from agents.records.whereabouts import Ambiguous, find_stage
from agents.workflows import templates
from audit.actors import Actor
from crm import custom_fields, edits, refs
from crm.fields import FieldError
from pipelines.models import Pipeline, Position, Stage


def resolve(
    tool: Tool, arguments: Mapping[str, Any], *, board: Pipeline | None, by: Actor
) -> dict[str, Any]:
    """
    Return a call's arguments with stages by reference, so that they may be renamed.

    What has a place that is only filled in later is left alone.

    :param board: the pipeline it is about, where the arguments name none; any, without
    :raises FieldError: names each argument that means nothing here by its path, and what would
    """
    resolved, wrong = dict(arguments), dict[str, str]()
    where = _find_board(arguments, by=by) or board
    for name, mark in tool.signature.marks.items():
        given = arguments.get(name)
        try:
            if isinstance(mark, Own):
                _check_own(mark.on, given or {}, by=by)
            elif isinstance(given, str) and not templates.has_place(given):
                resolved[name] = _RESOLVE[mark.kind](tool, name, given, where, by)
        except FieldError as problem:
            wrong |= {path.replace("custom:", f"{name}."): s for path, s in problem.fields.items()}
        except BadArguments as problem:
            wrong |= problem.details["fields"]
        except (Ambiguous, refs.NotFound) as problem:
            wrong[name] = str(problem)
    if wrong:
        raise FieldError(wrong)
    return resolved


def _find_board(arguments: Mapping[str, Any], *, by: Actor) -> Pipeline | None:
    """Return the pipeline that the arguments themselves name, or whose card they name."""
    for name in ("pipeline", "position"):
        if refs.is_reference(arguments.get(name)):
            row = refs.find(arguments[name], "pipeline", "position", by=by)
            return row.pipeline if isinstance(row, Position) else _as_pipeline(row)
    return None


def _as_pipeline(row: Any) -> Pipeline:
    assert isinstance(row, Pipeline)
    return row


def _check_own(on: str, values: Mapping[str, Any], *, by: Actor) -> None:
    """:raises FieldError: names each field that was not declared, or whose value does not fit"""
    known = {
        key: None if isinstance(value, str) and templates.has_place(value) else value
        for key, value in values.items()
    }
    custom_fields.clean(known, declared=custom_fields.find(by.tenant_id, on) if known else [])


def _resolve_stage(tool: Tool, name: str, given: str, board: Pipeline | None, by: Actor) -> str:
    """
    Return the reference of a stage; of a stage of any board its name.

    :raises BadArguments: if there is none; names the nearest
    :raises Ambiguous: if its board has several of that name
    """
    if board is not None:
        context = Context(tool=tool.name, by=by, organization=board.organization)
        return find_stage(context, board, **{name: given}).ref
    if refs.is_reference(given):
        return str(refs.find(given, "stage", by=by).ref)  # type: ignore[attr-defined]
    rows = Stage.objects.visible_to(by).in_use().filter(pipeline__archived_at=None)
    names = list(dict.fromkeys(rows.order_by("pk").values_list("name", flat=True)))
    if given.strip().casefold() not in {each.strip().casefold() for each in names}:
        near = get_close_matches(given.title(), names, n=1)
        right = f"; there is {near[0]}" if near else ""
        raise BadArguments(tool.name, {name: f"means no stage of any pipeline{right}"})
    return given


def _resolve_member(tool: Tool, name: str, given: str, board: Pipeline | None, by: Actor) -> str:
    """:raises NotFound: if the organization has nobody of that name"""
    edits.find_member(given, by=by)
    return given


_RESOLVE = {"stage": _resolve_stage, "member": _resolve_member}
