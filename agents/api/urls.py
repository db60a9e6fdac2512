"""Where the API is."""

from django.urls import path, re_path, register_converter

from agents.api import approvals, boards, conversations, jobs, ledger, objects, schema, tools
from agents.api.doors import NowhereView
from agents.api.operations import ID


class OneOf:
    """One row of a kind in an address, by number or by reference: 42 or action:42."""

    kind = ""
    regex = ""

    def __init_subclass__(cls) -> None:
        cls.regex = f"(?:{cls.kind}:)?{ID}"
        register_converter(cls, cls.kind)

    def to_python(self, text: str) -> int:
        return int(text.removeprefix(f"{self.kind}:"))

    def to_url(self, row: object) -> str:
        return str(row)


class OneAction(OneOf):
    kind = "action"


class OneAgent(OneOf):
    kind = "agent"


class OneApproval(OneOf):
    kind = "approval"


class OneConversation(OneOf):
    kind = "conversation"


class OnePipeline(OneOf):
    kind = "pipeline"


urlpatterns = [
    path("schema/", schema.SchemaView.as_view(), name="schema"),
    path("tools/", tools.ToolsView.as_view(), name="tools"),
    path("tools/<str:name>/", tools.ToolView.as_view(), name="tool"),
    path("objects/", objects.ObjectsView.as_view(), name="objects"),
    path("objects/<str:ref>/", objects.ObjectView.as_view(), name="object"),
    path("pipelines/<pipeline:pipeline>/board/", boards.BoardView.as_view(), name="board"),
    path("approvals/", approvals.ApprovalsView.as_view(), name="approvals"),
    path("approvals/<approval:approval>/", approvals.ApprovalView.as_view(), name="approval"),
    path("approvals/<approval:approval>/grant/", approvals.GrantView.as_view(), name="grant"),
    path("approvals/<approval:approval>/refuse/", approvals.RefuseView.as_view(), name="refuse"),
    path(
        "approvals/<approval:approval>/withdraw/", approvals.WithdrawView.as_view(), name="withdraw"
    ),
    path("actions/", ledger.ActionsView.as_view(), name="actions"),
    path("actions/<action:action>/", ledger.ActionView.as_view(), name="action"),
    path("actions/<action:action>/undo/", ledger.UndoView.as_view(), name="undo"),
    path("actions/<action:action>/feedback/", ledger.FeedbackView.as_view(), name="feedback"),
    path("conversations/", conversations.ConversationsView.as_view(), name="conversations"),
    path(
        "conversations/<conversation:conversation>/",
        conversations.ConversationView.as_view(),
        name="conversation",
    ),
    path(
        "conversations/<conversation:conversation>/change/",
        conversations.ChangeView.as_view(),
        name="conversation_change",
    ),
    path(
        "conversations/<conversation:conversation>/messages/",
        conversations.MessagesView.as_view(),
        name="messages",
    ),
    path(
        "conversations/<conversation:conversation>/turns/<int:turn>/confirm/",
        conversations.ConfirmView.as_view(),
        name="confirm_turn",
    ),
    path(
        "conversations/<conversation:conversation>/turns/<int:turn>/cancel/",
        conversations.CancelView.as_view(),
        name="cancel_turn",
    ),
    path("agents/<agent:agent>/jobs/", jobs.JobsView.as_view(), name="jobs"),
    path("agents/<agent:agent>/jobs/<int:job>/", jobs.JobView.as_view(), name="job"),
    path("agents/<agent:agent>/jobs/<int:job>/stop/", jobs.StopView.as_view(), name="stop_job"),
    path("undo/plan/", ledger.PlanView.as_view(), name="undo_plan"),
    path("undo/apply/", ledger.ApplyView.as_view(), name="undo_apply"),
    re_path("", NowhereView.as_view()),
]

app_name = "api"
