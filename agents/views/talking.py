"""Turns: what is said, how far it is, what is confirmed and stopped; parts of pages, or pages."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget, trigger_client_event

from agents.conversations import conversations, turns
from agents.models import Conversation, Job, State, Step
from audit.actions import Refusal
from audit.actors import Actor, Door
from crm.permissions import Permission, allows, requires
from crm.requests import Request, find_page

UNPROCESSABLE = 422


@require_POST
@requires(Permission.SEE)
def speak(request: Request, pk: int) -> HttpResponse:
    """Say something in a conversation of one's own."""
    found = find(request, pk)
    before = found.jobs.order_by("-pk").first()
    own = reverse("agents:conversation", args=[pk])
    try:
        job = say(request, found)
    except Refusal as refusal:
        return refuse(request, refusal, back=own)
    if not request.htmx:
        return redirect(f"{own}#say")
    if before is not None and job.pk == before.pk:  # a plain yes, or no
        answer = retarget(_show(request, job), f"#turn-{job.pk}")
        answer["HX-Reswap"] = "outerMorph"
        return answer
    answer = _show(request, job)
    if before is not None and before.state == State.ASKS:
        # What it asked about is not to be confirmed any more.
        answer.write(_render(request, find_turn(request, pk, before.pk), oob=True))
    return answer


@require_safe
@requires(Permission.SEE)
def turn(request: Request, pk: int, turn: int) -> HttpResponse:
    """Show one turn as far as it is, or only what the ledger holds of it."""
    job = find_turn(request, pk, turn)
    return show_part(request, job)


@require_POST
@requires(Permission.SEE)
def confirm(request: Request, pk: int, turn: int) -> HttpResponse:
    """Have what a turn asks about done, or not."""
    job = find_turn(request, pk, turn)
    confirmed = request.POST.get("confirmed") == "yes"
    return _decide(request, job, lambda by: conversations.confirm(job, confirmed=confirmed, by=by))


@require_POST
@requires(Permission.SEE)
def cancel(request: Request, pk: int, turn: int) -> HttpResponse:
    """Stop a turn."""
    job = find_turn(request, pk, turn)
    return _decide(request, job, lambda by: conversations.cancel(job, by=by))


def as_speaker(request: Request) -> Actor:
    """Return who speaks."""
    return request.actor.through(Door.CHAT)


def say(request: Request, found: Conversation) -> Job:
    """
    Say what was sent.

    :raises Refusal: as `conversations.say`
    """
    text, page = request.POST.get("text", ""), request.POST.get("page", "")
    return conversations.say(found, text=text, page=page, by=as_speaker(request))


def refuse(request: Request, refusal: Refusal, *, back: str) -> HttpResponse:
    """Tell why something was not done: beside the page as it stays, or where one goes back to."""
    fields = refusal.details.get("fields")
    says = " ".join(f"What you say {why}." for why in fields.values()) if fields else str(refusal)
    if not request.htmx:
        messages.error(request, says)
        return redirect(back)
    answer = reswap(HttpResponse(status=getattr(refusal, "http", UNPROCESSABLE)), "none")
    return trigger_client_event(answer, "toast", {"text": says, "tone": "bad"})


def find(request: Request, pk: int) -> Conversation:
    """Return a conversation that one may read; anything else is not there."""
    rows = Conversation.objects.visible_to(request.actor).select_related("starter__user")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def find_turn(request: Request, pk: int, turn: int) -> Job:
    """Return a turn of such a conversation."""
    rows = Job.objects.select_related("conversation").prefetch_related("steps")
    found = rows.filter(pk=turn, conversation=find(request, pk)).first()
    if found is None:
        raise Http404
    return found


def is_mine(request: Request, job: Job) -> bool:
    """Whether one may stop and undo a turn: one's own, and any job of an agent for who runs it."""
    runs_it = job.agent_id is not None and allows(request.actor, Permission.CONFIGURE)
    return job.speaker_id == request.membership.pk or runs_it


def find_way_back(request: Request, found: Conversation | Job) -> str:
    """Return where undoing leads back to: the page beside which one speaks."""
    return find_page(request) or (
        turns.address_of(found)
        if isinstance(found, Job)
        else reverse("agents:conversation", args=[found.pk])
    )


def _decide(request: Request, job: Job, decide: Callable[[Actor], Job]) -> HttpResponse:
    held = job.conversation
    assert held is not None, "it was found in one"
    try:
        decide(as_speaker(request))
    except Refusal as refusal:
        return refuse(request, refusal, back=reverse("agents:conversation", args=[held.pk]))
    if request.htmx:
        return _show(request, find_turn(request, held.pk, job.pk))
    return redirect("agents:conversation", held.pk)


def show_part(request: Request, job: Job) -> HttpResponse:
    """Show a turn, or its receipt alone where that is asked for and the turn has not gone on."""
    of_receipt = request.GET.get("part") == "receipt"
    if of_receipt and any(step.kind == Step.Kind.DECISION for step in job.steps.all()):
        answer = retarget(_show(request, job), f"#turn-{job.pk}")
        answer["HX-Reswap"] = "outerMorph"
        return answer
    return _show(request, job, receipt=of_receipt)


def _show(request: Request, job: Job, *, receipt: bool = False) -> HttpResponse:
    return HttpResponse(_render(request, job, receipt=receipt))


def _render(request: Request, job: Job, *, receipt: bool = False, oob: bool = False) -> str:
    (shown,) = turns.present([job], by=request.actor, organization=request.organization)
    context = {
        "turn": shown,
        "mine": is_mine(request, job),
        "back": find_way_back(request, job),
        "oob": oob,
    }
    part = "agents/_receipt.html" if receipt else "agents/_turn.html"
    return render_to_string(part, context, request)
