"""Change what is known of a company."""

from typing import Any, Unpack

from pydantic import BaseModel

from agents.calls.subjects import check_given
from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Untrusted
from agents.records.details import CompanyDetails, names_in, with_own
from approvals.proposals import Effect
from crm import companies
from crm.models import Company
from crm.permissions import Permission


class Updated(BaseModel):
    """The company, and the names of the fields that were given."""

    company: str
    name: Untrusted
    fields: list[str]


def about_update(context: Context, *, company: Ref[Company], **details: Any) -> About:
    """Find the company, and say what would change."""
    which = context.find(company)
    check_given(context, "company", details)
    return About(title=f"Change {names_in(details)} of {which.name}", subject=which)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_update,
    needs=Permission.EDIT,
    each="company",
    example={"company": "company:7", "industry": "defence", "employees": 500_000},
    idempotent=True,
)
def update_company(
    context: Context, *, company: Ref[Company], **details: Unpack[CompanyDetails]
) -> Updated:
    """
    Change fields of a company. Only those you give are changed; null empties one.

    What you found out elsewhere, with a source, is for enrich_company.
    """
    changes = with_own(dict(details))
    updated = companies.update(
        context.find(company), changes=changes, by=context.by, reason=context.reason
    )
    return Updated(company=updated.ref, name=updated.name, fields=sorted(changes))
