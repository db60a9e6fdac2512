"""Put a company away."""

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
    about=about_row("Archive {name}", "company"),
    needs=Permission.EDIT,
    each="company",
    example={"company": "company:7"},
    idempotent=True,
)
def archive_company(context: Context, *, company: Ref[Company]) -> Touched:
    """
    Put a company away: no list shows it any more. The people who work there stay.
    """
    row = context.find(company)
    return touched(companies.archive(row, by=context.by, reason=context.reason))
