"""Fill in what was found out about a contact, with its sources."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from agents.catalogue.arguments import BadArguments, Confidence, Key, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Untrusted
from agents.records.details import Short
from agents.records.findings import read_findings
from approvals.proposals import Effect
from crm import activities, companies, contacts
from crm.models import Contact
from crm.permissions import Permission

# What is said of a contact's company, and the company's own name for it.
OF_COMPANY = {
    "company_domain": "domain",
    "company_size": "employees",
    "employees": "employees",
    "industry": "industry",
    "revenue_cents": "revenue_cents",
    "technologies": "technologies",
    "website": "website",
}
NEWS = "recent_news"
Found = Annotated[
    dict[Key, Any],
    Field(
        min_length=1,
        max_length=40,
        description='By field: {"value", "source", "confidence"}, or a plain value with sources'
        " given for all. Fields of the contact (job_title, company, linkedin_url, phone …), of its"
        f" company ({', '.join(OF_COMPANY)}), and {NEWS}, a list.",
    ),
]


class Enriched(BaseModel):
    """Which fields were filled in, and which a person is asked about because they wrote them."""

    contact: str
    name: Untrusted
    applied: list[str]
    proposed: list[str]


def about_enrichment(
    context: Context, *, contact: Ref[Contact], enriched_data: dict[str, Any], **_: Any
) -> About:
    """Find the contact, and say what was found out."""
    who = context.find(contact)
    names = ", ".join(name.replace("_", " ") for name in enriched_data)
    return About(title=f"Fill in {names} of {who.name}", subject=who)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_enrichment,
    needs=Permission.EDIT,
    example={
        "contact": "contact:42",
        "enriched_data": {"job_title": "Rear admiral", "industry": "defence"},
        "sources": ["https://navy.example/hopper"],
        "confidence": 0.9,
    },
    idempotent=True,
)
def enrich_contact(
    context: Context,
    *,
    contact: Ref[Contact],
    enriched_data: Found,
    sources: Annotated[
        list[Short], Field(max_length=20, description="Addresses or words, for all fields.")
    ]
    | None = None,
    confidence: Annotated[Confidence, Field(description="In all fields, 0 to 1.")] | None = None,
) -> Enriched:
    """
    Fill in what you found out about a contact and their company, field by field, with sources.

    What a person wrote is not overwritten: your value is proposed to them instead.
    """
    found = read_findings(
        context, enriched_data, sources=sources or [], confidence=confidence, lists=[NEWS]
    )
    news = found.pop(NEWS, None)
    of_company = {OF_COMPANY[name]: found.pop(name) for name in OF_COMPANY if name in found}
    who = context.find(contact)
    done = contacts.enrich(who, fields=found, by=context.by, reason=context.reason)
    applied, proposed = list(done.applied), list(done.proposed)
    if of_company:
        if "company" in proposed:
            raise BadArguments(
                context.tool,
                {"company": "is not what a person wrote, so its details are not theirs"},
            )
        more = _enrich_company(context, who, of_company)
        applied += [f"company.{name}" for name in more.applied]
        proposed += [f"company.{name}" for name in more.proposed]
    if news:
        _note(context, who, news)
        applied.append(NEWS)
    return Enriched(contact=who.ref, name=who.name, applied=applied, proposed=proposed)


def _enrich_company(context: Context, who: Contact, found: dict[str, Any]) -> Any:
    """:raises BadArguments: if the contact has no company"""
    who.refresh_from_db(fields=["company"])
    if who.company is None:
        names = ", ".join(found)
        says = f"is needed: {names} is about a company, and {who.name} has none"
        raise BadArguments(context.tool, {"company": says})
    return companies.enrich(who.company, fields=found, by=context.by, reason=context.reason)


def _note(context: Context, who: Contact, news: dict[str, Any]) -> None:
    activities.log(
        who,
        kind="note",
        subject="Recent news",
        body="\n".join([*news["value"], f"Source: {news['source']}"]),
        by=context.by,
        reason=context.reason,
    )
