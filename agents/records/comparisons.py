"""A comparison as tools take it: one field, one operator, one value."""

from typing import Annotated, Any, Literal

from pydantic import Field

from agents.catalogue.arguments import Entry

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
