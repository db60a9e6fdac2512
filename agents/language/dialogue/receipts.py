"""Receipts: what came of the calls that change something, from their results alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from agents.language.words.wording import bag
from audit.actors import Actor

READS = bag(
    "measure_objects search_objects get_object identify_at_risk_deals "
    "analyze_pipeline get_board suggest_next_action predict_outcome"
)


def receipt(
    steps: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]], by: Actor
) -> str:
    """Say what came of the calls that change something, from their results alone."""
    lines = []
    for step, result in zip(steps, results, strict=False):
        if step["tool"] in READS:
            continue
        status = result.get("status")
        if status != "done":
            word = {
                "waiting": "Waits for approval",
                "refused": "Not done",
                "denied": "Not allowed",
            }.get(str(status), "Failed")
            because = "; ".join(result.get("because") or []) or result.get("summary", "")
            lines.append(f"{word}: {because}")
        elif step["tool"] == "bulk_update":
            lines.append(_receipt_of_many(step, result))
        else:
            said = str(result.get("summary") or step["says"])
            lines.append(said if said.endswith((".", "?", "!")) else f"{said}.")
    return "\n".join(lines)


def _receipt_of_many(step: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    found = result.get("result") or {}
    text = f"{found.get('done', 0)} of {found.get('count', 0)} {step['says']}."
    if found.get("unchanged"):
        text += f" {found['unchanged']} were so already."
    refused = [each for each in found.get("records", ()) if each.get("outcome") == "refused"]
    rows = [f"- {each['name']}: {each['because']}" for each in refused[:10]]
    return "\n".join([text, *([f"{len(refused)} could not be:"] if refused else []), *rows])
