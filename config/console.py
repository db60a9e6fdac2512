"""The admin's site: who may enter the override console, and how."""

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

from crm.permissions import Permission, allows


class Console(UnfoldAdminSite):
    """Managers and owners enter, for the organization they are logged in to."""

    site_title = site_header = "Wheelhouse"
    index_title = "Override console"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take no groups: roles say what people may, and a second answer would go unseen."""
        if Group not in (model_or_iterable if isinstance(model_or_iterable, list | tuple) else []):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and allows(actor, Permission.CONFIGURE)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send people to the one log-in there is; tell those who are logged in why not."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        if request.user.is_authenticated:
            raise PermissionDenied("The console is for managers and owners.")
        return redirect_to_login(reverse("admin:index", current_app=self.name))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("password_change"))


def get_favicon(request: HttpRequest) -> str:
    """Return where the product's sign is, for the console's pages too."""
    return static("favicon.svg")
