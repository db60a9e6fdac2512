"""Activities: what passed between us and a contact."""

from datetime import datetime
from typing import Any

from audit import clock
from audit.actions import command, record
from audit.actors import Actor
from crm import edits, fields, refs
from crm.events import ActivityLogged
from crm.models import Activity, Contact
from crm.models.activities import ActivityKind, Direction

DETAILS = ["subject", "body", "direction", "outcome", "external_id", "external_source"]
# What counts as having been in touch, from whichever side.
TOUCHES = {
    ActivityKind.EMAIL,
    ActivityKind.EMAIL_SENT,
    ActivityKind.EMAIL_REPLIED,
    ActivityKind.CALL,
    ActivityKind.MEETING,
}
DIRECTIONS = {
    ActivityKind.EMAIL_SENT: Direction.OUT,
    ActivityKind.EMAIL_OPENED: Direction.IN,
    ActivityKind.EMAIL_CLICKED: Direction.IN,
    ActivityKind.EMAIL_REPLIED: Direction.IN,
    ActivityKind.PAGE_VIEWED: Direction.IN,
    ActivityKind.FORM_SUBMITTED: Direction.IN,
}


@command
def log(
    contact: Contact,
    *,
    kind: str,
    by: Actor,
    occurred_at: datetime | str | None = None,
    owner: Any = None,
    reason: str = "",
    **details: Any,
) -> Activity:
    """
    Write down what passed between us and a contact, and when we were last in touch.

    :param kind: one of `ActivityKind`: call, meeting, note, email_sent …
    :param occurred_at: now where it is not given
    :param owner: whose activity it is: a membership, a reference or an e-mail address
    :param details: subject, body, outcome, external_id, external_source, and direction (in or
        out), which follows from the kind where it can
    :raises FieldError: names every field that is unknown or whose value does not fit
    :raises NotFound: if the contact is gone, or nobody here is `owner`
    """
    stored = fields.clean(Activity, {"kind": kind, **details}, allowed=["kind", *DETAILS])
    stored["direction"] = stored.get("direction") or DIRECTIONS.get(stored["kind"], "")
    moment = clock.now() if occurred_at is None else read_moment(occurred_at, "occurred_at")
    contact = refs.lock(contact)
    activity = Activity.objects.create(
        organization_id=by.tenant_id,
        contact=contact,
        owner=edits.find_member(owner, by=by),
        occurred_at=moment,
        created_by=by.ref,
        **stored,
    )
    _touch(contact, activity)
    record(
        ActivityLogged(activity_id=activity.pk, contact_id=contact.pk, kind=activity.kind),
        on=contact,
        summary=f"{activity.get_kind_display()} with {contact.name}",
    )
    return activity


def read_moment(value: Any, name: str) -> datetime:
    """
    Read an instant given for the field `name`.

    :raises FieldError: if it is none
    """
    try:
        return fields.clean_moment(value)
    except fields.Unsuitable as problem:
        raise fields.FieldError({name: str(problem)}) from None


def _touch(contact: Contact, activity: Activity) -> None:
    """Keep when we were last in touch, unless we were later still."""
    last = contact.last_contacted_at
    if activity.kind in TOUCHES and (last is None or last < activity.occurred_at):
        contact.last_contacted_at = activity.occurred_at
        contact.save(update_fields=["last_contacted_at"])
