"""What to do next about a card, and what is to be expected of it: asked for, not always shown."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from crm.models import Organization
from crm.permissions import Permission, requires
from crm.requests import Request
from pipelines.insight import facts, next_steps, outlook
from pipelines.insight.facts import Contacted
from pipelines.insight.next_steps import Claims


@requires(Permission.SEE)
def advice(request: Request, pk: int) -> HttpResponse:
    """Show the next steps for a card, and how likely it is to be won."""
    by = request.actor
    position = facts.find_cards([pk], by=by).get(pk)
    if position is None:
        raise Http404
    organization = Organization.objects.get(pk=by.tenant_id)
    passed = facts.find_contacted([position.contact_id])
    lately = passed.get(position.contact_id, Contacted()).lately
    context = {
        "position": position,
        "steps": next_steps.suggest(position, organization=organization, by=by, claims=Claims()),
        "outlook": outlook.foresee(position, activities=lately, organization=organization, by=by),
    }
    part = "pipelines/_advice.html" if request.htmx else "pipelines/advice.html"
    return render(request, part, context)
