"""Write down what passed between us and a contact."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from agents.catalogue.arguments import Ref, Text
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Untrusted
from agents.records.details import Moment, Short
from approvals.proposals import Effect
from crm import activities
from crm.models import Contact
from crm.permissions import Permission

Kind = Literal[
    "email",
    "email_sent",
    "email_opened",
    "email_clicked",
    "email_replied",
    "call",
    "meeting",
    "note",
    "page_viewed",
    "form_submitted",
    "other",
]


class Logged(BaseModel):
    """What was written down."""

    activity: str
    contact: Untrusted
    kind: str


def about_activity(context: Context, *, contact: Ref[Contact], kind: str, **_: Any) -> About:
    """Find the contact."""
    who = context.find(contact)
    return About(title=f"Log: {kind.replace('_', ' ')} with {who.name}", subject=who)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_activity,
    needs=Permission.EDIT,
    each="contact",
    example={
        "contact": "contact:42",
        "kind": "call",
        "subject": "Budget",
        "outcome": "Will know by Friday",
    },
)
def log_activity(
    context: Context,
    *,
    contact: Ref[Contact],
    kind: Annotated[Kind, Field(description="What it was.")],
    subject: Annotated[Short, Field(description="What it was about.")] = "",
    body: Annotated[Text, Field(description="What was said.")] = "",
    direction: Annotated[Literal["in", "out"], Field(description="in: from them.")] | None = None,
    outcome: Annotated[str, Field(max_length=120, description="What came of it.")] = "",
    occurred_at: Moment | None = None,
) -> Logged:
    """
    Write down what passed between us and a contact: an e-mail, a call, a meeting, a note …

    It only records; it sends nothing. Without occurred_at it was now.
    """
    who = context.find(contact)
    activity = activities.log(
        who,
        kind=kind,
        subject=subject,
        body=body,
        direction=direction or "",
        outcome=outcome,
        occurred_at=occurred_at,
        by=context.by,
        reason=context.reason,
    )
    return Logged(activity=activity.ref, contact=who.name, kind=activity.kind)
