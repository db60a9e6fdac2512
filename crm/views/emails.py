"""The outbox, and the pages on which an e-mail is written, read, sent and called back."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from audit.actions import Refusal
from crm import email_templates, emails
from crm.fields import FieldError
from crm.forms import EmailForm
from crm.models import Contact, Email, EmailTemplate
from crm.models.emails import EmailStatus
from crm.paging import paginate
from crm.permissions import Permission, requires
from crm.requests import Request

# What one may ask to see, and the statuses that are meant.
SHOWN = {
    "draft": ("Drafts", [EmailStatus.DRAFT, EmailStatus.RECALLED]),
    "held": ("Held", [EmailStatus.HELD, EmailStatus.SENDING]),
    "sent": ("Sent", [EmailStatus.SENT]),
    "failed": ("Not sent", [EmailStatus.FAILED]),
}


@requires(Permission.SEE)
def email_list(request: Request) -> HttpResponse:
    """Show the e-mails, all or those of one status, the latest first."""
    rows = Email.objects.visible_to(request.actor).select_related("contact")
    status = request.GET.get("status", "")
    if status in SHOWN:
        rows = rows.filter(status__in=SHOWN[status][1])
    context = {
        "page": paginate(rows, order=["-id"], query=request.GET),
        "status": status if status in SHOWN else "",
        "tabs": {key: name for key, (name, _) in SHOWN.items()},
        "stays_here": not settings.EMAIL_URL,
    }
    return render(request, "crm/email_list.html", context)


@requires(Permission.SEE)
def email(request: Request, pk: int) -> HttpResponse:
    """Show one e-mail in full, and what can be done about it."""
    return _show(request, _find(request, pk))


@requires(Permission.EDIT)
def email_new(request: Request, pk: int) -> HttpResponse:
    """Write a contact an e-mail, from a template where one is chosen."""
    by = request.actor
    contact = get_object_or_404(
        Contact.objects.visible_to(by).select_related("company", "organization"), pk=pk
    )
    form = EmailForm(request.POST or None, contact=contact)
    chosen = request.GET.get("template", "")
    if chosen and request.method == "GET":
        try:
            template = email_templates.find(chosen, by=by)
            form.initial.update(email_templates.render(template, contact=contact))
        except Refusal as refusal:
            messages.warning(request, str(refusal))
    if request.method == "POST" and form.is_valid():
        verb = emails.compose if "send" in request.POST else emails.draft
        written = _attempt(form, lambda: verb(contact, by=by, **form.cleaned_data))
        if written is not None:
            return redirect(written)
    title = f"E-mail to {contact.name}"
    return _form(request, form, contact, title=title, templates=_find_templates(request))


@requires(Permission.EDIT)
def email_edit(request: Request, pk: int) -> HttpResponse:
    """Change an e-mail that was not sent."""
    found, by = _find(request, pk), request.actor
    given = {name: getattr(found, name) for name in emails.EDITABLE}
    form = EmailForm(request.POST or None, contact=found.contact, initial=given)
    if request.method == "POST" and form.is_valid():

        def save() -> Email:
            saved = emails.update(found, changes=form.cleaned_data, by=by)
            return emails.send(saved, by=by) if "send" in request.POST else saved

        if _attempt(form, save) is not None:
            return redirect(found)
    return _form(request, form, found.contact, title=f"Edit {found.subject}", email=found)


@requires(Permission.EDIT)
@require_POST
def email_send(request: Request, pk: int) -> HttpResponse:
    """Have an e-mail sent, after it was held for a while."""
    return _do(request, pk, emails.send)


@requires(Permission.EDIT)
@require_POST
def email_recall(request: Request, pk: int) -> HttpResponse:
    """Call an e-mail back."""
    return _do(request, pk, emails.recall)


@requires(Permission.EDIT)
@require_POST
def email_discard(request: Request, pk: int) -> HttpResponse:
    """Throw an e-mail away that was never sent."""
    found = _find(request, pk)
    try:
        emails.discard(found, by=request.actor)
    except Refusal as refusal:
        return _show(request, _find(request, pk), refusal=str(refusal))
    messages.success(request, f"The e-mail {found.subject} was thrown away.")
    return redirect("crm:email_list")


def _find(request: Request, pk: int) -> Email:
    rows = Email.objects.visible_to(request.actor).select_related("contact", "template")
    return get_object_or_404(rows, pk=pk)


def _do(request: Request, pk: int, verb: Callable[..., Email]) -> HttpResponse:
    found = _find(request, pk)
    try:
        verb(found, by=request.actor)
    except Refusal as refusal:
        return _show(request, _find(request, pk), refusal=str(refusal))
    return redirect(found)


def _show(request: Request, found: Email, *, refusal: str = "") -> HttpResponse:
    context = {
        "email": found,
        "refusal": refusal,
        "hold_minutes": settings.EMAIL_HOLD_MINUTES,
        "stays_here": not settings.EMAIL_URL,
    }
    return render(request, "crm/email_detail.html", context, status=422 if refusal else 200)


def _attempt(form: EmailForm, write: Callable[[], Email]) -> Email | None:
    """Write an e-mail; what refuses says why in the form."""
    try:
        return write()
    except FieldError as refusal:
        form.show(refusal)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    return None


def _find_templates(request: Request) -> Any:
    rows = EmailTemplate.objects.visible_to(request.actor).filter(archived_at=None)
    return rows.order_by("name", "pk")


def _form(request: Request, form: EmailForm, contact: Contact, **context: Any) -> HttpResponse:
    shown = {"form": form, "contact": contact, "hold_minutes": settings.EMAIL_HOLD_MINUTES}
    status = 422 if form.errors else 200
    return render(request, "crm/email_form.html", shown | context, status=status)
