"""
Moving cards: what a drag, a key or a form asks for, and what the card says when it may not.

Every answer is a part of the page for a script, and a page or a redirect where none runs.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from audit.actions import Refusal, action
from audit.models import Outcome
from crm.permissions import Permission, requires
from crm.requests import Request
from pipelines import asking, boards, cards, gates, positions
from pipelines.cards import Conflict
from pipelines.models import Position, Stage
from pipelines.views import standings
from pipelines.views.boards import read_filters_of_page
from pipelines.views.standings import get_position

APPROVALS_CHANGED = "approvals-changed"
WHO_MAY_WAIVE = f"A {' or '.join(gates.WAIVERS)}"
# What of a form is worth keeping in the ledger.
SAID = ("to", "from", "waive", "outcome", "above", "below")


@requires(Permission.SEE)
def card(request: Request, pk: int) -> HttpResponse:
    """Show a card where it stands by now; where no script runs, its board."""
    position = get_position(request, pk)
    if not request.htmx:
        return redirect("pipelines:board", position.pipeline_id)
    return _on_board(request, position)


@requires(Permission.MOVE)
@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    """Move a card to another stage, waiving what is unmet where that is asked for and allowed."""
    position = get_position(request, pk)
    to = get_object_or_404(position.pipeline.stages, pk=_number(request, "to"))
    asked: dict[str, Any] = {
        "to": to,
        "expected_stage": _stage_seen(request, position),
        "waive": bool(request.POST.get("waive")),
        "reason": _reason(request),
        **_neighbours(request, to),
    }
    return _attempt(
        request, position, to, lambda: positions.move(position, **asked, by=request.actor)
    )


@requires(Permission.MOVE)
@require_POST
def place(request: Request, pk: int) -> HttpResponse:
    """Put a card above or below another of its column."""
    position = get_position(request, pk)
    return _attempt(
        request,
        position,
        position.stage,
        lambda: positions.place(position, **_neighbours(request, position.stage), by=request.actor),
    )


@requires(Permission.MOVE)
@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    """Close a card as won or lost."""
    position = get_position(request, pk)
    asked: dict[str, Any] = {
        "outcome": request.POST.get("outcome", ""),
        "reason": _reason(request),
    }
    return _attempt(
        request, position, None, lambda: positions.close(position, **asked, by=request.actor)
    )


@requires(Permission.MOVE)
@require_POST
def reopen(request: Request, pk: int) -> HttpResponse:
    """Put a closed card under way again."""
    position = get_position(request, pk)
    return _attempt(request, position, None, lambda: positions.reopen(position, by=request.actor))


def _attempt(
    request: Request, position: Position, to: Stage | None, verb: Callable[[], Position]
) -> HttpResponse:
    """Try `verb`; show the card where it went, or say at the card why it stays."""
    try:
        with action(f"positions.{verb_name(request)}", by=request.actor, target=position) as doing:
            doing.reason = _reason(request)
            doing.arguments = {name: value for name, value in request.POST.items() if name in SAID}
            verb()
    except gates.NeedsApproval as needed:
        return _ask(request, position, needed.to)
    except Conflict as conflict:
        return _overtaken(request, position.pk, conflict)
    except Refusal as refusal:
        return _refused(request, position, to, refusal)
    return _moved(request, position.pk, doing.id, doing.summary)


def verb_name(request: Request) -> str:
    """Return the verb an address ends in."""
    match = request.resolver_match
    return match.url_name if match and match.url_name else "move"


def _moved(request: Request, pk: int, action_id: int, said: str) -> HttpResponse:
    """Show the card where it stands now."""
    position = get_position(request, pk)
    if not request.htmx:
        messages.success(request, f"{said}." if said else "Done.")
        if _is_standing(request):
            return redirect(standings.address_of(position))
        return redirect("pipelines:board", position.pipeline_id)
    if _is_standing(request):
        return standings.show(request, position)
    has_moved = _number(request, "from") not in (0, position.stage_id)
    undo = f"{reverse('audit:undo_plan')}?action={action_id}"
    told: dict[str, Any] = {"said": f"{said}.", "undo": undo} if has_moved and said else {}
    return _on_board(request, position, **told)


def _overtaken(request: Request, pk: int, conflict: Conflict) -> HttpResponse:
    """Show where the card truly stands, and who moved it there."""
    position = get_position(request, pk)
    said: dict[str, Any] = {"message": str(conflict), "position": position}
    if not request.htmx:
        return render(request, "pipelines/refused.html", said, status=409)
    if _is_standing(request):
        return standings.show(request, position, status=409, message=said["message"])
    return _on_board(request, position, status=409, message=said["message"])


def _on_board(
    request: Request, position: Position, *, status: int = 200, **told: str
) -> HttpResponse:
    """Show the card in its column, and what the columns it concerns, or else all, hold now."""
    named = {_number(request, "from"), _number(request, "to")} - {0}
    concerned = {*named, position.stage_id} if request.method == "POST" else set()
    heads = boards.get_heads(
        position.pipeline, by=request.actor, filters=read_filters_of_page(request)
    )
    context = {
        "position": position,
        "stage": position.stage,
        "heads": [head for head in heads if not concerned or head.stage.pk in concerned],
        **told,
    }
    return render(request, "pipelines/_moved.html", context, status=status)


def _ask(request: Request, position: Position, to: Stage) -> HttpResponse:
    """Put the move before somebody who may decide, and say so at the card."""
    asked = asking.ask(position, to=to, by=request.actor, reason=_reason(request))
    if asked.outcome == Outcome.DONE:
        return _moved(request, position.pk, 0, "")
    if asked.outcome != Outcome.WAITING:
        return _refused(request, position, to, Refusal(asked.said))
    waits = Refusal(f"It waits for approval. {asked.said}")
    answer = _refused(request, position, to, waits, status=202, waits=True)
    return trigger_client_event(answer, APPROVALS_CHANGED)


def _refused(
    request: Request,
    position: Position,
    to: Stage | None,
    refusal: Refusal,
    *,
    status: int = 422,
    waits: bool = False,
) -> HttpResponse:
    """Say at the card why it stays, with the form that would let it go."""
    message, unmet = str(refusal), []
    if isinstance(refusal, gates.CriteriaUnmet):
        message, unmet, to = refusal.headline, refusal.unmet, refusal.to
    context: dict[str, Any] = {
        "position": position,
        "to": to,
        "message": message,
        "unmet": [{"label": each.label, "said": each.says} for each in unmet],
        "waivable": to is not None and any(each.may_waive for each in unmet),
        "who_may_waive": f"{WHO_MAY_WAIVE} may waive this with a reason.",
        "wants_reason": to is not None and isinstance(refusal, cards.ReasonNeeded),
        "waits": waits,
        "part": "standing" if _is_standing(request) else "card",
    }
    if not request.htmx:
        return render(request, "pipelines/refused.html", context, status=status)
    if _is_standing(request):
        return standings.show(request, status=status, **context)
    return render(request, "pipelines/_refusal.html", context, status=status)


def _is_standing(request: Request) -> bool:
    """Say whether a contact's page asks, not a board."""
    return request.POST.get("part") == "standing" or verb_name(request) in {"close", "reopen"}


def _reason(request: Request) -> str:
    return request.POST.get("reason", "").strip()


def _stage_seen(request: Request, position: Position) -> Stage | None:
    seen = _number(request, "from")
    return Stage(pk=seen, pipeline_id=position.pipeline_id) if seen else None


def _neighbours(request: Request, to: Stage) -> dict[str, Any]:
    """Return the cards it was dropped between, of those that stand there still."""
    named = {name: _number(request, name) for name in ("above", "below")}
    there = Position.objects.visible_to(request.actor).filter(stage=to, archived_at=None)
    seen = there.in_bulk([pk for pk in named.values() if pk])
    # A card is put *below* the one above it, and above the one below it.
    return {"below": seen.get(named["above"]), "above": seen.get(named["below"])}


def _number(request: Request, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
