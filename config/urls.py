"""Every URL, by app."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from config.health import healthz
from crm.passwords import LoginForm, PasswordChangeForm

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path(
        "login/",
        auth.LoginView.as_view(authentication_form=LoginForm, redirect_authenticated_user=True),
        name="login",
    ),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(form_class=PasswordChangeForm),
        name="password_change",
    ),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("admin/", admin.site.urls),
    path("api/", include("agents.api.urls")),
    path("", include("agents.mcp.urls")),
    path("", include("agents.urls")),
    path("", include("pipelines.urls")),
    path("", include("crm.urls")),
    path("inbox/", include("approvals.urls")),
    path("", include("audit.urls")),
]
