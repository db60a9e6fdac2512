"""What every page's template may ask."""

from typing import Any

from django.http import HttpRequest

from crm.permissions import Permission, allows


def may(request: HttpRequest) -> dict[str, Any]:
    """Give templates `may`: what the role of the person at the page allows, by name."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"may": {}}
    return {"may": {permission.value: allows(actor, permission) for permission in Permission}}
