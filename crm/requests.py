"""A request as views get it: with who acts, and for which organization."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from audit.actors import Actor
from crm.models import Membership, Organization


class Request(HttpRequest):
    """A request of somebody who is logged in and belongs to an organization; see `middleware`."""

    actor: Actor
    membership: Membership
    organization: Organization
    htmx: HtmxDetails


def find_page(request: Request) -> str:
    """Return path and query of our own page on which a part is asked for; "" where it is none."""
    if not request.htmx:
        return ""
    try:
        return request.htmx.current_url_abs_path or ""
    except ValueError:  # a header may say anything
        return ""
