"""Pages of tools: which there are, what each takes and answers, and a form to try it."""

import json
import secrets
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from agents import tools as catalogue
from agents.api import problems
from agents.calls import dispatch
from agents.calls.results import Result
from agents.catalogue import finding
from agents.catalogue.registry import TOOLS, Tool
from agents.forms import offers, reference, samples
from agents.forms.tool_forms import ToolForm
from audit.models import Outcome
from crm.permissions import Permission, allows, requires
from crm.requests import Request

assert catalogue.__path__, "every tool is registered once the catalogue is imported"

RUN = "run"  # what the button says that does not only try
MOST_FOUND = 12
TONES = {Outcome.DONE: "good", Outcome.WAITING: "waits"}


@require_safe
@requires(Permission.SEE)
def tools(request: Request) -> HttpResponse:
    """List the tools one may use, or those that words mean."""
    usable = [TOOLS[name] for name in sorted(TOOLS) if allows(request.actor, TOOLS[name].needs)]
    words = request.GET.get("words", "").strip()
    listed = finding.find(words, usable, limit=MOST_FOUND) if words else usable
    context = {
        "tools": [reference.describe(tool) for tool in listed],
        "words": words,
        "of": len(usable),
    }
    part = "agents/_tools.html" if request.htmx else "agents/tools.html"
    return render(request, part, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE)
def tool(request: Request, name: str) -> HttpResponse:
    """Describe a tool, with a form to try it; make the call where the form was sent."""
    found = TOOLS.get(name)
    if found is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    is_empty = "empty" in request.GET
    example = {} if is_empty else found.example
    there = offers.find(found, by=request.actor)
    form = ToolForm(found, data, offers=there, example=example)
    is_read = data is None or form.is_valid()
    arguments = form.arguments() if is_read else {}
    result = _call(request, found, arguments) if data is not None and is_read else None
    if result is not None:
        form.show(result.details.get("fields", {}))
    context = {
        "tool": found,
        "described": reference.describe(found),
        "may_use": allows(request.actor, found.needs),
        "form": form,
        "reason": request.POST.get("reason", ""),
        "is_empty": is_empty,
        "key": secrets.token_urlsafe(12),
        "answer": show(result) if result else None,
        "samples": _write_samples(request, found, arguments) if is_read else [],
    }
    part = "agents/_try.html" if request.htmx else "agents/tool.html"
    return render(request, part, context, status=422 if form.errors else 200)


def _call(request: Request, tool: Tool, arguments: dict[str, Any]) -> Result:
    """Make the call as whoever is logged in; it leaves nothing unless it is to be run."""
    return dispatch.call(
        request.actor,
        tool.name,
        arguments,
        reason=request.POST.get("reason", ""),
        key=request.POST.get("key", ""),
        dry_run=request.POST.get("do") != RUN,
    )


def show(result: Result) -> dict[str, Any]:
    """Return an answer as the page shows it."""
    told = result.result if isinstance(result.result, dict) else {}
    flat = {name: each for name, value in told.items() if (each := _flat(value)) is not None}
    would = told["would"] if isinstance(told.get("would"), dict) else {}
    return {
        "result": result,
        "tone": TONES.get(result.status, "bad"),
        "was_tried": told.get("dry_run", False),
        "rows": would.get("rows", []),
        "facts": {} if would else flat,
        "action": _number(result.action),
        "approval": _number(result.approval),
        "json": json.dumps(problems.answer(result), ensure_ascii=False, indent=2),
    }


def _flat(value: Any) -> str | int | float | None:
    """Return a value that fits into one line; None where it is empty, or more than that."""
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return ", ".join(map(str, value)) or None
    return value if isinstance(value, str | int | float) and value != "" else None


def _number(ref: str | None) -> str:
    return (ref or "").partition(":")[2]


def _write_samples(request: Request, tool: Tool, arguments: dict[str, Any]) -> list[samples.Sample]:
    """Return the call as it stands in the form, in other words."""
    return samples.write(
        tool,
        arguments,
        home=request.build_absolute_uri("/").rstrip("/"),
        reason=request.POST.get("reason", "") or "To see how it works",
        dry_run=request.POST.get("do") != RUN,
    )
