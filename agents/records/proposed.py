"""What agents propose for fields that people filled in: only people take it over or drop it."""

from typing import Annotated, Any

import pydantic

from agents.catalogue.arguments import Line, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About
from audit.actions import Refusal
from audit.models import Outcome
from crm import companies, contacts
from crm.models import Company, Contact

Holder = Annotated[Ref[Contact | Company], pydantic.Field(description="contact:42 or company:7.")]
Field = Annotated[Line, pydantic.Field(description="The field it is for: job_title.")]


class OnlyPeople(Refusal):
    """Only a person decides on what is proposed."""

    outcome = Outcome.DENIED


def about_proposed(context: Context, verb: str, holder: Ref[Any], field: str) -> About:
    """
    Find whom or what a proposal is about.

    :raises OnlyPeople: if an agent decides
    """
    row = context.find(holder)
    if not context.by.is_person:
        raise OnlyPeople(
            "What a person wrote is theirs: only a person decides on what is proposed for it."
        )
    return About(title=f"{verb} {field.replace('_', ' ')} of {row.name}", subject=row)


def module_of(row: Contact | Company) -> Any:
    """Return the module whose commands change `row`."""
    return contacts if isinstance(row, Contact) else companies
