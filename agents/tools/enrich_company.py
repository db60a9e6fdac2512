"""Fill in what was found out about a company, with its sources."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from agents.catalogue.arguments import Confidence, Key, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Untrusted
from agents.records.details import Short
from agents.records.findings import read_findings
from approvals.proposals import Effect
from crm import companies
from crm.models import Company
from crm.permissions import Permission

Found = Annotated[
    dict[Key, Any],
    Field(
        min_length=1,
        max_length=40,
        description='By field: {"value", "source", "confidence"}, or a plain value with sources'
        f" given for all. Fields: {', '.join(companies.ENRICHABLE)}.",
    ),
]


class Enriched(BaseModel):
    """Which fields were filled in, and which a person is asked about because they wrote them."""

    company: str
    name: Untrusted
    applied: list[str]
    proposed: list[str]


def about_enrichment(
    context: Context, *, company: Ref[Company], enriched_data: dict[str, Any], **_: Any
) -> About:
    """Find the company, and say what was found out."""
    which = context.find(company)
    names = ", ".join(name.replace("_", " ") for name in enriched_data)
    return About(title=f"Fill in {names} of {which.name}", subject=which)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_enrichment,
    needs=Permission.EDIT,
    example={
        "company": "company:7",
        "enriched_data": {"industry": "defence"},
        "sources": ["https://navy.example/about"],
        "confidence": 0.9,
    },
    idempotent=True,
)
def enrich_company(
    context: Context,
    *,
    company: Ref[Company],
    enriched_data: Found,
    sources: Annotated[
        list[Short], Field(max_length=20, description="Addresses or words, for all fields.")
    ]
    | None = None,
    confidence: Annotated[Confidence, Field(description="In all fields, 0 to 1.")] | None = None,
) -> Enriched:
    """
    Fill in what you found out about a company, field by field, with sources.

    What a person wrote is not overwritten: your value is proposed to them instead.
    """
    found = read_findings(context, enriched_data, sources=sources or [], confidence=confidence)
    which = context.find(company)
    done = companies.enrich(which, fields=found, by=context.by, reason=context.reason)
    return Enriched(
        company=which.ref,
        name=which.name,
        applied=list(done.applied),
        proposed=list(done.proposed),
    )
