"""Pages of what waits for a person. Each is a page of its own, and a part where htmx asks."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from approvals import approvals, deciders, queries
from approvals.decisions import ConfirmationNeeded, Stale
from approvals.forms import ArgumentsForm
from approvals.models import Approval, Status
from approvals.queries import Tab
from audit.actions import Refusal
from audit.models import Outcome
from crm import refs
from crm.models import Role
from crm.permissions import Permission, requires
from crm.requests import Request
from pipelines.models import Stage

CONFLICTS = (approvals.AlreadyDecided, approvals.OtherThanShown, Stale, ConfirmationNeeded)


@require_safe
@requires(Permission.SEE)
def inbox(request: Request) -> HttpResponse:
    """Show what waits for whoever looks, what waits for others, or what was decided of late."""
    asked = request.GET.get("status", "")
    tab = Tab(asked) if asked in Tab else Tab.WAITING
    page = queries.get_page(by=request.actor, tab=tab, query=request.GET)
    context = {
        "approvals": page.rows,
        "page": page,
        "decides_all": request.actor.role == Role.OWNER,
        "filters": {"status": tab.value},
    }
    return render(request, "approvals/inbox.html", context)


@require_safe
@requires(Permission.SEE)
def count(request: Request) -> HttpResponse:
    """Say how many wait; nothing where none does."""
    waiting = queries.count_waiting(by=request.actor)
    return HttpResponse(str(waiting) if waiting else "")


@require_safe
@requires(Permission.SEE)
def of(request: Request, ref: str) -> HttpResponse:
    """Show what waits for a contact or a position, or for the cards of a stage."""
    try:
        found = refs.find(ref, "contact", "position", "stage", by=request.actor)
    except Refusal as refusal:
        raise Http404(str(refusal)) from None
    if isinstance(found, Stage):
        context = {"waiting": queries.find_on_cards(found, by=request.actor)}
        return render(request, "approvals/_on_cards.html", context)
    template = "approvals/_of.html" if request.htmx else "approvals/of.html"
    return render(request, template, {"approvals": queries.find_about(ref, by=request.actor)})


@require_safe
@requires(Permission.SEE)
def approval(request: Request, pk: int) -> HttpResponse:
    """Show one approval, and what became of it; a page that waits for it hears when it is done."""
    shown = _find(request, pk)
    answer = _render(request, shown)
    if request.htmx and shown.status == Status.USED:
        trigger_client_event(answer, "approval-done", {"about": shown.target})
        if request.GET.get("part") == "card":
            trigger_client_event(answer, "toast", {"text": f"{shown.outcome}.", "tone": "good"})
    return answer


@require_POST
@requires(Permission.SEE)
def grant(request: Request, pk: int) -> HttpResponse:
    """Grant what waits, as it was shown."""
    return _decide(
        request,
        pk,
        lambda held: approvals.grant(
            held,
            by=deciders.as_person(request.actor),
            digest=request.POST.get("digest"),
            note=request.POST.get("note", ""),
            confirm="confirmed" in request.POST,
        ),
    )


@require_POST
@requires(Permission.SEE)
def refuse(request: Request, pk: int) -> HttpResponse:
    """Refuse what waits, with a reason."""
    because = request.POST.get("because", "")
    by = deciders.as_person(request.actor)
    return _decide(request, pk, lambda held: approvals.refuse(held, by=by, because=because))


@require_POST
@requires(Permission.SEE)
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take back what one asked for oneself."""
    reason = request.POST.get("reason", "")
    return _decide(
        request, pk, lambda held: approvals.withdraw(held, by=request.actor, reason=reason)
    )


@require_POST
@requires(Permission.SEE)
def lift(request: Request, pk: int) -> HttpResponse:
    """Let what was refused be asked again."""
    by = deciders.as_person(request.actor)
    return _decide(request, pk, lambda held: approvals.lift_rejection(held, by=by))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE)
def edit(request: Request, pk: int) -> HttpResponse:
    """Change what an agent wants to do, and grant that."""
    held = _find(request, pk)
    if not held.is_waiting:
        return _show(request, pk, status=409)
    given = request.POST if request.method == "POST" else None
    form = ArgumentsForm(held.arguments, given, by=request.actor)
    if not form.is_valid():
        return _show_form(request, held, form)
    try:
        approvals.grant(
            held,
            by=deciders.as_person(request.actor),
            digest=request.POST.get("digest"),
            arguments=form.cleaned_data,
            confirm="confirmed" in request.POST,
        )
    except (approvals.AlreadyDecided, approvals.OtherThanShown, Stale) as refusal:
        return _show(request, pk, refusal)
    except Refusal as refusal:  # to be confirmed, too: as edited, not as asked
        return _show_form(request, held, form, refusal)
    return _done(request, pk)


def _decide(request: Request, pk: int, verb: Callable[[Approval], object]) -> HttpResponse:
    """Do what one clicked, and show what became of it, or why it was not to be."""
    held = _find(request, pk)
    try:
        verb(held)
    except Refusal as refusal:
        return _show(request, pk, refusal)
    return _done(request, pk)


def _done(request: Request, pk: int) -> HttpResponse:
    if not request.htmx:
        return redirect("approvals:approval", pk)
    return trigger_client_event(_show(request, pk), "approvals-changed")


def _find(request: Request, pk: int) -> Approval:
    found = get_object_or_404(queries.find_all(by=request.actor), pk=pk)
    queries.present([found], by=request.actor)
    return found


def _show(
    request: Request, pk: int, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    """Show an approval as it is now: a page, or the part that was asked for."""
    return _render(request, _find(request, pk), refusal, status=status)


def _render(
    request: Request, shown: Approval, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"approval": shown}
    if isinstance(refusal, ConfirmationNeeded):
        context["confirm"] = str(refusal)
    elif refusal is not None:
        context["errors"] = str(refusal)
    code = _status_of(refusal) if refusal else status
    return render(request, _template(request), context, status=code)


def _show_form(
    request: Request, held: Approval, form: ArgumentsForm, refusal: Refusal | None = None
) -> HttpResponse:
    part = "_approval_form" if request.htmx else "approval_form"
    confirm = isinstance(refusal, ConfirmationNeeded)
    context = {"approval": held, "form": form, "confirm": confirm, "errors": str(refusal or "")}
    refused = _status_of(refusal) if refusal else 422 if form.errors else 200
    refused = 422 if refused == 404 else refused  # it is what they typed that is not there
    return render(request, f"approvals/{part}.html", context, status=refused)


def _template(request: Request) -> str:
    part = request.GET.get("part") or request.POST.get("part")
    if part == "card":
        return "approvals/_on_card.html"
    return "approvals/_approval.html" if request.htmx or part else "approvals/approval.html"


def _status_of(refusal: Refusal) -> int:
    if isinstance(refusal, CONFLICTS):
        return 409
    if isinstance(refusal, refs.NotFound):
        return 404
    return 403 if refusal.outcome == Outcome.DENIED else 422
