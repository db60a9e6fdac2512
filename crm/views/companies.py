"""Pages of companies."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from audit.actions import Refusal
from crm import companies, custom_fields, links, search
from crm.fields import FieldError
from crm.forms import CompanyForm, shown_fields
from crm.models import Company
from crm.paging import PAGE_SIZE, paginate
from crm.permissions import Permission, requires


@requires(Permission.SEE)
def company_list(request: HttpRequest) -> HttpResponse:
    """Show the companies by name, or those a search finds."""
    q = request.GET.get("q", "").strip()
    known = Company.objects.visible_to(request.actor).filter(archived_at=None)
    if q:
        known = search.narrow(known, q)
    page = paginate(known.select_related("owner__user"), order=["name", "id"], query=request.GET)
    context = {"page": page, "count": known.count(), "q": q}
    return render(request, "crm/company_list.html", context)


@requires(Permission.SEE)
def company(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all we know of a company, and who works there."""
    by = request.actor
    found = get_object_or_404(Company.objects.visible_to(by).select_related("owner__user"), pk=pk)
    people = found.contacts.visible_to(by).filter(archived_at=None)
    count = people.count()
    shown = people.select_related("owner__user").order_by("name", "id")
    everybody = "all" in request.GET
    more = count > PAGE_SIZE and not everybody
    context = {
        "company": found,
        "contacts": shown if everybody else shown[:PAGE_SIZE],
        "contact_count": count,
        "more_contacts": f"{reverse('crm:company', args=[pk])}?all=1" if more else None,
        "fields": shown_fields(
            found,
            custom_fields.find(found.organization_id, "company"),
            currency=request.organization.currency,
        ),
        "links": links.get_of(found, by=by),
    }
    return render(request, "crm/company_detail.html", context)


@requires(Permission.EDIT)
def company_new(request: HttpRequest) -> HttpResponse:
    """Add a company."""
    form = CompanyForm(request.POST or None, by=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            created = companies.create(**form.changes(), by=request.actor)
        except FieldError as refusal:
            form.show(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("crm:company", created.pk)
    return _form(request, form, None, "New company")


@requires(Permission.EDIT)
def company_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a company."""
    found = get_object_or_404(Company.objects.visible_to(request.actor), pk=pk)
    form = CompanyForm(request.POST or None, by=request.actor, record=found)
    if request.method == "POST" and form.is_valid():
        try:
            companies.update(found, changes=form.changes(), by=request.actor)
        except FieldError as refusal:
            form.show(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{found.name} was saved.")
            return redirect("crm:company", found.pk)
    return _form(request, form, found, f"Edit {found.name}")


def _form(
    request: HttpRequest, form: CompanyForm, found: Company | None, title: str
) -> HttpResponse:
    context = {"form": form, "company": found, "title": title}
    status = 422 if form.errors else 200
    return render(request, "crm/company_form.html", context, status=status)
