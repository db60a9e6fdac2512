"""
What waits for a person, over HTTP. Only people decide; agents see and withdraw what they asked.

Who decides is policy's to say, here as in the browser: no role is asked for at this door.
"""

from typing import Annotated, Any

from pydantic import Field
from rest_framework.response import Response

from agents.api import doors, pages
from agents.api.doors import Asked, Body, JsonView, let_in
from agents.api.operations import AFTER, operation, ref, text
from agents.api.shapes import ApprovalsPage, Decidable
from agents.reading import readings
from approvals import approvals, queries
from approvals.deciders import as_person
from approvals.models import Approval, Status
from crm import refs


class GrantBody(Body):
    """
    A decision to grant: `digest` of what was shown, other `arguments` where they were edited.

    `confirm` is for an agent's own owner, who is asked to where nobody else could decide.
    """

    digest: str | None = None
    arguments: dict[str, Any] | None = None
    note: str = ""
    confirm: bool = False


Said = Annotated[str, Field(json_schema_extra={"pattern": r"\S"})]


class RefuseBody(Body):
    """A decision to refuse; whoever asked gets `because` back."""

    because: Said


class WithdrawBody(Body):
    """Why it is no longer wanted."""

    reason: str = ""


APPROVAL = {"approval": ref("approval", "Its number or reference.")}


class ApprovalsView(JsonView):
    """Approvals."""

    @operation(
        "approvals_list",
        answers=ApprovalsPage,
        status=text("What came of them; waiting unless told.", enum=Status.values),
        after=AFTER,
    )
    @let_in(people=True)
    def get(self, request: Asked) -> Response:
        """List what waits, or of another status, the latest first."""
        query = doors.read_query(request, status=_status, after=doors.as_id)
        rows = queries.find_all(by=request.actor)
        status = query.get("status", Status.WAITING)
        rows = rows.waiting() if status == Status.WAITING else rows.filter(status=status)  # type: ignore[attr-defined]
        return pages.answer(rows, after=query.get("after"), show=lambda page: show(page, request))


class ApprovalView(JsonView):
    """One approval."""

    @operation("approvals_get", answers=Decidable, path=APPROVAL)
    @let_in()
    def get(self, request: Asked, approval: int) -> Response:
        """Return an approval and what became of it; an agent finds what it asked for itself."""
        return Response(show([find(approval, request)], request)[0])


class GrantView(JsonView):
    """The grant of an approval."""

    @operation(
        "approvals_grant",
        answers=Decidable,
        request=GrantBody,
        fails=(409, 422),
        path=APPROVAL,
    )
    @let_in(people=True)
    def post(self, request: Asked, approval: int) -> Response:
        """Grant what waits, as it was shown or edited. It is carried out a moment later."""
        body = doors.read(request, GrantBody)
        granted = approvals.grant(
            find(approval, request),
            by=as_person(request.actor),
            digest=body.digest,
            arguments=body.arguments,
            note=body.note,
            confirm=body.confirm,
        )
        return Response(show([granted], request)[0])


class RefuseView(JsonView):
    """The refusal of an approval."""

    @operation(
        "approvals_refuse",
        answers=Decidable,
        request=RefuseBody,
        fails=(409, 422),
        path=APPROVAL,
    )
    @let_in(people=True)
    def post(self, request: Asked, approval: int) -> Response:
        """Refuse what waits. The same call is refused for seven days with this reason."""
        body = doors.read(request, RefuseBody)
        refused = approvals.refuse(
            find(approval, request), by=as_person(request.actor), because=body.because
        )
        return Response(show([refused], request)[0])


class WithdrawView(JsonView):
    """The withdrawal of a question."""

    @operation(
        "approvals_withdraw",
        answers=Decidable,
        request=WithdrawBody,
        fails=(409,),
        path=APPROVAL,
    )
    @let_in()
    def post(self, request: Asked, approval: int) -> Response:
        """Take back what one asked, or what an agent did that one answers for."""
        body = doors.read(request, WithdrawBody)
        withdrawn = approvals.withdraw(
            find(approval, request), by=request.actor, reason=body.reason
        )
        return Response(show([withdrawn], request)[0])


def find(number: int, request: Asked) -> Approval:
    """:raises refs.NotFound: if there is none that the caller may know of"""
    found = queries.find_all(by=request.actor).filter(pk=number).first()
    if found is None:
        raise refs.NotFound(f"There is no approval:{number}.")
    return found


def show(rows: list[Approval], request: Asked) -> list[dict[str, Any]]:
    """Return approvals with everything a decision starts from."""
    shown = [_show(each) for each in queries.present(rows, by=request.actor)]
    return readings.give_values(shown, by=request.actor)


COLUMNS = (
    *("tool", "tool_version", "effect", "arguments", "arguments_as_decided", "asked_by_name"),
    *("asked_at", "reason", "confidence", "because", "trace", "high_risk", "decides_role"),
    *("shown", "digest", "status", "expires_at", "decision", "decided_at", "note"),
    *("held_until", "ended_because"),
)


def _show(each: Approval) -> dict[str, Any]:
    shown: Any = each  # `present` has put more on it
    return {
        "approval": each.ref,
        "title": each.title,
        **{name: getattr(each, name) for name in COLUMNS},
        "asked_by": each.asked_by_ref,
        "target": each.target or None,
        "contact": each.contact or None,
        "decided_by": str(each.decided_by) if each.decided_by else None,
        "may_decide": shown.may_decide,
        "may_withdraw": shown.may_withdraw,
        "shown": {**each.shown, "taints": shown.sources} if each.taints else each.shown,
        "outcome": shown.outcome,
        "action": f"action:{each.used_in_id}" if each.used_in_id else None,
        "waiting_action": f"action:{each.asked_in_id}" if each.asked_in_id else None,
    }


def _status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(Status.values)}") from None
