"""Exports as files to keep."""

from itertools import chain
from typing import cast

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from crm import exports
from crm.exports import Archived, NeverArchived
from crm.permissions import Permission, requires
from crm.requests import Request


@require_safe
@requires(Permission.IMPORT)
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """Send the rows of a kind that the person may see, as CSV: `archived` with, without or only."""
    asked = request.GET.get("archived", "with")
    if kind not in exports.find_kinds() or asked not in Archived:
        raise Http404
    try:
        lines = exports.stream(kind, by=cast(Request, request).actor, archived=Archived(asked))
    except NeverArchived:
        raise Http404 from None
    # Without the mark Excel takes the file for one of its country's old encoding.
    answer = StreamingHttpResponse(chain(["\ufeff"], lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer
