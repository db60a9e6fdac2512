"""Find objects by text and by conditions."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from agents.arguments import Entry
from agents.context import Context
from agents.objects import Brief, brief
from agents.registry import tool
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
]
Compare = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not_in", "contains", "not_contains"]
State = Literal["is_empty", "is_not_empty", "before", "after", "within_days", "older_than_days"]


class Compared(Entry):
    """One comparison; all of them must hold."""

    field: Annotated[
        str,
        Field(
            max_length=200,
            description="contact.email, contact.company.industry, position.value_cents,"
            " position.stage (= stage:7), contact.custom.plan …",
        ),
    ]
    op: Annotated[Compare | State, Field(description="How they compare.")]
    value: Annotated[Any, Field(description="What it is compared with.")] = None


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
        str, Field(max_length=200, description="Part of a name, e-mail, phone or domain.")
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
    described = objects.describe_all(page.rows, by=context.by)
    return Found(results=[brief(each) for each in described], next=page.next)
