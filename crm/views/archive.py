"""Putting contacts and companies away, and taking them back: from their own pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from audit.actions import Refusal, action
from crm import companies, contacts
from crm.models import Company, Contact
from crm.permissions import Permission, allows, requires
from crm.requests import Request


@requires(Permission.EDIT)
@require_POST
def archive_contact(request: Request, pk: int) -> HttpResponse:
    """Put a contact away; what is known of them stays."""
    return _attempt(request, _contact(request, pk), contacts.archive)


@requires(Permission.EDIT)
@require_POST
def restore_contact(request: Request, pk: int) -> HttpResponse:
    """Take a contact back from the archive."""
    return _attempt(request, _contact(request, pk), contacts.restore)


@requires(Permission.EDIT)
@require_POST
def archive_company(request: Request, pk: int) -> HttpResponse:
    """Put a company away; its contacts stay."""
    return _attempt(request, _company(request, pk), companies.archive)


@requires(Permission.EDIT)
@require_POST
def restore_company(request: Request, pk: int) -> HttpResponse:
    """Take a company back from the archive."""
    return _attempt(request, _company(request, pk), companies.restore)


def _contact(request: Request, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.actor), pk=pk)


def _company(request: Request, pk: int) -> Company:
    return get_object_or_404(Company.objects.visible_to(request.actor), pk=pk)


def _attempt(request: Request, row: Contact | Company, verb: Callable[..., Any]) -> HttpResponse:
    """Do it, say what was done, and offer an undo to those who may."""
    name = f"{verb.__module__.rpartition('.')[2]}.{verb.__name__}"
    try:
        with action(name, by=request.actor, target=row) as doing:
            verb(row, by=request.actor)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(row)
    if doing.summary:
        undo = f"{reverse('audit:undo_plan')}?action={doing.id}"
        offered = undo if allows(request.actor, Permission.UNDO) else ""
        messages.success(request, f"{doing.summary}.", extra_tags=offered)
    else:
        messages.info(request, f"{row.name} is {row.status} already.")
    return redirect(row)
