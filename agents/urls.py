"""Addresses of the pages about agents."""

from django.urls import path

from agents.views import connecting, tools

app_name = "agents"
urlpatterns = [
    path("connect/", connecting.connect, name="connect"),
    path("tools/", tools.tools, name="tools"),
    path("tools/<str:name>/", tools.tool, name="tool"),
]
