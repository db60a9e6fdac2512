"""What people of each role may do. Agents are governed by scope and policy instead."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from audit import undo
from audit.actors import Actor
from crm.models import CustomField, Organization, Role


class Permission(StrEnum):
    """What one may be allowed."""

    SEE = "see"
    EDIT = "edit"
    MOVE = "move"
    IMPORT = "import"
    DECIDE = "decide"
    WAIVE = "waive"
    UNDO = "undo"
    CONFIGURE = "configure"
    ADMINISTER = "administer"


_VIEWER = frozenset({Permission.SEE})
_MEMBER = _VIEWER | {Permission.EDIT, Permission.MOVE}
_MANAGER = _MEMBER | {
    Permission.IMPORT,
    Permission.DECIDE,
    Permission.WAIVE,
    Permission.UNDO,
    Permission.CONFIGURE,
}

GRANTS: dict[str, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.MEMBER: _MEMBER,
    Role.MANAGER: _MANAGER,
    Role.OWNER: frozenset(Permission),
}


def allows(actor: Actor, permission: Permission) -> bool:
    """Whether a person's role grants `permission`; whoever is not a person is bound elsewhere."""
    return not actor.is_person or permission in GRANTS.get(actor.role, frozenset())


@undo.permits_all
def undoes_all(actor: Actor) -> bool:
    """Whether a person's role lets them undo what others did."""
    return actor.is_person and allows(actor, Permission.UNDO)


@undo.permits_own
def undoes_own(actor: Actor) -> bool:
    """Whether a person's role lets them write at all: who only looks on by now undoes nothing."""
    return allows(actor, Permission.EDIT)


def configures(actor: Actor) -> bool:
    """Whether a person's role lets them change settings."""
    return allows(actor, Permission.CONFIGURE)


undo.restrict([model._meta.db_table for model in (CustomField, Organization)], configures)


View = Callable[..., HttpResponseBase]


def requires(permission: Permission) -> Callable[[View], View]:
    """
    Let only people in whose role grants `permission`.

    Who is not logged in is asked to; who belongs to no organization, or whose role does not reach
    that far, gets 403 and is told so.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if actor is None:
                raise PermissionDenied("You belong to no organization here. Ask to be let in.")
            if not allows(actor, permission):
                raise PermissionDenied(f"Your role, {actor.role}, may not {permission} here.")
            return view(request, *args, **kwargs)

        return guarded

    return guard
