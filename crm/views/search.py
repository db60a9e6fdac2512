"""Search over people and companies, and the switch between organizations."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from crm import search as finding
from crm.middleware import SESSION_KEY
from crm.models import Company, Contact, Membership
from crm.permissions import Permission, requires
from crm.requests import Request

MOST_FOUND = 25
MOST_WHILE_TYPING = 6


@requires(Permission.SEE)
def search(request: Request) -> HttpResponse:
    """Show what a search finds, as a page or under the search box."""
    q = request.GET.get("q", "").strip()
    typing = request.GET.get("part") == "found"
    most = MOST_WHILE_TYPING if typing else MOST_FOUND
    found: dict[str, Any] = {"q": q, "contacts": [], "companies": []}
    if q:
        by = request.actor
        people = Contact.objects.visible_to(by).filter(archived_at=None).select_related("company")
        firms = Company.objects.visible_to(by).filter(archived_at=None)
        found["contacts"] = list(finding.narrow(people, q).order_by("name", "id")[:most])
        found["companies"] = list(finding.narrow(firms, q).order_by("name", "id")[:most])
    return render(request, "crm/_found.html" if typing else "crm/search.html", found)


@requires(Permission.SEE)
def switch_organization(request: Request) -> HttpResponse:
    """Show where one may work; go there."""
    mine = Membership.objects.active().filter(user=request.user).select_related("organization")
    if request.method == "POST":
        wanted = request.POST.get("organization", "")
        chosen = get_object_or_404(mine, organization_id=wanted if wanted.isdigit() else 0)
        request.session[SESSION_KEY] = chosen.organization_id
        return redirect("/")
    context = {"memberships": mine.order_by("organization__name")}
    return render(request, "crm/organizations.html", context)
