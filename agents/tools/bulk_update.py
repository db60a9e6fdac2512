"""Apply one tool to many records."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from agents.calls import bulk, selections
from agents.calls.bulk import Applied, Named
from agents.catalogue.arguments import Key, Text
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.comparisons import Compared
from approvals.proposals import Effect
from crm.permissions import Permission

ToolName = Annotated[
    str,
    Named(),
    Field(max_length=64, description="What is done to each; its records are of one kind."),
]
Shared = Annotated[
    dict[Key, Any],
    Field(max_length=60, description="The tool's arguments, without the one that names a record."),
]
Refs = Annotated[
    list[Annotated[str, Field(max_length=80)]],
    Field(min_length=1, max_length=selections.MOST, description="Which records: position:9 …"),
]
Filter = Annotated[
    list[Compared],
    Field(min_length=1, max_length=20, description="Or all that fit, as in search_objects."),
]
Seen = Annotated[
    str, Field(max_length=40, description="What the dry run answered; a filter needs it.")
]


EXAMPLE = {
    "tool": "create_task",
    "arguments": {"title": "Invite to the demo"},
    "refs": ["contact:42", "contact:44"],
}


class Applications(BaseModel):
    """How many records there were, what became of each, and the selection that names them."""

    tool: str
    count: int
    done: int
    unchanged: int
    refused: int
    selection: str
    records: list[Applied]


def about_bulk(
    context: Context,
    *,
    tool: str,
    arguments: dict[str, Any],
    refs: list[str] | None = None,
    filter: list[Compared] | None = None,
    selection: Text = "",
) -> About:
    """Find the records, and what each call is about."""
    found = selections.select(
        context,
        tool=tool,
        arguments=arguments,
        refs=refs,
        filter=None if filter is None else [each.model_dump(exclude_unset=True) for each in filter],
        selection=selection,
    )
    return selections.about_all(found)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_bulk,
    needs=Permission.EDIT,
    lengthy=True,
    example=EXAMPLE,
)
def bulk_update(
    context: Context,
    *,
    tool: ToolName,
    arguments: Shared,
    refs: Refs | None = None,
    filter: Filter | None = None,
    selection: Seen = "",
) -> Applications:
    """
    Do the same to many records, up to 500, by references or by a filter.

    First call it with dry_run: it answers how many there are, what would become of each, and the
    selection to give when it is done. A record that is refused does not keep the others back.
    """
    about_bulk(
        context,
        tool=tool,
        arguments=arguments,
        refs=refs,
        filter=filter,
        selection=selection,
    )
    found = selections.select(context, tool=tool, arguments=arguments)
    applied = bulk.carry_out(found)
    return Applications(
        tool=tool,
        count=len(applied),
        selection=found.digest,
        records=applied,
        **bulk.count(applied),
    )
