"""Look at what one did, or asked for, and what came of it."""

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.records import actions
from agents.records.actions import ActionShown
from approvals.proposals import Effect
from audit.models import Action
from crm.permissions import Permission
from crm.refs import NotFound


@tool(effect=Effect.READ, needs=Permission.SEE, example={"action": "action:31"})
def get_action(context: Context, *, action: Ref[Action]) -> ActionShown:
    """
    Look at an action of your own and what has come of it.

    Of a call that waits for approval, status says what was decided: waiting, done, refused (with
    the reason in approval.note), expired or stale.
    """
    found = actions.visible_to(context.by).filter(pk=action.id).first()
    if found is None:
        raise NotFound(f"There is no {action}.", ref=str(action))
    return actions.show([found], by=context.by)[0]
