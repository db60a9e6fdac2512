"""Make a company known."""

from typing import Any, Unpack

from pydantic import BaseModel

from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Untrusted
from agents.records.details import CompanyDetails, with_own
from approvals.proposals import Effect
from crm import companies
from crm.permissions import Permission


class Created(BaseModel):
    """The new company."""

    company: str
    name: Untrusted
    domain: Untrusted | None


def about_creation(context: Context, **details: Any) -> About:
    """Name it."""
    return About(title=f"Add {details.get('name') or details.get('domain') or 'a company'}")


@tool(
    effect=Effect.REVERSIBLE,
    about=about_creation,
    needs=Permission.EDIT,
    example={"name": "Remington Rand", "domain": "remington.example", "employees": 1200},
)
def create_company(context: Context, **details: Unpack[CompanyDetails]) -> Created:
    """
    Add a company, by name or domain.

    One of the same domain or name is not added again: the answer then names it. To relate people
    to it, name it as their company.
    """
    made = companies.create(by=context.by, reason=context.reason, **with_own(dict(details)))
    return Created(company=made.ref, name=made.name, domain=made.domain or None)
