"""Headers that differ by page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def admin_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Middleware: allow the admin's look what it needs, and no other page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_config = settings.SECURE_CSP_ADMIN  # type: ignore[attr-defined]
        return response

    return middleware
