"""Where the Model Context Protocol is spoken, and where that is described."""

from django.urls import path, re_path

from agents.mcp import views

WELL_KNOWN = ".well-known/oauth-protected-resource"

urlpatterns = [
    path("mcp", views.door, name="door"),
    path("mcp/", views.door),
    path(f"{WELL_KNOWN}/mcp", views.describe_resource, name="resource"),
    re_path(f"^{WELL_KNOWN}/?$", views.describe_resource),
]

app_name = "mcp"
