"""Find tools beyond the everyday ones."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from agents.calls import admission, listings
from agents.catalogue import finding
from agents.catalogue.context import Context
from agents.catalogue.registry import Dialect, tool
from approvals.proposals import Effect
from crm.permissions import Permission


class ToolFound(BaseModel):
    """A tool, as it can be called; `parameters` is the JSON Schema of its arguments."""

    name: str
    description: str
    effect: str
    parameters: dict[str, Any]


class Found(BaseModel):
    """Tools that fit, the best first."""

    tools: list[ToolFound]
    of: int


@tool(effect=Effect.READ, needs=Permission.SEE, example={"query": "take a card off the board"})
def search_tools(
    context: Context,
    *,
    query: Annotated[
        str,
        Field(min_length=1, max_length=300, description="What you want to do, in a few words."),
    ],
    limit: Annotated[int, Field(ge=1, le=20, description="How many at most.")] = 5,
) -> Found:
    """
    Find tools for what you want to do, beyond those you were told of: companies, links, tasks,
    stages, fields, imports … What is found can be called at once, by its name.
    """
    caller = admission.admit(context.by, check=False)
    usable = listings.find(caller, everything=True)
    found = finding.find(query, usable, limit=limit)
    shown = listings.show(found, Dialect.ANTHROPIC, by=caller)
    return Found(
        tools=[
            ToolFound(
                name=each.name,
                description=each.description,
                effect=each.effect,
                parameters=told["input_schema"],
            )
            for each, told in zip(found, shown, strict=True)
        ],
        of=len(usable),
    )
