"""The page that shows which text an action took over from where its agent had read it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agents.models import Reading
from approvals import sources
from audit.models import Action
from crm.permissions import Permission, requires
from crm.requests import Request

EXCERPT = 1_000  # characters


@require_safe
@requires(Permission.SEE)
def carried(request: Request, pk: int) -> HttpResponse:
    """Show each text that an action carries, as far as it is kept, and where it was read."""
    action = get_object_or_404(Action.objects.visible_to(request.actor), pk=pk)
    taints = (action.verdict or {}).get("taints", [])
    called = sources.find_names((taint["source"] for taint in taints), by=request.actor)
    texts = _find_texts(taints, request)
    rows = [
        {
            **taint,
            "name": called[taint["source"]],
            "text": texts.get((taint["source"], taint["field"], taint["digest"]), ""),
        }
        for taint in taints
        if taint["source"] in called
    ]
    context = {"action": action, "rows": rows, "hidden": len(taints) - len(rows)}
    return render(request, "agents/carried.html", context)


def _find_texts(taints: list[dict[str, Any]], request: Request) -> dict[tuple[str, str, str], str]:
    """Return the beginning of each text, by where it was read, while that is remembered."""
    read = Reading.objects.visible_to(request.actor).filter(
        digest__in=[taint["digest"] for taint in taints]
    )
    return {(each.source, each.field, each.digest): each.text[:EXCERPT] for each in read}
