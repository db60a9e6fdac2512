"""Take back what an action did."""

from pydantic import BaseModel

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Sentence, UntrustedRows
from agents.records import actions
from approvals.proposals import Effect
from audit import undo
from audit.models import Action
from audit.undo import Selection
from crm.permissions import Permission
from crm.refs import NotFound, find
from pipelines.models import Position


class Undone(BaseModel):
    """What was put back, and what was not and why."""

    action: str
    summary: Sentence
    restored: UntrustedRows
    conflicts: UntrustedRows
    dependent: UntrustedRows
    irreversible: UntrustedRows
    already_undone: UntrustedRows
    counts: dict[str, int]


def about_undo(context: Context, *, action: Ref[Action]) -> About:
    """Find the action, and the card it was about."""
    found = find_action(context, action)
    return About(
        title=f"Undo: {found.summary or found.name}",
        position=_find_card(context, found),
        records=found.changes.count(),
        arguments={"action": found.ref},
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_undo,
    needs=Permission.EDIT,
    example={"action": "action:31"},
)
def undo_action(context: Context, *, action: Ref[Action]) -> Undone:
    """
    Take back what an action of your own changed. What others changed since stays as it is.

    The answer says what was put back, what is in conflict, and what cannot be undone.
    """
    found = find_action(context, action)
    planned = undo.plan(Selection(actions=(found.pk,)), by=context.by)
    undone = undo.apply(planned, by=context.by, reason=context.reason).as_json()
    return Undone(**{name: undone[name] for name in Undone.model_fields})


def find_action(context: Context, ref: Ref[Action]) -> Action:
    """:raises NotFound: if there is none that the caller may know of"""
    rows = actions.visible_to(context.by)
    found = context.once(str(ref), lambda: rows.filter(pk=ref.id).first())
    if found is None:
        raise NotFound(f"There is no {ref}.", ref=str(ref))
    return found


def _find_card(context: Context, action: Action) -> Position | None:
    """Return the card an action was about, if it is still there."""
    if not action.target.startswith("position:"):
        return None
    try:
        card = find(action.target, "position", by=context.by)
    except NotFound:
        return None
    return card if isinstance(card, Position) else None
