"""Where the API is."""

from django.urls import path, re_path

from agents.api import approvals, boards, conversations, ledger, objects, schema, tools
from agents.api.doors import NowhereView

urlpatterns = [
    path("schema/", schema.SchemaView.as_view(), name="schema"),
    path("tools/", tools.ToolsView.as_view(), name="tools"),
    path("tools/<str:name>/", tools.ToolView.as_view(), name="tool"),
    path("objects/", objects.ObjectsView.as_view(), name="objects"),
    path("objects/<str:ref>/", objects.ObjectView.as_view(), name="object"),
    path("pipelines/<int:number>/board/", boards.BoardView.as_view(), name="board"),
    path("approvals/", approvals.ApprovalsView.as_view(), name="approvals"),
    path("approvals/<int:number>/", approvals.ApprovalView.as_view(), name="approval"),
    path("approvals/<int:number>/grant/", approvals.GrantView.as_view(), name="grant"),
    path("approvals/<int:number>/refuse/", approvals.RefuseView.as_view(), name="refuse"),
    path("approvals/<int:number>/withdraw/", approvals.WithdrawView.as_view(), name="withdraw"),
    path("actions/", ledger.ActionsView.as_view(), name="actions"),
    path("actions/<int:number>/", ledger.ActionView.as_view(), name="action"),
    path("actions/<int:number>/undo/", ledger.UndoView.as_view(), name="undo"),
    path("actions/<int:number>/feedback/", ledger.FeedbackView.as_view(), name="feedback"),
    path("conversations/", conversations.ConversationsView.as_view(), name="conversations"),
    path(
        "conversations/<int:number>/",
        conversations.ConversationView.as_view(),
        name="conversation",
    ),
    path(
        "conversations/<int:number>/messages/",
        conversations.MessagesView.as_view(),
        name="messages",
    ),
    path(
        "conversations/<int:number>/turns/<int:turn>/confirm/",
        conversations.ConfirmView.as_view(),
        name="confirm_turn",
    ),
    path(
        "conversations/<int:number>/turns/<int:turn>/cancel/",
        conversations.CancelView.as_view(),
        name="cancel_turn",
    ),
    path("undo/plan/", ledger.PlanView.as_view(), name="undo_plan"),
    path("undo/apply/", ledger.ApplyView.as_view(), name="undo_apply"),
    re_path("", NowhereView.as_view()),
]

app_name = "api"
