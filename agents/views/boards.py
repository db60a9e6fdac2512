"""A board asked in plain words: the filter that they are, or what of them cannot be one."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from agents.language.questions import filtering
from crm import search
from crm.permissions import Permission, requires
from crm.requests import Request
from pipelines import narrowing
from pipelines.models import Pipeline


@require_safe
@requires(Permission.SEE)
def ask(request: Request, pk: int) -> HttpResponse:
    """Go to the board, narrowed as the words say; where they say more, or less, that is said."""
    seen = Pipeline.objects.visible_to(request.actor).filter(archived_at=None)
    pipeline = get_object_or_404(seen, pk=pk)
    asked, owner = search.clean(request.GET.get("q", "")), request.GET.get("owner", "")
    said = [(name, value) for name, value in (("asked", asked), ("owner", owner)) if value]
    if asked:
        found = filtering.read(asked, pipeline=pipeline.ref, by=request.actor)
        if found.problem:
            messages.warning(request, found.problem)
        else:
            said += narrowing.of(found.every, found.either).as_pairs()
    return redirect(f"{reverse('pipelines:board', args=[pk])}?{urlencode(said)}")
