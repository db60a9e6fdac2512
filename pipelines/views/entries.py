"""Putting a contact on a board from the board itself: found first, then added."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from audit.actions import Refusal
from crm import search
from crm.models import Contact
from crm.permissions import Permission, requires
from crm.requests import Request
from pipelines import positions
from pipelines.models import Pipeline

MOST = 20  # contacts of a search


@requires(Permission.MOVE)
def new_card(request: Request, pk: int) -> HttpResponse:
    """Show the contacts a search finds; put the one chosen on the board."""
    by = request.actor
    pipeline = get_object_or_404(Pipeline.objects.visible_to(by).filter(archived_at=None), pk=pk)
    q, errors = request.GET.get("q", "").strip(), ""
    if request.method == "POST":
        chosen = request.POST.get("contact", "")
        known = Contact.objects.visible_to(by)
        contact = get_object_or_404(known, pk=chosen if chosen.isdigit() else 0)
        try:
            card = positions.enter(contact, pipeline=pipeline, by=by)
        except Refusal as refusal:
            errors = str(refusal)
        else:
            messages.success(request, f"{contact.name} now stands in {card.stage.name}.")
            return redirect("pipelines:board", pipeline.pk)
    found = search.find(q, by=by, kinds=["contact"], limit=MOST)
    context = {"pipeline": pipeline, "sought": q, "contacts": found, "most": MOST, "errors": errors}
    return render(request, "pipelines/card_new.html", context, status=422 if errors else 200)
