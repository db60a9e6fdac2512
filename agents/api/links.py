"""Where answers lead: what of one operation is what another takes."""

from typing import Any

BODY = "$response.body#"


def _link(operation: str, description: str, **parameters: str) -> dict[str, Any]:
    return {"operationId": operation, "description": description, "parameters": parameters}


LINKS: dict[str, dict[str, Any]] = {
    "Action": _link("actions_get", "What came of it.", action=f"{BODY}/action"),
    "UndoAction": _link("actions_undo", "Take it back.", action=f"{BODY}/action"),
    "JudgeAction": _link("actions_feedback", "Say whether it was right.", action=f"{BODY}/action"),
    "Approval": _link("approvals_get", "What became of it.", approval=f"{BODY}/approval"),
    "Grant": _link("approvals_grant", "Grant it.", approval=f"{BODY}/approval"),
    "Refuse": _link("approvals_refuse", "Refuse it.", approval=f"{BODY}/approval"),
    "Withdraw": _link("approvals_withdraw", "Take it back.", approval=f"{BODY}/approval"),
    "FirstObject": _link("objects_get", "The first of them.", ref=f"{BODY}/results/0/ref"),
    "FirstAction": _link("actions_get", "The first of them.", action=f"{BODY}/results/0/action"),
    "UndoFirst": _link("actions_undo", "Take it back.", action=f"{BODY}/results/0/action"),
    "FirstApproval": _link(
        "approvals_get", "The first of them.", approval=f"{BODY}/results/0/approval"
    ),
    "GrantFirst": _link("approvals_grant", "Grant it.", approval=f"{BODY}/results/0/approval"),
    "RefuseFirst": _link("approvals_refuse", "Refuse it.", approval=f"{BODY}/results/0/approval"),
    "MoreObjects": _link("objects_list", "The next page.", after=f"{BODY}/next"),
    "MoreActions": _link("actions_list", "The next page.", after=f"{BODY}/next"),
    "MoreApprovals": _link("approvals_list", "The next page.", after=f"{BODY}/next"),
    "Board": _link("pipelines_board", "Its board.", pipeline=f"{BODY}/result/pipeline"),
    "Apply": {
        "operationId": "undo_apply",
        "description": "Carry the plan out.",
        "requestBody": {"plan": f"{BODY}/plan"},
    },
}
# By operation and status, the links of its answer.
WAYS = {
    ("objects_list", "200"): ["FirstObject", "MoreObjects"],
    ("actions_list", "200"): ["FirstAction", "UndoFirst", "MoreActions"],
    ("approvals_list", "200"): ["FirstApproval", "GrantFirst", "RefuseFirst", "MoreApprovals"],
    ("undo_plan", "200"): ["Apply"],
    ("undo_apply", "200"): ["Action", "UndoAction"],
    ("call_create_pipeline", "200"): ["Action", "UndoAction", "JudgeAction", "Board"],
}
OF_CALLS = {
    "200": ["Action", "UndoAction", "JudgeAction"],
    "202": ["Approval", "Grant", "Refuse", "Withdraw"],
}


def add(paths: dict[str, Any]) -> None:
    """Put the links of each answer into the document."""
    for methods in paths.values():
        for described in methods.values():
            name = described["operationId"]
            for status, answer in described["responses"].items():
                called = (
                    OF_CALLS.get(status, []) if name.startswith("call_") or status == "202" else []
                )
                if ways := WAYS.get((name, status), called):
                    answer["links"] = {way: {"$ref": f"#/components/links/{way}"} for way in ways}
