"""What agents propose for fields that people filled in: taken over or dropped with one click."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from audit.actions import Refusal
from crm import companies, contacts, edits, enrichment
from crm.models import Company, Contact, CustomField
from crm.permissions import Permission, requires
from crm.requests import Request


@requires(Permission.EDIT)
@require_POST
def decide_on_contact(request: Request, pk: int) -> HttpResponse:
    """Take over, or drop, what is proposed for a field of a contact."""
    found = get_object_or_404(Contact.objects.visible_to(request.actor), pk=pk)
    return _decide(request, found, contacts)


@requires(Permission.EDIT)
@require_POST
def decide_on_company(request: Request, pk: int) -> HttpResponse:
    """Take over, or drop, what is proposed for a field of a company."""
    found = get_object_or_404(Company.objects.visible_to(request.actor), pk=pk)
    return _decide(request, found, companies)


def _decide(request: Request, found: Contact | Company, commands: Any) -> HttpResponse:
    verb = commands.dismiss if "dismiss" in request.POST else commands.accept
    try:
        verb(found, field=request.POST.get("field", ""), by=request.actor)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


def shown_proposals(
    record: Contact | Company, declared: Iterable[CustomField]
) -> list[dict[str, Any]]:
    """Return what agents propose for a record, each beside what stands there now."""
    labels = {f"{edits.CUSTOM}{field.key}": field.label for field in declared}
    return [
        {
            "field": name,
            "label": labels.get(name) or enrichment.spell(name).capitalize(),
            "before": _written(enrichment.held(record, name)),
            "after": _written(proposal["value"]),
            **{key: proposal.get(key) for key in ("source", "confidence", "name")},
        }
        for name, proposal in record.proposals.items()
    ]


def _written(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
