"""Addresses of the pages about agents."""

from django.urls import path

from agents.views import (
    agents,
    boards,
    carried,
    connecting,
    conversations,
    model_choices,
    talking,
    tools,
)

app_name = "agents"
urlpatterns = [
    path("connect/", connecting.connect, name="connect"),
    path("actions/<int:pk>/carried/", carried.carried, name="carried"),
    path("tools/", tools.tools, name="tools"),
    path("tools/<str:name>/", tools.tool, name="tool"),
    path("agents/", agents.agent_list, name="agent_list"),
    path("agents/<int:pk>/", agents.agent, name="agent"),
    path("agents/<int:pk>/jobs/new/", agents.give, name="job_give"),
    path("agents/<int:pk>/jobs/<int:turn>/", agents.job, name="job"),
    path("agents/<int:pk>/jobs/<int:turn>/stop/", agents.stop, name="job_stop"),
    path("agents/<int:pk>/model/", model_choices.agent_model, name="agent_model"),
    path("agents/<int:pk>/model/try/", model_choices.try_agent_model, name="agent_model_try"),
    path("settings/model/", model_choices.organization_model, name="organization_model"),
    path(
        "settings/model/try/", model_choices.try_organization_model, name="organization_model_try"
    ),
    path("boards/<int:pk>/ask/", boards.ask, name="board_ask"),
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
