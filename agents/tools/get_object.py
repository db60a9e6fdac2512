"""Look at one object."""

from typing import Annotated

from pydantic import Field

from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.records import objects
from agents.records.objects import ObjectShown
from approvals.proposals import Effect
from crm import relations
from crm.permissions import Permission


@tool(effect=Effect.READ, needs=Permission.SEE, example={"ref": "contact:42"})
def get_object(
    context: Context,
    *,
    ref: Annotated[str, Field(max_length=80, description="contact:42, position:9, pipeline:3 …")],
    after: Annotated[str, Field(max_length=40, description="What next said, for more links.")] = "",
    limit: Annotated[
        int, Field(ge=1, le=relations.MOST_LINKS, description="Links at most.")
    ] = relations.MOST_LINKS,
) -> ObjectShown:
    """
    Look at one object with all that is known of it and what it is related to.

    A contact's links say on which boards it is; read the card, a position, for its score and value.
    """
    return objects.get(ref, by=context.by, after=after, limit=limit)
