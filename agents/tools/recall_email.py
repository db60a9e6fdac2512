"""Call an e-mail back before it goes out."""

from typing import Annotated

from pydantic import Field

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records import letters
from agents.records.letters import Letter
from approvals.proposals import Effect
from crm import emails
from crm.models import Email
from crm.permissions import Permission

Discard = Annotated[bool, Field(description="Throw it away as well; a draft too.")]


def about_recall(context: Context, *, email: Ref[Email], discard: bool = False) -> About:
    """Find the e-mail and whom it is to."""
    found = letters.find(context, email)
    verb = "Throw away" if discard else "Recall"
    return About(title=f"{verb} the e-mail {found.subject}", subject=found.contact)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_recall,
    needs=Permission.EDIT,
    example={"email": "email:16"},
    idempotent=True,
)
def recall_email(context: Context, *, email: Ref[Email], discard: Discard = False) -> Letter:
    """
    Call an e-mail back while it is held; it is then not sent, and can be changed again.

    What has gone out stays out.
    """
    found = letters.find(context, email)
    by, reason = context.by, context.reason
    if not (discard and found.is_open):
        found = emails.recall(found, by=by, reason=reason)
    answer = letters.show(found)
    if not discard:
        return answer
    emails.discard(found, by=by, reason=reason)
    return answer.model_copy(update={"status": "discarded"})
