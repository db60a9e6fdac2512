"""What can be said of a contact, or of a card, as arguments that several tools share."""

from typing import Annotated, Any, TypedDict

from pydantic import Field

from agents.arguments import Confidence, ContactFields, PositionFields, Ref, Text
from crm.edits import CUSTOM
from pipelines.models import Stage

Moment = Annotated[str, Field(max_length=40, description="RFC 3339, such as 2026-01-31T09:30:00Z.")]
Day = Annotated[str, Field(max_length=10, description="Such as 2026-01-31.")]
Short = Annotated[str, Field(max_length=500)]
Member = Annotated[
    str, Field(max_length=254, description="A colleague: e-mail address, or member:3.")
]


class ContactDetails(TypedDict, total=False):
    """What is known of a contact; null empties a field."""

    name: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    other_emails: list[str] | None
    phone: str | None
    mobile: str | None
    job_title: str | None
    company: Annotated[str | None, Field(description="Its name, or company:7.")]
    company_domain: str | None
    linkedin_url: str | None
    description: str | None
    subtype: Annotated[str | None, Field(description="lead, customer, partner …")]
    source: Annotated[str | None, Field(description="Where they came from.")]
    owner: Member | None
    tags: list[str] | None
    language: str | None
    time_zone: str | None
    address: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None
    do_not_contact: bool
    custom: ContactFields


class CardDetails(TypedDict, total=False):
    """What a card says beside where it stands."""

    title: Short
    value_cents: Annotated[
        int, Field(ge=0, le=10**15, description="Minor units: 12000 for 120.00.")
    ]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217: EUR.")]
    priority: Short
    owner: Member
    expected_close_on: Day
    notes: Text
    custom: PositionFields


class Suggestions(TypedDict, total=False):
    """What an agent may say along with a score."""

    confidence: Annotated[Confidence, Field(description="In the score; else that of the call.")]
    risk_factors: list[Short]
    suggested_stage: Annotated[Ref[Stage], Field(description="Where it should go next.")]
    suggested_action: Short
    ai_notes: Text
    next_follow_up_at: Moment


def with_own(details: dict[str, Any]) -> dict[str, Any]:
    """Return details with the organization's own fields beside the others: custom:plan."""
    own = details.pop("custom", {})
    return details | {f"{CUSTOM}{key}": value for key, value in own.items()}


def names_in(details: dict[str, Any]) -> str:
    """Return the names of fields for a sentence: email, job title and plan."""
    names = [name.removeprefix(CUSTOM).replace("_", " ") for name in with_own({**details})]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
