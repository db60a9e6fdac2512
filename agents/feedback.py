"""Feedback: a person says of an action that it was right, or wrong and why."""

from agents.models import Feedback
from approvals import notes
from audit.actions import Refusal, command
from audit.actors import Actor
from audit.models import Action


class BecauseMissing(Refusal):
    """Say what was wrong; agents learn from it."""

    http = 400


@command
def give(action: Action, *, right: bool, by: Actor, because: str = "") -> Feedback:
    """
    Keep what `by` thinks of `action`; again replaces what they thought before.

    :raises BecauseMissing: if it was wrong and nothing says why
    :raises FieldError: if `because` is too long, or cannot be stored
    """
    because = notes.read(because, name="because")
    if not right and not because:
        raise BecauseMissing
    opinion = {"right": right, "because": because}
    feedback, _ = Feedback.objects.update_or_create(
        organization_id=by.tenant_id,
        action_id=action.pk,
        created_by=by.ref,
        defaults=opinion,
        create_defaults={**opinion, "reach_id": action.reach_id},
    )
    return feedback
