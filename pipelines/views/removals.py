"""Taking cards off their boards and putting them back: at the board, or on the contact's page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from audit.actions import Refusal, action
from crm.permissions import Permission, requires
from crm.requests import Request
from pipelines import boards, positions
from pipelines.models import Position
from pipelines.views import standings
from pipelines.views.boards import read_filters_of_page
from pipelines.views.standings import get_position

BOARD = "board"


@requires(Permission.MOVE)
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take a card off its board; what is known of it stays."""
    return _attempt(request, get_position(request, pk), positions.archive)


@requires(Permission.MOVE)
@require_POST
def restore(request: Request, pk: int) -> HttpResponse:
    """Put a card that was taken off its board back where it stood."""
    return _attempt(request, get_position(request, pk), positions.restore)


def _attempt(request: Request, position: Position, verb: Callable[..., Position]) -> HttpResponse:
    try:
        with action(f"positions.{verb.__name__}", by=request.actor, target=position) as doing:
            verb(position, by=request.actor)
    except Refusal as refusal:
        return _refused(request, position, str(refusal))
    undo = f"{reverse('audit:undo_plan')}?action={doing.id}"
    told: dict[str, Any] = {"said": f"{doing.summary}.", "undo": undo} if doing.summary else {}
    if not request.htmx:
        messages.success(request, told.get("said", "Done."))
        return redirect("crm:contact", position.contact_id)
    if _is_board(request):
        return _gone_from_board(request, position, told)
    return standings.show_all(request, position.contact, **told)


def _refused(request: Request, position: Position, message: str) -> HttpResponse:
    """Say at the card, or above the contact's cards, why it is as it was."""
    said: dict[str, Any] = {"position": position, "message": message}
    if not request.htmx:
        return render(request, "pipelines/refused.html", said, status=422)
    if _is_board(request):
        return render(request, "pipelines/_refusal.html", {**said, "part": "card"}, status=422)
    return standings.show_all(request, position.contact, errors=message, status=422)


def _gone_from_board(request: Request, position: Position, told: dict[str, Any]) -> HttpResponse:
    """Take the card from the board that is shown, and say what its column holds now."""
    heads = boards.get_heads(
        position.pipeline, by=request.actor, filters=read_filters_of_page(request)
    )
    context = {
        "position": position,
        "heads": [head for head in heads if head.stage.pk == position.stage_id],
        **told,
    }
    return render(request, "pipelines/_removed.html", context)


def _is_board(request: Request) -> bool:
    return request.POST.get("part") == BOARD
