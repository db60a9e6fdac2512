"""The way from a reference to a page."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit.actions import Refusal
from crm import refs
from crm.permissions import Permission, requires
from crm.requests import Request


@require_safe
@requires(Permission.SEE)
def record(request: Request, ref: str) -> HttpResponse:
    """Lead to the page of what a reference names; else to its contact's, or to its history."""
    try:
        row: Any = refs.find(ref, by=request.actor)
    except Refusal:
        raise Http404 from None
    shown = row if hasattr(row, "get_absolute_url") else getattr(row, "contact", None)
    if shown is not None:
        return redirect(shown.get_absolute_url())
    return redirect(reverse("audit:timeline", args=[ref]))
