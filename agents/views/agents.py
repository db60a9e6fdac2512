"""Pages of agents: who they are, what they were asked to do, and how far that is."""

from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from agents import jobs, personas
from agents.conversations import turns
from agents.conversations.models import NOT_ENDED
from agents.model_choices import choices, choosing, spending
from agents.models import Agent, Job
from agents.views import talking
from audit.actions import Refusal
from crm import names, refs
from crm.paging import paginate
from crm.permissions import Permission, requires
from crm.requests import Request


@require_safe
@requires(Permission.SEE)
def agent_list(request: Request) -> HttpResponse:
    """List the agents, each with how much it has to do."""
    under_way = Count("jobs", filter=Q(jobs__state__in=NOT_ENDED, jobs__is_trial=False))
    rows = Agent.objects.visible_to(request.actor).select_related("owner__user")
    rows = rows.annotate(under_way=under_way).order_by("name", "pk")
    context = {"agents": rows, "personas": personas.load(), **_look_at(request)}
    return render(request, "agents/agent_list.html", context)


@require_safe
@requires(Permission.SEE)
def agent(request: Request, pk: int) -> HttpResponse:
    """Show an agent, and what it was asked to do as far as one may know of it."""
    found = find(request, pk)
    rows = find_jobs(request, found).select_related("speaker__user")
    context = {
        "agent": found,
        "persona": personas.get(found.persona),
        "page": paginate(rows, order=["-pk"], query=request.GET),
        "model": choosing.name_model(request.organization, found),
        "spent": spending.find_spent(request.organization, found.pk),
        "choice": choices.find(request.actor, found),
        "organization": request.organization,
        **_look_at(request),
    }
    return render(request, "agents/agent.html", context)


@require_POST
@requires(Permission.EDIT)
def give(request: Request, pk: int) -> HttpResponse:
    """Ask an agent to do something."""
    found = find(request, pk)
    text, page = request.POST.get("text", ""), request.POST.get("page", "")
    try:
        job = jobs.give(found, text=text, page=page, by=request.actor)
    except Refusal as refusal:
        return talking.refuse(request, refusal, back=reverse("agents:agent", args=[pk]))
    return redirect("agents:job", pk, job.pk)


@require_safe
@requires(Permission.SEE)
def job(request: Request, pk: int, turn: int) -> HttpResponse:
    """Show what an agent was asked to do, step by step as it happens."""
    found = find_job(request, pk, turn)
    if request.htmx:
        return talking.show_part(request, found)
    (shown,) = turns.present([found], by=request.actor, organization=request.organization)
    steps = found.steps.all()
    context = {
        "agent": found.agent,
        "turn": shown,
        "mine": talking.is_mine(request, found),
        "back": turns.address_of(found),
        "tokens": sum(step.tokens_in + step.tokens_out for step in steps),
        "cost": sum(step.cost_cents for step in steps),
        "about": names.find([refs.parse(found.page)], by=request.actor).get(found.page)
        if found.page
        else "",
        "organization": request.organization,
    }
    return render(request, "agents/job.html", context)


@require_POST
@requires(Permission.EDIT)
def stop(request: Request, pk: int, turn: int) -> HttpResponse:
    """Stop what an agent is doing."""
    found = find_job(request, pk, turn)
    try:
        jobs.stop(found, by=request.actor)
    except Refusal as refusal:
        return talking.refuse(request, refusal, back=turns.address_of(found))
    if request.htmx:
        return talking.show_part(request, find_job(request, pk, turn))
    return redirect("agents:job", pk, turn)


def find(request: Request, pk: int) -> Agent:
    """Return an agent of one's organization; any other is not there."""
    rows = Agent.objects.visible_to(request.actor).select_related("owner__user")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def find_jobs(request: Request, agent: Agent) -> Any:
    """Return what an agent was asked to do, as far as one may know of it."""
    return Job.objects.visible_to(request.actor).filter(agent=agent, is_trial=False)


def find_job(request: Request, pk: int, number: int) -> Job:
    """Return such a job."""
    rows = find_jobs(request, find(request, pk)).select_related("agent", "speaker__user")
    found: Job | None = rows.prefetch_related("steps").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _look_at(request: Request) -> dict[str, str]:
    """Return what one came from, and would have something done about."""
    ref = request.GET.get("at", "")
    called = names.find([refs.parse(ref)], by=request.actor) if refs.is_reference(ref) else {}
    return {"at": ref if ref in called else "", "seen": called.get(ref, "")}
