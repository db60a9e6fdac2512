"""Pages of contacts."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from audit.actions import Refusal
from crm import contact_lists, contacts, custom_fields, links, refs
from crm.fields import FieldError
from crm.forms import ActivityForm, ContactForm, TaskForm, shown_fields
from crm.models import Contact
from crm.models.emails import EmailStatus
from crm.paging import paginate
from crm.permissions import Permission, requires
from crm.requests import Request
from crm.views.proposals import shown_proposals

ACTIVITIES_SHOWN = 20
EMAILS_SHOWN = 5  # of those that are not out; what was sent is among the activities
OPEN_FIRST = (F("done_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "id")


@requires(Permission.SEE)
def contact_list(request: Request) -> HttpResponse:
    """Show the contacts by name, or those that a text, an owner and a tag narrow them to."""
    by = request.actor
    filters = contact_lists.read(request.GET.dict(), by=by)
    known = contact_lists.find(filters, by=by)
    page = paginate(
        known.select_related("company", "owner__user"), order=["name", "id"], query=request.GET
    )
    context = {
        "page": page,
        "count": known.count(),
        "filters": filters,
        "owners": contact_lists.find_owners(by=by, archived=filters.archived),
    }
    return render(request, "crm/contact_list.html", context)


@requires(Permission.SEE)
def contact(request: Request, pk: int) -> HttpResponse:
    """Show all we know of a contact; boards and history load by themselves."""
    return render(request, "crm/contact_detail.html", get_context(request, pk))


def get_context(request: Request, pk: int) -> dict[str, Any]:
    """Return what the contact page and its parts show."""
    by = request.actor
    found = get_object_or_404(
        Contact.objects.visible_to(by).select_related("company", "owner__user"), pk=pk
    )
    everything = "all" in request.GET
    passed = found.activities.select_related("owner__user").order_by("-occurred_at", "-id")
    shown = list(passed if everything else passed[: ACTIVITIES_SHOWN + 1])
    more = not everything and len(shown) > ACTIVITIES_SHOWN
    declared = custom_fields.find(found.organization_id, "contact")
    return {
        "contact": found,
        "fields": shown_fields(found, declared, currency=request.organization.currency),
        "proposals": shown_proposals(found, declared),
        "links": links.get_of(found, by=by),
        "emails": found.emails.exclude(status=EmailStatus.SENT).order_by("-id")[:EMAILS_SHOWN],
        "tasks": found.tasks.select_related("assignee__user").order_by(*OPEN_FIRST),
        "activities": shown if everything else shown[:ACTIVITIES_SHOWN],
        "more_activities": f"{reverse('crm:contact', args=[pk])}?all=1" if more else None,
        "activity_form": ActivityForm(),
        "task_form": TaskForm(by=by),
    }


@requires(Permission.EDIT)
def contact_new(request: Request) -> HttpResponse:
    """Add a contact."""
    by, known = request.actor, None
    form = ContactForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        anyway = "allow_duplicate" in request.POST
        try:
            created = contacts.create(**form.changes(), allow_duplicate=anyway, by=by)
        except FieldError as refusal:
            form.show(refusal)
        except contacts.ContactExists as refusal:
            form.add_error(None, "Someone much like this is known already.")
            known = refs.find(refusal.details["ref"], by=by)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(created)
    return _form(request, form, title="New contact", known=known)


@requires(Permission.EDIT)
def contact_edit(request: Request, pk: int) -> HttpResponse:
    """Change what is known of a contact."""
    shown = Contact.objects.visible_to(request.actor).select_related("company")
    found = get_object_or_404(shown, pk=pk)
    form = ContactForm(request.POST or None, by=request.actor, record=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = contacts.update(found, changes=form.changes(), by=request.actor)
        except FieldError as refusal:
            form.show(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{saved.name} was saved.")
            return redirect(saved)
    return _form(request, form, contact=found, title=f"Edit {found.name}")


def _form(request: Request, form: ContactForm, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "crm/contact_form.html", {"form": form, **context}, status=status)
