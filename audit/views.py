"""Pages of the ledger: what agents did, one action, the history of an object, undo."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import wraps
from itertools import groupby
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from audit import clock, timeline, undo, wording
from audit.actions import Refusal
from audit.actors import Actor
from audit.models import Action, Outcome
from audit.timeline import Filters, NoSuchObject
from audit.undo import Plan, Selection, Undone
from audit.undo.items import Item
from audit.undo.units import Deed

View = Callable[..., HttpResponse]
# How many units of each sort a plan shows; the rest is counted.
SHOWN = 25
# What of an address says what is to be undone.
SELECTORS = ("action", "correlation", "actor", "since")
GROUPS = {
    "restorable": ("Goes back", ""),
    "conflicts": ("Stays: changed since", "Somebody else wrote later."),
    "dependent": ("Stays: still needed", "Something made later points here."),
    "irreversible": ("Stays: cannot be taken back", ""),
    "already_undone": ("Undone already", ""),
}


class _Asked(HttpRequest):
    """A request of somebody who works here."""

    actor: Actor


def _people(view: View) -> View:
    """Let people of an organization in; ask others to log in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if getattr(request, "actor", None) is None:
            raise PermissionDenied("You belong to no organization here. Ask to be let in.")
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@_people
def actions(request: _Asked) -> HttpResponse:
    """Show what was done, by agents unless others are asked for."""
    given = {
        "actor": request.GET.get("actor", "agents"),
        "outcome": request.GET.get("outcome", ""),
        "since": request.GET.get("since", ""),
        "reads": request.GET.get("reads", ""),
    }
    filters = _read_filters(given)
    page = timeline.get_page(
        by=request.actor,
        filters=filters,
        before=_number(request.GET, "before"),
        after=_number(request.GET, "after"),
    )
    query = urlencode({name: value for name, value in given.items() if value or name == "actor"})
    context = {
        "page": {
            "rows": page.rows,
            "next": f"?{query}&before={page.next}" if page.next else None,
            "previous": f"?{query}&after={page.previous}" if page.previous else None,
        },
        "filters": given,
        "actors": timeline.find_actors(by=request.actor),
        "outcomes": Outcome.choices,
        "undo_all": _undo_all(given, filters),
    }
    return render(request, "audit/actions.html", context)


@require_safe
@_people
def action(request: _Asked, pk: int) -> HttpResponse:
    """Show one action with all that it changed."""
    found = get_object_or_404(Action.objects.visible_to(request.actor), pk=pk)
    timeline.mark_undone([found], by=request.actor)
    context = {
        "action": found,
        "changes": timeline.describe_changes(found, by=request.actor),
        "verdict": found.verdict,
        "resumes": found.resumes_id,
        "undone_by": found.undone_by,
    }
    return render(request, "audit/action.html", context)


@require_safe
@_people
def history(request: _Asked, ref: str) -> HttpResponse:
    """Show what happened to one object: a part of its page, or a page where no script runs."""
    try:
        page = timeline.get_of(ref, by=request.actor, before=_number(request.GET, "before"))
    except NoSuchObject:
        raise Http404 from None
    here = reverse("audit:timeline", args=[ref])
    came_from = request.META.get("HTTP_REFERER", "")
    context = {
        "days": [
            {"said": said, "actions": list(rows)}
            for said, rows in groupby(page.rows, key=lambda row: _day(row.started_at))
        ],
        "next": f"{here}?before={page.next}" if page.next else None,
        "title": "What happened",
        "back": came_from if _is_here(request, came_from) else "",
    }
    part = bool(request.headers.get("HX-Request"))
    return render(request, "audit/_timeline.html" if part else "audit/timeline.html", context)


@require_safe
@_people
def undo_plan(request: _Asked) -> HttpResponse:
    """Show what undoing would do, before it is done."""
    try:
        plan = undo.plan(_selection(request.GET), by=request.actor)
    except undo.MayNotUndo as refusal:
        raise PermissionDenied(str(refusal)) from None
    except Refusal as refusal:
        raise Http404(str(refusal)) from None
    context = {
        "plan": {
            "title": _title(plan),
            "digest": undo.keep(plan),
            "restorable_count": plan.counts["restorable"],
            "groups": _groups(plan),
        },
        "back": _where_from(request),
    }
    return render(request, "audit/undo_plan.html", context)


