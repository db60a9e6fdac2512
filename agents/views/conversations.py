"""Pages on which people speak with the product, and find what was said."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from agents.conversations import conversations, starters, turns
from agents.models import Conversation, Job
from agents.views import talking
from audit.actions import Refusal
from crm import names, refs
from crm.paging import paginate
from crm.permissions import Permission, requires
from crm.requests import Request

TURNS = 30  # shown at once; the rest by pages
FEW_TURNS = 8  # beside a page


@require_safe
@requires(Permission.SEE)
def conversation_list(request: Request) -> HttpResponse:
    """List one's conversations and those shared, or those in which some words were said."""
    words = request.GET.get("q", "").strip().replace("\x00", "")[:200]
    away = "away" in request.GET
    rows = _search(Conversation.objects.visible_to(request.actor), words)
    rows = rows.filter(archived_at__isnull=not away)
    page = paginate(rows.select_related("starter__user"), order=["-pk"], query=request.GET)
    context = {"page": page, "filters": {"q": words, "away": away}, **_look_at(request)}
    return render(request, "agents/conversation_list.html", context)


@require_safe
@requires(Permission.SEE)
def panel(request: Request) -> HttpResponse:
    """Show the last conversation beside a page, or a new one; where no script runs, on its own."""
    if not request.htmx:
        query = urlencode({"at": request.GET.get("at", "")})
        return redirect(f"{reverse('agents:conversation_list')}?{query}")
    last = None if "new" in request.GET else _find_last(request)
    return _show_panel(request, last, request.GET.get("at", ""))


@require_POST
@requires(Permission.SEE)
def begin(request: Request) -> HttpResponse:
    """Begin a conversation with what is said first."""
    by = talking.as_speaker(request)
    try:
        conversations.check_text(request.POST.get("text", ""))
    except Refusal as refusal:
        return talking.refuse(request, refusal, back=reverse("agents:conversation_list"))
    begun = conversations.begin(by=by)
    job = talking.say(request, begun)
    if request.htmx:
        return _show_panel(request, job.conversation, request.POST.get("page", ""))
    return redirect("agents:conversation", begun.pk)


@require_safe
@requires(Permission.SEE)
def conversation(request: Request, pk: int) -> HttpResponse:
    """Show a conversation, the latest turns of it or those before."""
    found = talking.find(request, pk)
    context = _present(request, found, size=TURNS) | _look_at(request)
    return render(request, "agents/conversation.html", context)


@require_POST
@requires(Permission.SEE)
def change(request: Request, pk: int) -> HttpResponse:
    """Rename a conversation, share it or keep it to oneself, put it away or bring it back."""
    found = talking.find(request, pk)
    values: dict[str, Any] = {
        name: request.POST[name] == "yes" for name in ("shared", "archived") if name in request.POST
    }
    if "title" in request.POST:
        values["title"] = request.POST["title"]
    back = reverse("agents:conversation_list")
    own = reverse("agents:conversation", args=[pk])
    try:
        conversations.change(found, by=talking.as_speaker(request), **values)
    except Refusal as refusal:
        return talking.refuse(request, refusal, back=own)
    if "archived" in values:
        says = "was put away" if values["archived"] else "is in use again"
        messages.success(request, f"The conversation {says}.")
    if values.get("archived"):
        return redirect(back)
    return redirect(f"{back}?away=1" if request.POST.get("back") == "list" else own)


def _present(request: Request, found: Conversation, *, size: int) -> dict[str, Any]:
    rows = found.jobs.prefetch_related("steps")
    page = paginate(rows, order=["-pk"], query=request.GET, size=size)
    shown = list(reversed(page.rows))
    return {
        "conversation": found,
        "turns": turns.present(shown, by=request.actor, organization=request.organization),
        "page": page,
        "mine": found.starter_id == request.membership.pk,
        "back": talking.find_way_back(request, found),
    }


def _show_panel(request: Request, found: Conversation | None, at: str) -> HttpResponse:
    context: dict[str, Any] = {"conversation": None, "turns": [], "mine": True}
    if found is not None:
        context = _present(request, found, size=FEW_TURNS)
    return render(request, "agents/_panel.html", context | _look_at(request, at))


def _look_at(request: Request, at: str | None = None) -> dict[str, Any]:
    """Return what one looks at: its reference, its name, and what one may ask there."""
    ref = request.GET.get("at", "") if at is None else at
    called = names.find([refs.parse(ref)], by=request.actor) if refs.is_reference(ref) else {}
    return {
        "at": ref if ref in called else "",
        "seen": called.get(ref, ""),
        "starters": starters.find(ref, by=request.actor),
    }


def _find_last(request: Request) -> Conversation | None:
    """Return the conversation in which one spoke last, unless it was put away."""
    mine = Job.objects.visible_to(request.actor).filter(
        speaker=request.membership.pk,
        conversation__isnull=False,
        conversation__archived_at=None,
    )
    last = mine.select_related("conversation").order_by("-pk").first()
    return last.conversation if last is not None else None


def _search(rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    for word in words.split():
        said = Job.objects.filter(said__icontains=word).values("conversation")
        rows = rows.filter(Q(title__icontains=word) | Q(pk__in=said))
    return rows
