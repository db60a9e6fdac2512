"""What can be said of a contact, a company or a card, as arguments that several tools share."""

from typing import Annotated, Any, TypedDict

from pydantic import Field

from agents.catalogue.arguments import (
    REACHES,
    Choices,
    CompanyFields,
    Confidence,
    ContactFields,
    Named,
    PositionFields,
    Ref,
    Text,
)
from crm.edits import CUSTOM
from pipelines.models import Stage

Moment = Annotated[str, Field(max_length=40, description="RFC 3339, such as 2026-01-31T09:30:00Z.")]
Day = Annotated[
    str,
    Field(
        min_length=1,
        max_length=10,
        description="Such as 2026-01-31.",
        json_schema_extra={"format": "date"},
    ),
]
Short = Annotated[str, Field(max_length=500)]
Member = Annotated[
    str,
    Field(max_length=254, description="A colleague: e-mail address, or member:3."),
    Choices("member"),
    REACHES,
]
MaybeMember = Annotated[
    str | None,
    Field(max_length=254, description="A colleague: e-mail address, or member:3."),
    Named("member"),
    REACHES,
]
Cents = Annotated[int, Field(ge=0, le=10**15, description="Minor units: 12000 for 120.00.")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217: EUR.")]


class Place(TypedDict, total=False):
    """Where somebody or something is; null empties a field."""

    address: Annotated[str | None, Field(max_length=300, description="Street and number.")]
    city: Annotated[str | None, Field(max_length=120, description="City or town.")]
    region: Annotated[str | None, Field(max_length=120, description="State or province.")]
    postal_code: Annotated[str | None, Field(max_length=30, description="Postal code.")]
    country: Annotated[str | None, Field(max_length=120, description="Country, by name or code.")]


class ContactDetails(Place, total=False):
    """What is known of a contact; null empties a field."""

    name: Annotated[str | None, Field(max_length=300, description="Full name.")]
    first_name: Annotated[str | None, Field(max_length=150, description="Given name.")]
    last_name: Annotated[str | None, Field(max_length=150, description="Family name.")]
    email: Annotated[str | None, Field(max_length=254, description="Main e-mail address."), REACHES]
    other_emails: Annotated[
        list[Annotated[str, Field(max_length=254)]] | None,
        Field(max_length=200, description="Further addresses."),
        REACHES,
    ]
    phone: Annotated[
        str | None, Field(max_length=60, description="With country code: +1 415 555 0100."), REACHES
    ]
    mobile: Annotated[str | None, Field(max_length=60, description="Mobile number."), REACHES]
    job_title: Annotated[str | None, Field(max_length=200, description="Role at the company.")]
    company: Annotated[str | None, Field(max_length=300, description="Its name, or company:7.")]
    company_domain: Annotated[
        str | None, Field(max_length=500, description="Such as example.com."), REACHES
    ]
    linkedin_url: Annotated[
        str | None, Field(max_length=500, description="LinkedIn address."), REACHES
    ]
    description: Annotated[
        str | None, Field(max_length=20_000, description="Who they are, in words.")
    ]
    subtype: Annotated[str | None, Field(max_length=40, description="lead, customer, partner …")]
    source: Annotated[str | None, Field(max_length=120, description="Where they came from.")]
    owner: MaybeMember
    tags: Annotated[
        list[Annotated[str, Field(max_length=60)]] | None,
        Field(max_length=200, description="All of them, new and kept."),
    ]
    language: Annotated[str | None, Field(max_length=35, description="Such as en.")]
    time_zone: Annotated[str | None, Field(max_length=60, description="Such as Europe/Berlin.")]
    do_not_contact: Annotated[bool, Field(description="True: nobody writes or calls.")]
    custom: ContactFields


class CompanyDetails(Place, total=False):
    """What is known of a company; null empties a field."""

    name: Annotated[str | None, Field(max_length=300, description="What it is called.")]
    domain: Annotated[
        str | None, Field(max_length=500, description="Such as example.com."), REACHES
    ]
    industry: Annotated[str | None, Field(max_length=120, description="What it is in: logistics.")]
    employees: Annotated[int | None, Field(ge=0, le=10**8, description="How many work there.")]
    revenue_cents: Annotated[
        int | None, Field(ge=0, le=10**17, description="A year, in minor units.")
    ]
    technologies: Annotated[
        list[Annotated[str, Field(max_length=80)]] | None,
        Field(max_length=200, description="All of them, new and kept."),
    ]
    phone: Annotated[str | None, Field(max_length=60, description="With country code."), REACHES]
    website: Annotated[
        str | None, Field(max_length=500, description="Its address on the web."), REACHES
    ]
    description: Annotated[
        str | None, Field(max_length=20_000, description="What it does, in words.")
    ]
    subtype: Annotated[
        str | None, Field(max_length=40, description="customer, partner, supplier …")
    ]
    owner: MaybeMember
    custom: CompanyFields


class CardDetails(TypedDict, total=False):
    """What a card says beside where it stands."""

    title: Annotated[Short, Field(description="What it is about: Renewal 2027.")]
    value_cents: Cents
    currency: Currency
    priority: Annotated[str, Field(max_length=30, description="low, high, or your own words.")]
    owner: Member
    expected_close_on: Day
    notes: Annotated[Text, Field(description="What people should know.")]
    custom: PositionFields


class CardChanges(TypedDict, total=False):
    """What can be changed on a card beside where it stands; null empties a field."""

    title: Annotated[str | None, Field(max_length=300, description="What it is about.")]
    value_cents: Annotated[
        int | None, Field(ge=0, le=10**15, description="Minor units: 12000 for 120.00.")
    ]
    currency: Currency
    priority: Annotated[str | None, Field(max_length=30, description="low, high …")]
    owner: MaybeMember
    expected_close_on: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=10,
            description="A day: 2026-01-31.",
            json_schema_extra={"format": "date"},
        ),
    ]
    next_follow_up_at: Annotated[
        str | None, Field(max_length=40, description="When to get in touch; RFC 3339.")
    ]
    notes: Annotated[str | None, Field(max_length=20_000, description="In place of the old.")]
    custom: PositionFields


class Suggestions(TypedDict, total=False):
    """What an agent may say along with a score."""

    confidence: Annotated[Confidence, Field(description="In the score; else that of the call.")]
    risk_factors: Annotated[list[Short], Field(description="What may go wrong.")]
    suggested_stage: Annotated[Ref[Stage], Field(description="Where it should go next.")]
    suggested_action: Annotated[str, Field(max_length=200, description="What to do next.")]
    ai_notes: Annotated[Text, Field(description="What you made of it.")]
    next_follow_up_at: Moment


def with_own(details: dict[str, Any]) -> dict[str, Any]:
    """Return details with the organization's own fields beside the others: custom:plan."""
    own = details.pop("custom", {})
    return details | {f"{CUSTOM}{key}": value for key, value in own.items()}


def names_in(details: dict[str, Any]) -> str:
    """Return the names of fields for a sentence: email, job title and plan."""
    names = [name.removeprefix(CUSTOM).replace("_", " ") for name in with_own({**details})]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
