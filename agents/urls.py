"""Addresses of the pages about agents."""

from django.urls import path

from agents.views import carried, connecting, conversations, talking, tools

app_name = "agents"
urlpatterns = [
    path("connect/", connecting.connect, name="connect"),
    path("actions/<int:pk>/carried/", carried.carried, name="carried"),
    path("tools/", tools.tools, name="tools"),
    path("tools/<str:name>/", tools.tool, name="tool"),
    path("ask/", conversations.conversation_list, name="conversation_list"),
    path("ask/new/", conversations.begin, name="conversation_begin"),
    path("ask/panel/", conversations.panel, name="panel"),
    path("ask/<int:pk>/", conversations.conversation, name="conversation"),
    path("ask/<int:pk>/say/", talking.speak, name="conversation_say"),
    path("ask/<int:pk>/change/", conversations.change, name="conversation_change"),
    path("ask/<int:pk>/turns/<int:turn>/", talking.turn, name="turn"),
    path("ask/<int:pk>/turns/<int:turn>/confirm/", talking.confirm, name="turn_confirm"),
    path("ask/<int:pk>/turns/<int:turn>/cancel/", talking.cancel, name="turn_cancel"),
]
