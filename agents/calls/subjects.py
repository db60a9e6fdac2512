"""What simple calls are about: one row, that one argument names."""

from typing import Any

from pydantic import BaseModel

from agents.catalogue.arguments import BadArguments
from agents.catalogue.context import Context
from agents.catalogue.registry import About, FindAbout
from agents.catalogue.untrusted import Untrusted
from pipelines.models import Criterion, Pipeline, Stage


class Touched(BaseModel):
    """The row, and how it stands now."""

    ref: str
    name: Untrusted
    status: str


def touched(row: Any) -> Touched:
    """Return the answer of a call that changed how one row stands."""
    return Touched(
        ref=row.ref, name=called(row), status="archived" if row.archived_at else "active"
    )


def called(row: Any) -> str:
    """Return what a row is called."""
    return str(getattr(row, "name", "") or getattr(row, "title", "") or row)


def about_row(title: str, argument: str, *, changes_rules: bool = False) -> FindAbout:
    """
    Return what finds the row that `argument` names.

    :param title: with `{name}` for what the row is called: Archive {name}
    """

    def find(context: Context, **given: Any) -> About:
        row = context.find(given[argument])
        return about(title.format(name=called(row)), row, changes_rules=changes_rules)

    return find


def about(title: str, row: Any, **more: Any) -> About:
    """Return what a call about one row is; on a board agents may be kept off, it says which."""
    return About(title=title, subject=row, pipeline=find_board(row), **more)


def find_board(row: Any) -> Pipeline | None:
    """Return the pipeline that a row of its settings belongs to."""
    if isinstance(row, Pipeline):
        return row
    return row.pipeline if isinstance(row, Stage | Criterion) else None


def check_given(context: Context, named: str, changes: dict[str, Any]) -> None:
    """:raises BadArguments: if nothing is to be changed"""
    if not changes:
        raise BadArguments(context.tool, {named: "is all there is; give a field to change"})
