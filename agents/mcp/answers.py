"""What a call answers, as the protocol has it: one line for people, and the facts for programs."""

from collections.abc import Mapping
from typing import Any, get_type_hints

from pydantic import BaseModel

from agents.calls.results import Result
from agents.catalogue.registry import TOOLS
from audit.models import Outcome


class Blocks(BaseModel):
    """What a tool answers that shows itself: pictures, sound, text, resources."""

    content: list[dict[str, Any]]


def shows_itself(tool: str) -> bool:
    """Whether a tool answers blocks."""
    return tool in TOOLS and get_type_hints(TOOLS[tool].run)["return"] is Blocks


def show(result: Result, *, tool: str) -> dict[str, Any]:
    """Return what `tools/call` answers where `tool` was called."""
    if result.is_done and shows_itself(tool):
        return {"content": result.result["content"], "isError": False}
    return {
        "content": [{"type": "text", "text": tell(result)}],
        "structuredContent": facts_of(result),
        "isError": result.http >= 400,
    }


def facts_of(result: Result) -> dict[str, Any]:
    """
    Return all there is to know of an answer, without what is empty.

    What a call would change is not its result: `would` stands beside it.
    """
    facts = {
        **result.details,
        "status": result.status.value,
        "summary": result.summary,
        "result": result.result,
        "action": result.action,
        "approval": result.approval,
        "because": result.because,
    }
    if isinstance(result.result, Mapping) and "would" in result.result:
        facts |= {"result": None, **result.result}
    return {key: value for key, value in facts.items() if value not in (None, [])}


def tell(result: Result) -> str:
    """Return an answer in one line, with what would help where it is no."""
    reasons = [each for each in result.because if each not in result.summary]
    line = f"{result.summary}: {'; '.join(reasons)}" if reasons else result.summary
    line = f"{line.rstrip('.')}."
    if "unmet" in result.details:
        missing = (each.get("says") or each.get("label") for each in result.details["unmet"])
        line += f" Missing: {'; '.join(str(each) for each in missing if each)}."
    if "candidates" in result.details:
        line += f" Candidates: {'; '.join(map(_name, result.details['candidates']))}."
    if result.status == Outcome.WAITING and result.action:
        line += f" get_action {result.action} says what comes of it."
    return " ".join(line.split())


def _name(candidate: Mapping[str, Any]) -> str:
    return " ".join(str(value) for value in candidate.values() if value)
