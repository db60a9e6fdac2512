"""
Moving cards: what a drag, a key or a form asks for, and what the card says when it may not.

Every answer is a part of the page for a script, and a page or a redirect where none runs.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from audit.actions import Refusal, action
from crm.permissions import Permission, requires
from pipelines import asking, boards, gates, positions
from pipelines.cards import Conflict
from pipelines.models import Position, Stage
from pipelines.views import standings
from pipelines.views.standings import get_position

WAITS = "It waits for approval: {}"
NOT_YET = "{} cannot move on to {} yet."
# What of a form is worth keeping in the ledger.
SAID = ("to", "from", "waive", "outcome", "above", "below")


@requires(Permission.MOVE)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a card to another stage, waiving what is unmet where that is asked for and allowed."""
    position = get_position(request, pk)
    to = get_object_or_404(position.pipeline.stages, pk=_number(request, "to"))
    asked: dict[str, Any] = {
        "to": to,
        "expected_stage": _stage_seen(request, position),
        "waive": bool(request.POST.get("waive")),
        "reason": request.POST.get("reason", "").strip(),
        **_neighbours(request),
    }
    return _attempt(
        request, position, to, lambda: positions.move(position, **asked, by=request.actor)
    )


@requires(Permission.MOVE)
@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a card above or below another of its column."""
    position = get_position(request, pk)
    return _attempt(
        request,
        position,
        position.stage,
        lambda: positions.place(position, **_neighbours(request), by=request.actor),
    )


@requires(Permission.MOVE)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a card as won or lost."""
    position = get_position(request, pk)
    asked = {
        "outcome": request.POST.get("outcome", ""),
        "reason": request.POST.get("reason", "").strip(),
    }
    return _attempt(
        request, position, None, lambda: positions.close(position, **asked, by=request.actor)
    )


@requires(Permission.MOVE)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a closed card under way again."""
    position = get_position(request, pk)
    return _attempt(request, position, None, lambda: positions.reopen(position, by=request.actor))


def _attempt(
    request: HttpRequest, position: Position, to: Stage | None, verb: Callable[[], Position]
) -> HttpResponse:
    """Try `verb`; show the card where it went, or say at the card why it stays."""
    left = position.stage
    try:
        with action(f"positions.{verb_name(request)}", by=request.actor, target=position) as doing:
            doing.reason = request.POST.get("reason", "").strip()
            doing.arguments = {name: value for name, value in request.POST.items() if name in SAID}
            verb()
    except gates.NeedsApproval as needed:
        return _ask(request, position, needed)
    except Conflict as conflict:
        return _refused(request, conflict.card, to, conflict, status=409)
    except gates.CriteriaUnmet as unmet:
        return _refused(request, position, to, unmet, status=422, unmet=unmet.unmet)
    except Refusal as refusal:
        return _refused(request, position, to, refusal, status=422)
    return _moved(request, position.pk, left, doing.id, doing.summary)


def verb_name(request: HttpRequest) -> str:
    """Return the verb an address ends in."""
    match = request.resolver_match
    return match.url_name if match and match.url_name else "move"


def _moved(request: HttpRequest, pk: int, left: Stage, action_id: int, said: str) -> HttpResponse:
    position = get_position(request, pk)
    if not request.htmx:
        messages.success(request, said or "Done.")
        return redirect("pipelines:board", position.pipeline_id)
    if _is_standing(request):
        return standings.show(request, position)
    changed = {stage.pk: stage for stage in (left, position.stage)}
    heads = boards.get_heads(position.pipeline, by=request.actor)
    context = {
        "position": position,
        "stage": position.stage,
        "heads": [head for head in heads if head.stage.pk in changed],
        "said": said if left.pk != position.stage_id else "",
        "action": action_id,
    }
    return render(request, "pipelines/_moved.html", context)


def _ask(request: HttpRequest, position: Position, needed: gates.NeedsApproval) -> HttpResponse:
    """Put the move before somebody who may decide, and say so at the card."""
    reason = request.POST.get("reason", "").strip()
    asking.ask(position, to=needed.to, by=request.actor, reason=reason)
    waits = Refusal(WAITS.format(needed))
    return _refused(request, position, needed.to, waits, status=202, waits=True)


def _refused(
    request: HttpRequest,
    position: Position,
    to: Stage | None,
    refusal: Refusal,
    *,
    status: int,
    unmet: list[gates.Unmet] | None = None,
    waits: bool = False,
) -> HttpResponse:
    standing = _is_standing(request)
    waivers = " or ".join(gates.WAIVERS)
    context = {
        "position": position,
        "stage": position.stage,
        "to": to,
        "message": NOT_YET.format(position.contact.name, to.name if to else "there")
        if unmet
        else str(refusal),
        "unmet": [{"label": each.label, "said": each.says} for each in unmet or []],
        "waivable": bool(unmet) and to is not None,
        "who_may_waive": f"A {waivers} may waive this with a reason.",
        "waits": waits,
        "part": "standing" if standing else "card",
    }
    if not request.htmx:
        return render(request, "pipelines/refused.html", context, status=status)
    if standing:
        return standings.show(request, position, status=status, **context)
    return render(request, "pipelines/_refusal.html", context, status=status)


def _is_standing(request: HttpRequest) -> bool:
    """Say whether a contact's page asks, not a board."""
    return request.POST.get("part") == "standing" or verb_name(request) in {"close", "reopen"}


def _stage_seen(request: HttpRequest, position: Position) -> Stage | None:
    seen = _number(request, "from")
    return Stage(pk=seen, pipeline_id=position.pipeline_id) if seen else None


def _neighbours(request: HttpRequest) -> dict[str, Position | None]:
    """Return the cards it was dropped between, of those the person may see."""
    named = {name: _number(request, name) for name in ("above", "below")}
    seen = Position.objects.visible_to(request.actor).in_bulk([pk for pk in named.values() if pk])
    # A card is put *below* the one above it, and above the one below it.
    return {"below": seen.get(named["above"]), "above": seen.get(named["below"])}


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
