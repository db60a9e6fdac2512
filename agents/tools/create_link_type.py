"""Name a kind of relation."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName
from approvals.proposals import Effect
from crm import links
from crm.permissions import Permission

End = Literal["contact", "company", "position", "activity", "task"]
Said = Annotated[str, Field(min_length=1, max_length=120)]


class Declared(BaseModel):
    """The kind of relation."""

    link_type: str
    key: OwnName
    label: OwnName


def about_declaring(context: Context, *, label: str, **_: Any) -> About:
    """Name it."""
    return About(title=f"Add the kind of relation: {label}")


@tool(
    effect=Effect.REVERSIBLE,
    about=about_declaring,
    needs=Permission.CONFIGURE,
    example={
        "key": "invested_in",
        "label": "invested in",
        "inverse_label": "is funded by",
        "from_type": "company",
        "to_type": "company",
    },
    idempotent=True,
)
def create_link_type(
    context: Context,
    *,
    key: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,59}$", description="Such as mentors.")],
    label: Annotated[Said, Field(description="From first to second: mentors.")],
    from_type: Annotated[End, Field(description="What the first is.")],
    to_type: Annotated[End, Field(description="What the second is.")],
    inverse_label: Annotated[
        str, Field(max_length=120, description="From second to first: is mentored by.")
    ] = "",
) -> Declared:
    """
    Name a kind of relation between objects, for create_link to use.

    These need no naming: reports_to, referred_by, knows, worked_at, parent_company, partner_of.
    """
    made = links.declare(
        key,
        label=label,
        inverse_label=inverse_label,
        from_type=from_type,
        to_type=to_type,
        by=context.by,
        reason=context.reason,
    )
    return Declared(link_type=made.ref, key=made.key, label=made.label)
