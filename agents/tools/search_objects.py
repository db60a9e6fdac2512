"""Find objects by text and by conditions."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.records.comparisons import Compared
from agents.records.objects import Brief, brief
from approvals.proposals import Effect
from crm import objects
from crm.permissions import Permission

Kind = Literal[
    "contact",
    "company",
    "position",
    "pipeline",
    "stage",
    "task",
    "activity",
    "member",
    "email",
    "emailtemplate",
    "workflow",
]


class Found(BaseModel):
    """What was found; `next`, where there is more, is what to pass as after."""

    results: list[Brief]
    next: str | None


@tool(
    effect=Effect.READ,
    needs=Permission.SEE,
    example={
        "type": "position",
        "filter": [{"field": "position.value_cents", "op": ">", "value": 100_000}],
    },
)
def search_objects(
    context: Context,
    *,
    type: Annotated[Kind, Field(description="What is looked for.")] = "contact",
    query: Annotated[
        str,
        Field(
            max_length=200,
            description="Part of a name, e-mail, phone or domain; finds the best 500.",
        ),
    ] = "",
    filter: Annotated[list[Compared], Field(max_length=20, description="All of them hold.")]
    | None = None,
    after: Annotated[str, Field(max_length=40, description="What next said.")] = "",
    limit: Annotated[int, Field(ge=1, le=50, description="How many at most.")] = 20,
) -> Found:
    """
    Find objects of one type, by text, by conditions on their fields, or both.

    Answers with references and names; get_object has the rest.
    """
    page = objects.find_page(
        type,
        by=context.by,
        text=query,
        filter=[each.model_dump(exclude_unset=True) for each in filter or []],
        after=after,
        limit=limit,
    )
    described = objects.describe_all(page.rows, by=context.by, links=False)
    return Found(results=[brief(each) for each in described], next=page.next)
