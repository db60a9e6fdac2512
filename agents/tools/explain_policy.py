"""Say whether a call would run, wait or be denied, and why; nothing is done."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from agents.calls import explaining
from agents.catalogue.arguments import Confidence
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.catalogue.untrusted import OwnName, OwnValue
from approvals.proposals import Effect
from crm.permissions import Permission


class Compared(BaseModel):
    """One comparison policy makes of such a call."""

    policy: OwnName
    scope: str
    field: str
    operator: str
    threshold: OwnValue
    actual: OwnValue
    holds: bool
    answer: str


class Explained(BaseModel):
    """
    What would become of the call. `would`: run, wait, be_refused (a rule of the data) or be_denied;
    `automatic_if`: what would let it run without a person.
    """

    tool: str
    would: str
    because: list[OwnName]
    decides: str | None
    automatic_if: list[OwnName]
    compared: list[Compared]


@tool(
    effect=Effect.READ,
    needs=Permission.SEE,
    example={
        "tool": "move_contact",
        "arguments": {"position": "position:9", "to_stage": "Qualified"},
        "confidence": 0.7,
    },
)
def explain_policy(
    context: Context,
    *,
    tool: Annotated[str, Field(min_length=1, max_length=64, description="Its name: move_contact.")],
    arguments: Annotated[
        dict[str, Any], Field(max_length=100, description="As they would be given to it.")
    ],
    confidence: Annotated[Confidence, Field(description="Claimed; else that of this call.")]
    | None = None,
) -> Explained:
    """
    Say whether a call of yours would run at once, wait for a person or be denied, why, and what
    would make it automatic. Nothing is done.
    """
    found = explaining.explain(context, tool, arguments, confidence=confidence)
    return Explained(**found)
