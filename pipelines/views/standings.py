"""A position in full, as a contact's page shows it: score, criteria, notes, and forms for each."""

from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from audit.actions import Refusal
from crm.fields import FieldError
from crm.models import Contact
from crm.permissions import Permission, requires
from crm.requests import Request
from pipelines import criteria, positions, scores, standings
from pipelines.forms import PositionForm
from pipelines.models import Criterion, Pipeline, Position

OPEN_FIRST = (F("closed_at").desc(nulls_first=True), "-pk")
SHOWN = ("contact__company", "pipeline", "stage", "suggested_stage", "owner__user")


@requires(Permission.SEE)
def positions_of(request: Request, pk: int) -> HttpResponse:
    """Show everywhere a contact stands."""
    contact = get_object_or_404(Contact.objects.visible_to(request.actor), pk=pk)
    return show_all(request, contact)


@requires(Permission.MOVE)
@require_POST
def new_position(request: Request, pk: int) -> HttpResponse:
    """Put a contact on one more board."""
    by = request.actor
    contact = get_object_or_404(Contact.objects.visible_to(by), pk=pk)
    chosen = request.POST.get("pipeline", "")
    pipeline = get_object_or_404(
        Pipeline.objects.visible_to(by), pk=chosen if chosen.isdigit() else 0
    )
    form = PositionForm(request.POST, by=by)
    if not form.is_valid():
        said = "; ".join(f"{form.label_of(name)}: {says[0]}" for name, says in form.errors.items())
        return show_all(request, contact, errors=said, status=422)
    try:
        positions.enter(contact, pipeline=pipeline, by=by, **form.changes())
    except Refusal as refusal:
        return show_all(request, contact, errors=str(refusal), status=422)
    return show_all(request, contact)


@requires(Permission.EDIT)
def edit_position(request: Request, pk: int) -> HttpResponse:
    """Change a position's title, value, owner, dates, notes and the organization's own fields."""
    position = get_position(request, pk)
    form = PositionForm(request.POST or None, by=request.actor, position=position)
    if request.method == "POST" and form.is_valid():
        try:
            positions.update(position, changes=form.changes(), by=request.actor)
        except FieldError as refusal:
            form.show(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return show(request, get_position(request, pk))
    context = {"position": position, "form": form}
    part = "pipelines/_position_form.html" if request.htmx else "pipelines/position_form.html"
    return render(request, part, context, status=422 if form.errors else 200)


@requires(Permission.EDIT)
@require_POST
def score(request: Request, pk: int) -> HttpResponse:
    """Set the score by hand, or leave it to agents again."""
    position = get_position(request, pk)
    text = "" if request.POST.get("clear") else request.POST.get("manual_score", "").strip()
    try:
        if text and not text.isdigit():
            raise FieldError({"manual_score": "A whole number from 0 to 100."})
        scores.set_manual_score(
            position,
            score=int(text) if text else None,
            reason=request.POST.get("override_reason", "").strip() if text else "",
            by=request.actor,
        )
    except Refusal as refusal:
        return show(request, position, status=422, errors=str(refusal))
    return show(request, get_position(request, pk))


@requires(Permission.EDIT)
@require_POST
def attest(request: Request, pk: int) -> HttpResponse:
    """Say, with evidence, that a checklist item holds."""
    position = get_position(request, pk)
    chosen = request.POST.get("criterion", "")
    asked = Criterion.objects.visible_to(request.actor).filter(pipeline=position.pipeline_id)
    criterion = get_object_or_404(asked, pk=chosen if chosen.isdigit() else 0)
    try:
        criteria.attest(
            position,
            criterion=criterion,
            evidence=request.POST.get("evidence", "").strip(),
            by=request.actor,
        )
    except Refusal as refusal:
        return show(request, position, status=422, errors=str(refusal))
    return show(request, get_position(request, pk))


def get_position(request: Request, pk: int) -> Position:
    """Return the position with all that its picture needs, or answer 404."""
    seen = Position.objects.visible_to(request.actor).select_related(*SHOWN)
    return get_object_or_404(seen, pk=pk)


def address_of(position: Position) -> str:
    """Return where a contact's page shows this position."""
    return f"{reverse('crm:contact', args=[position.contact_id])}#standing-{position.pk}"


def show(
    request: Request, position: Position, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Show one position for a script; where none runs, go to the contact or say what is wrong."""
    if not request.htmx and status == 200:
        return redirect(address_of(position))
    if not request.htmx:
        said = {"message": context.get("errors", ""), "position": position, **context}
        return render(request, "pipelines/refused.html", said, status=status)
    [standing] = standings.get([position], by=request.actor)
    shown = {
        "position": position,
        "stages": standing.stages,
        "criteria": standing.criteria,
        "factors": standing.factors,
        **context,
    }
    return render(request, "pipelines/_position.html", shown, status=status)


def show_all(
    request: Request, contact: Contact, *, errors: str = "", status: int = 200, **told: str
) -> HttpResponse:
    """Show everywhere a contact stands, and what was taken off a board."""
    by = request.actor
    mine = Position.objects.visible_to(by).filter(contact=contact).select_related(*SHOWN)
    found = list(mine.order_by(*OPEN_FIRST))
    context = {
        "contact": contact,
        "standings": standings.get([each for each in found if each.archived_at is None], by=by),
        "removed": [each for each in found if each.archived_at is not None],
        "pipelines": Pipeline.objects.visible_to(by)
        .filter(archived_at=None)
        .order_by("order", "pk"),
        "errors": errors,
        **told,
    }
    part = "pipelines/_positions.html" if request.htmx else "pipelines/positions.html"
    return render(request, part, context, status=status)
