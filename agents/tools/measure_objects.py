"""Count, add up, compare and rank objects."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.catalogue.untrusted import OwnValue, Untrusted
from agents.records.comparisons import Compared
from approvals.proposals import Effect
from crm import measures
from crm.permissions import Permission

Kind = Literal["contact", "company", "position", "task", "activity"]
What = Literal["count", "sum", "average", "median", "lowest", "highest", "list"]
Path = Annotated[str, Field(max_length=200)]
Comparisons = Annotated[list[Compared], Field(max_length=20)]


class Group(BaseModel):
    """Those that have one value in common: how many they are, and the figure."""

    key: OwnValue
    label: Untrusted
    count: int
    value: Any


class Listed(BaseModel):
    """One object, and what the field holds by which they are in order."""

    ref: str
    name: Untrusted
    value: OwnValue


class Measures(BaseModel):
    """The figure in all and by group; money in minor units of currency."""

    measure: str
    field: str
    count: int
    value: Any
    currency: str
    without: int
    groups: list[Group]
    group_count: int
    listed: list[Listed]
    definition: str


@tool(
    effect=Effect.READ,
    needs=Permission.SEE,
    example={
        "type": "position",
        "measure": "sum",
        "field": "position.value_cents",
        "group_by": "position.stage",
    },
)
def measure_objects(
    context: Context,
    *,
    type: Annotated[Kind, Field(description="What is measured.")],
    measure: Annotated[What, Field(description="list ranks them by field.")] = "count",
    field: Annotated[Path, Field(description="Of what; as in filter.")] = "",
    filter: Annotated[Comparisons, Field(description="All of them hold.")] | None = None,
    either: Annotated[
        list[Comparisons], Field(max_length=20, description="Alternatives; one of them holds too.")
    ]
    | None = None,
    group_by: Annotated[Path, Field(description="A field: position.stage, contact.owner …")] = "",
    span: Annotated[
        Literal["", "day", "week", "month", "quarter", "year"],
        Field(description="How wide groups of a date are."),
    ] = "",
    ascending: Annotated[bool, Field(description="The lowest first.")] = False,
    limit: Annotated[int, Field(ge=1, le=100, description="Groups or objects at most.")] = 20,
) -> Measures:
    """
    Count objects, add up a field of theirs, compare groups of them, or rank them.

    Answers "how many", "how much", "who has the most" and "per month" exactly, over all that fit.
    Amounts come in the organization's currency. count with a field counts different values.
    """
    chosen = [_data(each) for each in filter or []]
    alternatives = [[_data(each) for each in some] for some in either or []]
    found = measures.measure(
        type,
        by=context.by,
        measure=measure,
        field=field,
        filter=chosen,
        either=alternatives,
        group_by=group_by,
        span=span,
        ascending=ascending,
        limit=limit,
    )
    return Measures(
        measure=measure,
        field=field,
        count=found.count,
        value=found.value,
        currency=found.currency,
        without=found.without,
        groups=[Group(**vars(each)) for each in found.groups],
        group_count=found.group_count,
        listed=[Listed(**vars(each)) for each in found.listed],
        definition=_define(type, measure, field, chosen, group_by),
    )


def _data(compared: Compared) -> dict[str, Any]:
    return compared.model_dump(exclude_unset=True)


def _define(
    type: str, measure: str, field: str, chosen: list[dict[str, Any]], group_by: str
) -> str:
    """Say in words what the figure is of."""
    of = f" of {field}" if field else ""
    by = f" by {group_by}" if group_by else ""
    which = f" that fit {len(chosen)} comparisons" if chosen else ""
    return f"{measure}{of} over every {type} in use{which}{by}"
