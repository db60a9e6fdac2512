"""Where agents may act: kept off a board or a stage, or off it with some tools."""

from agents.catalogue.registry import About, Tool
from audit.actors import Actor, ActorKind
from pipelines import gates


def check(tool: Tool, about: About, *, by: Actor) -> None:
    """
    Check that agents may act where this call would.

    :raises gates.AgentsNotAllowed: if they are kept off the pipeline or the stage, or this tool is
    """
    if by.kind is not ActorKind.AGENT or not tool.writes:
        return
    if about.position is not None:
        gates.check_agent_tool(about.position, tool.name)
    elif about.pipeline is not None:
        gates.check_agent(by, about.pipeline)
