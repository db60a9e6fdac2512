"""Pages of companies."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from audit.actions import Refusal
from crm import companies, custom_fields, links, refs, search
from crm.fields import FieldError
from crm.forms import CompanyForm, shown_fields
from crm.models import Company
from crm.paging import PAGE_SIZE, paginate
from crm.permissions import Permission, requires
from crm.requests import Request
from crm.views.proposals import shown_proposals


@requires(Permission.SEE)
def company_list(request: Request) -> HttpResponse:
    """Show the companies by name, or those a search finds; those put away where they are meant."""
    q, archived = request.GET.get("q", "").strip(), bool(request.GET.get("archived"))
    mine = Company.objects.visible_to(request.actor)
    if archived:
        known = search.narrow_archived(mine.put_away(), q, within=["name", "domain"])
    else:
        known = search.narrow(mine.in_use(), q)
    page = paginate(known.select_related("owner__user"), order=["name", "id"], query=request.GET)
    context = {"page": page, "count": known.count(), "q": q, "archived": archived}
    return render(request, "crm/company_list.html", context)


@requires(Permission.SEE)
def company(request: Request, pk: int) -> HttpResponse:
    """Show all we know of a company, and who works there."""
    by = request.actor
    found = get_object_or_404(Company.objects.visible_to(by).select_related("owner__user"), pk=pk)
    people = found.contacts.visible_to(by).filter(archived_at=None)
    count = people.count()
    shown = people.select_related("owner__user").order_by("name", "id")
    everybody = "all" in request.GET
    more = count > PAGE_SIZE and not everybody
    declared = custom_fields.find(found.organization_id, "company")
    context = {
        "company": found,
        "contacts": shown if everybody else shown[:PAGE_SIZE],
        "contact_count": count,
        "more_contacts": f"{reverse('crm:company', args=[pk])}?all=1" if more else None,
        "fields": shown_fields(found, declared, currency=request.organization.currency),
        "proposals": shown_proposals(found, declared),
        "links": links.get_of(found, by=by),
    }
    return render(request, "crm/company_detail.html", context)


@requires(Permission.EDIT)
def company_new(request: Request) -> HttpResponse:
    """Add a company."""
    by, known = request.actor, None
    form = CompanyForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        anyway = "allow_duplicate" in request.POST
        try:
            created = companies.create(**form.changes(), allow_duplicate=anyway, by=by)
        except FieldError as refusal:
            form.show(refusal)
        except companies.CompanyExists as refusal:
            form.add_error(None, "Something much like this is known already.")
            known = refs.find(refusal.details["ref"], by=by)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(created)
    return _form(request, form, title="New company", known=known)


@requires(Permission.EDIT)
def company_edit(request: Request, pk: int) -> HttpResponse:
    """Change what is known of a company."""
    shown = Company.objects.visible_to(request.actor)
    found = get_object_or_404(shown, pk=pk)
    form = CompanyForm(request.POST or None, by=request.actor, record=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = companies.update(found, changes=form.changes(), by=request.actor)
        except FieldError as refusal:
            form.show(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{saved.name} was saved.")
            return redirect(saved)
    return _form(request, form, company=found, title=f"Edit {found.name}")


def _form(request: Request, form: CompanyForm, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "crm/company_form.html", {"form": form, **context}, status=status)
