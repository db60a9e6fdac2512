"""Look at what waits for a person, and what became of the rest."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from agents.catalogue.arguments import BadArguments
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.catalogue.untrusted import OwnName, Sentence
from approvals import queries
from approvals.models import Approval
from approvals.proposals import Effect
from crm.permissions import Permission


class ApprovalShown(BaseModel):
    """A question to a person; `outcome` says in words what became of it."""

    approval: str
    title: Sentence
    tool: str
    status: str
    asked_by: str
    asked_by_name: OwnName
    asked_at: datetime
    expires_at: datetime
    target: str | None
    because: list[OwnName]
    reason: OwnName
    note: OwnName
    outcome: Sentence
    decided_by: OwnName | None
    waiting_action: str | None
    may_decide: bool


class Approvals(BaseModel):
    """Questions; `next`, where there is more, is what to pass as after."""

    results: list[ApprovalShown]
    next: str | None


@tool(effect=Effect.READ, needs=Permission.SEE, example={"status": "waiting", "limit": 10})
def list_approvals(
    context: Context,
    *,
    status: Annotated[
        Literal["waiting", "granted", "used", "refused", "withdrawn", "expired", "stale", "all"],
        Field(description="Where they stand; used: granted and carried out."),
    ] = "waiting",
    after: Annotated[str, Field(max_length=20, description="What next said.")] = "",
    limit: Annotated[int, Field(ge=1, le=50, description="How many at most.")] = 20,
) -> Approvals:
    """
    List what waits for a person's decision, the latest first, or what was decided and why.

    An agent sees what it asked for itself. Only people decide, in the product.
    """
    rows: Any = queries.find_all(by=context.by)
    if status == "waiting":
        rows = rows.waiting()
    elif status != "all":
        rows = rows.filter(status=status)
    if after:
        rows = rows.filter(pk__lt=_read(context, after))
    page = list(rows.order_by("-pk")[: limit + 1])
    shown = queries.present(page[:limit], by=context.by)
    return Approvals(
        results=[_show(each) for each in shown],
        next=str(shown[-1].pk) if len(page) > limit else None,
    )


def _read(context: Context, after: str) -> int:
    """:raises BadArguments: if it is not what a page gave as next"""
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise BadArguments(context.tool, {"after": "is what the page before said is next"})
    return int(after)


def _show(each: Approval) -> ApprovalShown:
    presented: Any = each  # `present` has put more on it
    return ApprovalShown(
        approval=each.ref,
        title=each.title,
        tool=each.tool,
        status=each.status,
        asked_by=each.asked_by_ref,
        asked_by_name=each.asked_by_name,
        asked_at=each.asked_at,
        expires_at=each.expires_at,
        target=each.target or None,
        because=list(each.because),
        reason=each.reason,
        note=each.note,
        outcome=presented.outcome,
        decided_by=str(each.decided_by) if each.decided_by else None,
        waiting_action=f"action:{each.asked_in_id}" if each.asked_in_id else None,
        may_decide=presented.may_decide,
    )
