"""Who acts in a browser session, and for which organization."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from audit.actions import tenant
from audit.actors import Door
from crm import people
from crm.models import Membership

SESSION_KEY = "organization"


def actor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """
    Give `request` its actor, membership and organization, and its reads one organization to see.

    Requests without a session's log-in pass unchanged: the API authenticates by itself, and opens
    its own transactions.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = request.membership = request.organization = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated or "HTTP_AUTHORIZATION" in request.META:
            return get_response(request)
        membership = choose_membership(request)
        if membership is None:
            return get_response(request)
        door = Door.ADMIN if request.path.startswith("/admin/") else Door.BOARD
        request.membership = membership  # type: ignore[attr-defined]
        request.organization = membership.organization  # type: ignore[attr-defined]
        request.actor = people.actor_of(membership, door=door)  # type: ignore[attr-defined]
        if request.path.startswith("/api/"):
            return get_response(request)  # its doors open transactions of their own
        zone = membership.organization.time_zone
        with tenant(membership.organization_id), timezone.override(zone):
            return get_response(request)

    return middleware


def choose_membership(request: HttpRequest) -> Membership | None:
    """Return the membership the session chose, else the user's first active one."""
    mine = (
        Membership.objects.active().filter(user=request.user).select_related("organization", "user")
    )
    chosen = request.session.get(SESSION_KEY)
    ordered = sorted(mine, key=lambda each: (each.organization_id != chosen, each.pk))
    return ordered[0] if ordered else None
