"""Pages on which people speak with the product, and see what was done."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from agents.conversations import conversations, receipts
from agents.models import Conversation, Job
from approvals import queries
from approvals.models import Approval
from audit.actions import Refusal
from audit.actors import Actor, Door
from crm.paging import paginate
from crm.permissions import Permission, requires
from crm.requests import Request

TURNS = 30  # shown at once; the rest by pages
STARTERS = [
    "Which deals are at risk?",
    "What is our velocity?",
    "Which of my tasks are overdue?",
    "Who has not been contacted for two weeks?",
]


@require_safe
@requires(Permission.SEE)
def conversation_list(request: Request) -> HttpResponse:
    """List one's conversations and those shared, or those in which some words were said."""
    words = request.GET.get("q", "").strip().replace("\x00", "")[:200]
    rows = _search(Conversation.objects.visible_to(request.actor).in_use(), words)
    page = paginate(rows.select_related("starter__user"), order=["-pk"], query=request.GET)
    context = {"page": page, "words": words, "starters": STARTERS, "at": request.GET.get("at", "")}
    return render(request, "agents/conversation_list.html", context)


@require_POST
@requires(Permission.SEE)
def begin(request: Request) -> HttpResponse:
    """Begin a conversation with what is said first."""
    by = _speaking(request)
    try:
        conversations.check_text(request.POST.get("text", ""))
    except Refusal as refusal:
        messages.error(request, _words(refusal))
        return redirect("agents:conversation_list")
    begun = conversations.begin(by=by)
    _say(request, begun, by=by)
    return redirect("agents:conversation", begun.pk)


@require_safe
@requires(Permission.SEE)
def conversation(request: Request, pk: int) -> HttpResponse:
    """Show a conversation, the latest turns of it or those before."""
    found = _find(request, pk)
    rows = found.jobs.prefetch_related("steps")
    page = paginate(rows, order=["-pk"], query=request.GET, size=TURNS)
    turns = _present(list(reversed(page.rows)), by=request.actor)
    context = {
        "conversation": found,
        "turns": turns,
        "page": page,
        "mine": found.starter_id == request.membership.pk,
        "starters": STARTERS,
    }
    return render(request, "agents/conversation.html", context)


@require_POST
@requires(Permission.SEE)
def say(request: Request, pk: int) -> HttpResponse:
    """Say something in a conversation of one's own."""
    found = _find(request, pk)
    job = _say(request, found, by=_speaking(request))
    if request.htmx and job is not None:
        return _show_turn(request, job)
    return redirect(f"{reverse('agents:conversation', args=[pk])}#say")


@require_safe
@requires(Permission.SEE)
def turn(request: Request, pk: int, turn: int) -> HttpResponse:
    """Show one turn as far as it is."""
    return _show_turn(request, _find_turn(request, pk, turn))


@require_POST
@requires(Permission.SEE)
def confirm(request: Request, pk: int, turn: int) -> HttpResponse:
    """Have what a turn asks about done, or not."""
    job = _find_turn(request, pk, turn)
    confirmed = request.POST.get("confirmed") == "yes"
    return _decide(request, job, lambda by: conversations.confirm(job, confirmed=confirmed, by=by))


@require_POST
@requires(Permission.SEE)
def cancel(request: Request, pk: int, turn: int) -> HttpResponse:
    """Stop a turn."""
    job = _find_turn(request, pk, turn)
    return _decide(request, job, lambda by: conversations.cancel(job, by=by))


@require_POST
@requires(Permission.SEE)
def change(request: Request, pk: int) -> HttpResponse:
    """Rename a conversation, share it or keep it to oneself, or put it away."""
    found = _find(request, pk)
    values: dict[str, Any] = {
        name: request.POST[name] == "yes" for name in ("shared", "archived") if name in request.POST
    }
    if "title" in request.POST:
        values["title"] = request.POST["title"]
    try:
        conversations.change(found, by=_speaking(request), **values)
    except Refusal as refusal:
        messages.error(request, _words(refusal))
    if values.get("archived"):
        messages.success(request, "The conversation was put away.")
        return redirect("agents:conversation_list")
    return redirect("agents:conversation", pk)


def _speaking(request: Request) -> Actor:
    return request.actor.through(Door.CHAT)


def _say(request: Request, found: Conversation, *, by: Actor) -> Job | None:
    text, page = request.POST.get("text", ""), request.POST.get("page", "")
    try:
        return conversations.say(found, text=text, page=page, by=by)
    except Refusal as refusal:
        messages.error(request, _words(refusal))
        return None


def _decide(request: Request, job: Job, decide: Any) -> HttpResponse:
    try:
        job = decide(_speaking(request))
    except Refusal as refusal:
        messages.error(request, _words(refusal))
    if request.htmx:
        return _show_turn(request, job)
    return redirect("agents:conversation", job.conversation_id)


def _show_turn(request: Request, job: Job) -> HttpResponse:
    (shown,) = _present([job], by=request.actor)
    mine = job.speaker_id == request.membership.pk
    return render(request, "agents/_turn.html", {"turn": shown, "mine": mine})


def _present(jobs: list[Job], *, by: Actor) -> list[dict[str, Any]]:
    """Return turns with their receipts, and what of their steps waits, or waited, for somebody."""
    answers = receipts.answer_all(jobs, by=by)
    waiting = {step["approval"] for answer in answers for step in answer["steps"]} - {None}
    numbers = [int(ref.partition(":")[2]) for ref in waiting]
    rows = Approval.objects.visible_to(by).filter(pk__in=numbers).order_by("pk")
    shown = {each.ref: each for each in queries.present(list(rows), by=by)} if numbers else {}
    return [
        {
            "job": job,
            "approvals": [
                shown[step["approval"]] for step in answer["steps"] if step["approval"] in shown
            ],
            **answer,
        }
        for job, answer in zip(jobs, answers, strict=True)
    ]


def _search(rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    for word in words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(jobs__said__icontains=word)).distinct()
    return rows


def _find(request: Request, pk: int) -> Conversation:
    found = Conversation.objects.visible_to(request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _find_turn(request: Request, pk: int, turn: int) -> Job:
    rows = Job.objects.select_related("conversation").prefetch_related("steps")
    found = rows.filter(pk=turn, conversation=_find(request, pk)).first()
    if found is None:
        raise Http404
    return found


def _words(refusal: Refusal) -> str:
    fields = refusal.details.get("fields")
    return " ".join(f"What you say {says}." for says in fields.values()) if fields else str(refusal)
