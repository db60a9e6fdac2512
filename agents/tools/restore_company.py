"""Take a company back from the archive."""

from agents.calls.subjects import Touched, about_row, touched
from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from approvals.proposals import Effect
from crm import companies
from crm.models import Company
from crm.permissions import Permission


@tool(
    effect=Effect.REVERSIBLE,
    about=about_row("Restore {name}", "company"),
    needs=Permission.EDIT,
    each="company",
    example={"company": "company:8"},
    idempotent=True,
)
def restore_company(context: Context, *, company: Ref[Company]) -> Touched:
    """
    Take a company back from the archive.
    """
    row = context.find(company)
    return touched(companies.restore(row, by=context.by, reason=context.reason))
