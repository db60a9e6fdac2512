"""
Selections: the records one call is about, found and held before anything is done to them.

They are held in order of their ids, so that two calls over the same ones take turns, and what was
found is what is changed. All of them stand on one board at most, so that what is recorded of the
call is as closed as the board is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.db import models
from django.db.models import Q

from agents.calls import reach
from agents.catalogue.arguments import BadArguments
from agents.catalogue.context import Context
from agents.catalogue.registry import TOOLS, About, Part, Tool
from agents.records import whereabouts
from approvals.proposals import digest_of
from audit.actions import Refusal
from crm import refs
from crm.conditions import Condition, get_catalogue
from crm.fields import FieldError
from pipelines.models import Pipeline

MOST = 500  # records of one call, so that it ends within a request


class NothingFound(Refusal):
    """No record fits the filter."""

    http = 404


class TooMany(Refusal):
    """These are more records than one call may change."""


class NotPreviewed(Refusal):
    """What a filter finds is looked at before it is changed."""

    http = 409


class NoLongerTheSame(Refusal):
    """These are no longer the records, or the arguments, that were previewed."""

    http = 409


class SeveralBoards(Refusal):
    """The records of one call stand on one board; make one call for each."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """
    The records of one call, and the call of the tool that each of them gets.

    :param arguments: the shared ones, in one form
    :param inner: the context that all of them are looked up in
    :param rows: the records by reference
    """

    tool: Tool
    arguments: Mapping[str, Any]
    parts: Sequence[Part]
    inner: Context
    rows: Mapping[str, models.Model]
    board: Pipeline | None

    @property
    def refs(self) -> list[str]:
        return [part.ref for part in self.parts]

    @property
    def digest(self) -> str:
        """Tells these records and these arguments from others."""
        told = {"tool": self.tool.name, "arguments": self.arguments, "records": self.refs}
        return digest_of(told)[:16]

    @property
    def title(self) -> str:
        count = len(self.parts)
        return f"{self.tool.title}: {count} {'record' if count == 1 else 'records'}"


def find_fit() -> dict[str, Tool]:
    """Return the tools that say they are fit for many records."""
    return {name: tool for name, tool in TOOLS.items() if tool.each}


def select(
    context: Context,
    *,
    tool: str,
    arguments: Mapping[str, Any],
    refs: Sequence[str] | None = None,
    filter: Sequence[Mapping[str, Any]] | None = None,
    selection: str = "",
) -> Selection:
    """
    Find and hold the records a call means, and look at what each call would be about; once.

    :raises BadArguments: if tool, arguments, references or filter are wrong
    :raises NotFound: if one of `refs` is not there for the caller
    :raises NothingFound: if nothing fits the filter
    :raises TooMany: if it finds more than `MOST`
    :raises NotPreviewed: if a filter is to be carried out without a selection
    :raises NoLongerTheSame: if the selection is of something else
    :raises SeveralBoards: if the records stand on several boards
    :raises Refusal: whatever keeps every record from being changed
    """

    def find() -> Selection:
        fit = _find_tool(context, tool)
        if (refs is None) == (filter is None):
            raise BadArguments(context.tool, {"refs": "or filter: give one of the two"})
        rows = _hold(context, fit.each, refs, filter)
        found = _look_at_all(context, fit, arguments, rows)
        _check_selection(found, selection, unseen=filter is not None and not context.dry_run)
        return found

    return context.once("selection", find)


def about_all(selection: Selection) -> About:
    """Return what the whole call is about, for policy to judge and people to read."""
    return About(
        title=selection.title,
        subject=selection.board,
        pipeline=selection.board,
        records=len(selection.parts),
        arguments={
            "tool": selection.tool.name,
            "arguments": selection.arguments,
            "refs": selection.refs,
        },
        parts=tuple(selection.parts),
    )


# --- Inside ---------------------------------------------------------------------------------------
def _find_tool(context: Context, name: str) -> Tool:
    fit = find_fit()
    if name not in fit:
        near = get_close_matches(name, fit, n=1)
        right = f"did you mean {near[0]}" if near else f"there are {', '.join(sorted(fit))}"
        says = f"cannot be applied to many records; {right}"
        raise BadArguments(context.tool, {"tool": says})
    return fit[name]


def _hold(
    context: Context,
    kind: str,
    wanted: Sequence[str] | None,
    filter: Sequence[Mapping[str, Any]] | None,
) -> dict[str, Any]:
    """Return the records by reference, in order of id, held until the transaction ends."""
    rows = refs.visible(kind, by=context.by)
    if wanted is None:
        rows = rows.in_use().filter(_read_filter(kind, filter or ()))
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        if not ids:
            raise NothingFound(f"No {kind} fits this filter.")
        if len(ids) > MOST:
            says = f"This finds {rows.count():,}; at most {MOST} at once. Narrow the filter."
            raise TooMany(says, at_most=MOST)
    else:
        ids = sorted({refs.parse(each, kind).id for each in wanted})
    mine = rows.filter(pk__in=ids).order_by("pk")
    # Not with the filter: after waiting for a lock, it would be held against joined rows as they
    # were. What was waited for may no longer fit, so it is asked for again.
    known = list(mine.values_list("pk", flat=True))
    model = refs.get_model(kind)
    list(model._default_manager.select_for_update().filter(pk__in=known).order_by("pk"))
    found = {f"{kind}:{row.pk}": row for row in mine}
    missing = [f"{kind}:{pk}" for pk in ids if f"{kind}:{pk}" not in found]
    if missing and wanted is not None:
        raise refs.NotFound(f"There is no {', '.join(missing[:5])}.", refs=missing)
    if not found:
        raise NothingFound(f"No {kind} fits this filter any more.")
    return found


def _read_filter(kind: str, filter: Sequence[Mapping[str, Any]]) -> Q:
    try:
        catalogue = get_catalogue(kind)
    except KeyError:
        raise FieldError({"filter": f"A {kind} cannot be filtered; give refs."}) from None
    return Condition.parse(list(filter), on=catalogue).compile()


def _look_at_all(
    context: Context, tool: Tool, given: Mapping[str, Any], rows: Mapping[str, Any]
) -> Selection:
    inner = Context(
        tool=tool.name,
        by=context.by,
        organization=context.organization,
        reason=context.reason,
        confidence=context.confidence,
    )
    if tool.each == "position":
        whereabouts.hold_cards(inner, [row.pk for row in rows.values()])
    parts = [_look_at(inner, tool, _read(context, tool, given, ref), ref) for ref in rows]
    if all(part.refusal for part in parts):
        assert parts[0].refusal is not None
        raise parts[0].refusal
    return Selection(
        tool=tool,
        arguments=_in_one_form(tool, parts),
        parts=parts,
        inner=inner,
        rows=rows,
        board=_find_board(parts, rows),
    )


def _read(context: Context, tool: Tool, given: Mapping[str, Any], ref: str) -> Any:
    if tool.each in given:
        raise BadArguments(context.tool, {f"arguments.{tool.each}": "is what refs or filter say"})
    try:
        return tool.signature.read({**given, tool.each: ref})
    except BadArguments as wrong:
        said = wrong.details["fields"]
        raise BadArguments(
            context.tool, {f"arguments.{name}": says for name, says in said.items()}
        ) from None


def _look_at(inner: Context, tool: Tool, read: Any, ref: str) -> Part:
    """Find out what the call for one record is about, or why it cannot be made."""
    try:
        about = tool.find_about(inner, read)
        reach.check(tool, about, by=inner.by)
    except Refusal as refusal:
        return Part(ref=ref, tool=tool, read=read, refusal=refusal)
    return Part(ref=ref, tool=tool, read=read, about=about)


def _in_one_form(tool: Tool, parts: Sequence[Part]) -> dict[str, Any]:
    """
    Return the shared arguments in one form, so that the same call is known again.

    A stage by name becomes its reference, as where the tool is called alone; claims are left out.
    """
    abouts = [part.about for part in parts if part.about]
    shared = tool.signature.canonical(parts[0].read)
    same = dict(abouts[0].arguments or {})
    for about in abouts:
        own = about.arguments or {}
        same = {name: value for name, value in same.items() if own.get(name) == value}
    claimed = {tool.each, *(name for about in abouts for name in about.claims)}
    return {name: value for name, value in {**shared, **same}.items() if name not in claimed}


def _find_board(parts: Sequence[Part], rows: Mapping[str, Any]) -> Pipeline | None:
    """Return the board the records stand on, or would enter, if they do."""
    stood = [row.pipeline for row in rows.values() if hasattr(row, "pipeline_id")]
    entered = [part.about.pipeline for part in parts if part.about and part.about.pipeline]
    boards = {board.pk: board for board in [*stood, *entered]}
    if len(boards) > 1:
        raise SeveralBoards(boards=[board.ref for board in boards.values()])
    return next(iter(boards.values()), None)


def _check_selection(found: Selection, selection: str, *, unseen: bool) -> None:
    counted = f"{len(found.parts)} {'record' if len(found.parts) == 1 else 'records'}"
    if unseen and not selection:
        raise NotPreviewed(
            f"This filter finds {counted}. Look at them first: call this with dry_run,"
            " then again with the selection it answers.",
            count=len(found.parts),
        )
    if selection and selection != found.digest:
        raise NoLongerTheSame(
            f"This now means {counted}, and not what was previewed. Call it with dry_run again.",
            count=len(found.parts),
        )
