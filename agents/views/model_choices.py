"""Pages on which model thinks: of the organization, and of each agent."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from agents import jobs
from agents.forms.model_choice_forms import ModelChoiceForm
from agents.model_choices import addresses, choices, choosing, spending
from agents.models import Agent, Job
from agents.views import agents as pages
from audit.actions import Refusal
from crm.fields import FieldError
from crm.permissions import Permission, allows, requires
from crm.requests import Request


@sensitive_post_parameters("key")
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONFIGURE)
def organization_model(request: Request) -> HttpResponse:
    """Show and change which model thinks for the organization."""
    return _edit(request, None)


@sensitive_post_parameters("key")
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONFIGURE)
def agent_model(request: Request, pk: int) -> HttpResponse:
    """Show and change which model thinks for an agent."""
    return _edit(request, pages.find(request, pk))


@require_POST
@requires(Permission.CONFIGURE)
def try_organization_model(request: Request) -> HttpResponse:
    """Have the organization's model say something."""
    return _try(request, None)


@require_POST
@requires(Permission.CONFIGURE)
def try_agent_model(request: Request, pk: int) -> HttpResponse:
    """Have an agent's model say something."""
    return _try(request, pages.find(request, pk))


def _edit(request: Request, agent: Agent | None) -> HttpResponse:
    choice = choices.find(request.actor, agent)
    is_owner = allows(request.actor, Permission.ADMINISTER)
    currency = request.organization.currency
    form = ModelChoiceForm(
        request.POST or None, choice=choice, is_owner=is_owner, currency=currency
    )
    if request.htmx and request.method != "POST":
        return render(request, "agents/_trial.html", _find_trial(request, agent))
    if request.method == "POST" and form.is_valid():
        try:
            choices.change(
                by=request.actor, agent=agent, changes=form.changes(), key=form.read_key()
            )
        except FieldError as refusal:
            form.show(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. Try it, to see that it answers.")
            return redirect(_address(agent))
    context = {
        "agent": agent,
        "form": form,
        "choice": choice,
        "is_owner": is_owner,
        "in_force": choosing.name_model(request.organization, agent),
        "is_own": bool(choice.model),
        "spent": spending.find_spent(request.organization, agent.pk if agent else None),
        "providers": addresses.PROVIDERS,
        "has_rate": _knows_dollars(request),
        "organization": request.organization,
        **_find_trial(request, agent),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "agents/model_choice.html", context, status=status)


def _try(request: Request, agent: Agent | None) -> HttpResponse:
    try:
        jobs.try_model(by=request.actor, agent=agent)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    if request.htmx:
        return render(request, "agents/_trial.html", _find_trial(request, agent))
    return redirect(f"{_address(agent)}#trial")


def _find_trial(request: Request, agent: Agent | None) -> dict[str, Any]:
    """Return one's last trial of the model, and what came of it."""
    mine = Job.objects.visible_to(request.actor).filter(is_trial=True, agent=agent)
    rows = mine.filter(speaker=request.membership).prefetch_related("steps")
    trial = rows.order_by("-pk").first()
    said = next(iter(trial.steps.all()), None) if trial is not None else None
    return {
        "trial": trial,
        "said": said,
        "look": _address(agent),
        "organization": request.organization,
    }


def _address(agent: Agent | None) -> str:
    if agent is None:
        return reverse("agents:organization_model")
    return reverse("agents:agent_model", args=[agent.pk])


def _knows_dollars(request: Request) -> bool:
    home = request.organization
    return home.currency == "USD" or "USD" in home.rates
