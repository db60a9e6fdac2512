"""Exports as files to keep."""

from collections.abc import Iterator
from typing import cast

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from audit.actions import tenant
from audit.actors import Actor
from crm import exports
from crm.permissions import Permission, requires
from crm.requests import Request


@require_safe
@requires(Permission.IMPORT)
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """Send every row of a kind that the person may see, as CSV."""
    if kind not in exports.find_kinds():
        raise Http404
    answer = StreamingHttpResponse(
        _lines(kind, cast(Request, request).actor), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer


def _lines(kind: str, by: Actor) -> Iterator[str]:
    """Read in a transaction of its own: the request's has ended when the body is sent."""
    with tenant(by.organization_id or 0):
        yield from exports.stream(kind, by=by)