@require_POST
@_people
def undo_apply(request: _Asked) -> HttpResponse:
    """Undo what was shown, as far as it still holds; go back to where one came from."""
    came_from = request.POST.get("back", "")
    back = came_from if _is_here(request, came_from) else reverse("audit:actions")
    try:
        kept = undo.find(request.POST.get("digest", ""), by=request.actor)
        done = undo.apply(kept, by=request.actor)
    except undo.MayNotUndo as refusal:
        raise PermissionDenied(str(refusal)) from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    messages.success(request, done.summary)
    return redirect("audit:action", done.action_id) if _is_gone(back, done) else redirect(back)


def _is_gone(address: str, done: Undone) -> bool:
    """Say whether a page was that of a row now removed; pages are named after what they show."""
    parts = [part for unit in done.restored for part in unit.parts if part.deed is Deed.REMOVE]
    try:
        page = resolve(urlsplit(address).path)
    except Resolver404:
        return True
    shown = f"{page.url_name}:{page.kwargs.get('pk')}"
    return any(wording.ref(part.row.table, part.row.id) == shown for part in parts)


def _selection(query: QueryDict) -> Selection:
    """Read what is to be undone; what does not read selects nothing."""
    number = _number(query, "action")
    text = query.get("correlation")
    try:
        correlation = UUID(text) if text else None
    except ValueError:
        raise Http404 from None
    return Selection(
        actions=(number,) if number else (),
        correlation=correlation,
        actor=query.get("actor", ""),
        since=_midnight(query.get("since", "")),
    )


def _undo_all(given: dict[str, str], filters: Filters) -> str | None:
    """Return the address of undoing all that one actor did since a day."""
    if ":" not in given["actor"] or filters.since is None:
        return None
    query = urlencode({"actor": given["actor"], "since": given["since"]})
    return f"{reverse('audit:undo_plan')}?{query}"


def _read_filters(given: dict[str, str]) -> Filters:
    outcome = given["outcome"] if given["outcome"] in Outcome.values else ""
    since = _midnight(given["since"])
    return Filters(actor=given["actor"], outcome=outcome, since=since, reads=bool(given["reads"]))


def _midnight(text: str) -> datetime | None:
    """Return the first moment of a day where the person is; None where `text` is no day."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min))
    except ValueError:
        return None


def _groups(plan: Plan) -> list[dict[str, Any]]:
    described = plan.describe(limit=SHOWN)
    return [
        {
            "state": key,
            "title": title,
            "explained": explained,
            "items": [_item(item) for item in described[key]],
            "more": max(0, plan.counts[key] - len(described[key])),
        }
        for key, (title, explained) in GROUPS.items()
        if plan.counts[key]
    ]


def _item(item: Item) -> dict[str, Any]:
    rows = [
        {"label": each.label, "now": each.now_text, "back": each.other_text}
        for each in item.fields
        if each.field not in timeline.UNSAID
    ]
    said = "" if rows and item.status.value == "restorable" else item.says
    if item.fields and not rows:
        said = "Its place among the others."
    return {"what": item.name or item.ref, "said": said, "rows": rows}


def _title(plan: Plan) -> str:
    if not plan.actions:
        return "nothing"
    first, others = plan.actions[0], len(plan.actions) - 1
    return f"{first.summary or first.name}{f', and {others} more' if others else ''}"


def _day(moment: datetime) -> str:
    local = timezone.localtime(moment)
    if local.date() == timezone.localtime(clock.real_now()).date():
        return "Today"
    return date_format(local, "j F Y")


def _number(query: QueryDict, name: str) -> int | None:
    text = query.get(name, "").removeprefix("action:")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _where_from(request: HttpRequest) -> str:
    """Return the page one came from, if it is the product's own and is there still."""
    came_from = request.META.get("HTTP_REFERER", "")
    return came_from if _is_here(request, came_from) else reverse("audit:actions")


def _is_here(request: HttpRequest, address: str) -> bool:
    """Say whether an address leads to a page of the product's own."""
    return url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
