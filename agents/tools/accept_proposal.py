"""Take over what an agent proposes for a field."""

from agents.calls.subjects import Touched, touched
from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.proposed import Field, Holder, about_proposed, module_of
from approvals.proposals import Effect
from crm.models import Company, Contact
from crm.permissions import Permission


def about_accepting(context: Context, *, object: Ref[Contact | Company], field: str) -> About:
    """Find whom or what it is about."""
    return about_proposed(context, "Accept", object, field)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_accepting,
    needs=Permission.EDIT,
    example={"object": "contact:42", "field": "job_title"},
)
def accept_proposal(context: Context, *, object: Holder, field: Field) -> Touched:
    """
    Take over what an agent proposes for a field that a person had filled in. Only people do.

    What is proposed stands under proposals in get_object.
    """
    row = context.find(object)
    done = module_of(row).accept(row, field=field, by=context.by, reason=context.reason)
    return touched(done)
