"""The boards themselves: a pipeline's columns, and more of a column as one scrolls."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from crm import search
from crm.fields import FieldError
from crm.permissions import Permission, requires
from crm.requests import Request, find_page
from pipelines import boards, narrowing
from pipelines.boards import Filters
from pipelines.models import Pipeline, Stage


@requires(Permission.SEE)
def home(request: Request) -> HttpResponse:
    """Go to the board that comes first: the default one, else by order."""
    open_boards = Pipeline.objects.visible_to(request.actor).filter(archived_at=None)
    first = open_boards.order_by("-is_default", "order", "pk").first()
    if first is not None:
        return redirect("pipelines:board", first.pk)
    return render(request, "pipelines/home.html")


@requires(Permission.SEE)
def board(request: Request, pk: int) -> HttpResponse:
    """Show a pipeline: every column's count and value, and its first cards."""
    by = request.actor
    seen = Pipeline.objects.visible_to(by).filter(archived_at=None)
    pipeline = get_object_or_404(seen, pk=pk)
    filters = read_filters(request)
    shown = boards.get_board(pipeline, by=by, filters=filters)
    context = {
        "pipeline": pipeline,
        "pipelines": seen.order_by("order", "pk"),
        "columns": shown.columns,
        "owners": boards.find_owners(pipeline, by=by),
        "filters": {"q": filters.text, "owner": filters.owner},
        "asked": search.clean(request.GET.get("asked", "")),
        "narrowed": filters.narrowed,
        "comparisons": _show(request, filters),
        "narrowing": _narrowing(filters),
    }
    return render(request, "pipelines/board.html", context)


@requires(Permission.SEE)
def column(request: Request, pk: int) -> HttpResponse:
    """Show more cards of one column; where no script runs, the board."""
    stage = get_object_or_404(Stage.objects.visible_to(request.actor), pk=pk)
    if not request.htmx:
        return redirect("pipelines:board", stage.pipeline_id)
    filters = read_filters(request)
    after = request.GET.get("after", "")
    try:
        page = boards.get_column(stage, by=request.actor, after=after, filters=filters)
    except FieldError as refusal:
        return HttpResponse(str(refusal), status=400, content_type="text/plain")
    context = {"page": page, "stage": stage, "narrowing": _narrowing(filters)}
    return render(request, "pipelines/_cards.html", context)


def read_filters(request: Request) -> Filters:
    """Return the filters of an address; what does not read narrows nothing."""
    return _read(request, request.GET)


def read_filters_of_page(request: Request) -> Filters:
    """Return the filters of the board on which a part of it is asked for."""
    query = find_page(request).partition("#")[0].partition("?")[2]
    return _read(request, QueryDict(query))


def _read(request: Request, query: QueryDict) -> Filters:
    given = {"text": query.get("q", ""), "owner": query.get("owner", "")}
    narrowed = narrowing.read(query)
    try:
        return replace(boards.read_filters(given, by=request.actor), narrowed=narrowed)
    except FieldError:
        return Filters(text=search.clean(given["text"]), narrowed=narrowed)


def _show(request: Request, filters: Filters) -> list[narrowing.Shown]:
    """Return the comparisons of a board for its form."""
    if not filters.narrowed:
        return []
    others = {name: request.GET.get(name, "") for name in ("q", "owner", "asked")}
    return narrowing.show(filters.narrowed, by=request.actor, others=others)


def _narrowing(filters: Filters) -> str:
    given: dict[str, Any] = {"q": filters.text, "owner": filters.owner}
    said = [(name, value) for name, value in given.items() if value]
    query = urlencode([*said, *filters.narrowed.as_pairs()])
    return f"&{query}" if query else ""
