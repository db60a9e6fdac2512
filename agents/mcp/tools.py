"""Tools: those of the catalogue, listed and called."""

from typing import Any

from mcp_types.jsonrpc import INVALID_PARAMS
from pydantic import ValidationError

from agents import tools  # noqa: F401  (the catalogue)
from agents.calls import dispatch, listings, progress, results
from agents.calls.results import Result
from agents.catalogue import registry
from agents.catalogue.arguments import Arguments, BadArguments, Confidence, explain_all, schema_of
from agents.catalogue.registry import Dialect
from agents.mcp import answers, inputs, inquiries, pages, tasks
from agents.mcp.asking import Asked
from agents.mcp.messages import ProtocolError
from agents.mcp.methods import method
from audit.models import Outcome

MINUTE = 60_000  # milliseconds
# What a log hears of how a call ended; what is refused or denied is a warning.
LOUDNESS = {Outcome.DONE: "info", Outcome.WAITING: "notice", Outcome.FAILED: "error"}
PREFIX = "wheelhouse/"  # of what is said in a request's _meta


class Said(Arguments):
    """What is said of a call besides the tool's own arguments."""

    reason: str = ""
    confidence: Confidence | None = None
    idempotency_key: str = ""
    dry_run: bool = False


@method("tools/list", keep=MINUTE)
def list_tools(asked: Asked) -> dict[str, Any]:
    """List the tools of the caller's persona, or all it may use; the same as over REST."""
    with asked.inside() as caller:
        listed = listings.find(caller, everything=asked.everything)
        page, following = pages.cut(listed, asked, name=lambda tool: tool.name)
        shown = listings.show(list(page), Dialect.MCP, by=caller)
    for each in shown:
        if answers.shows_itself(each["name"]):
            del each["outputSchema"]
    return {"tools": shown, **following}


@method("tools/call")
def call_tool(asked: Asked) -> dict[str, Any]:
    """Call a tool: it is done, waits for a person, or is refused, and the answer says why."""
    name = asked.params["name"]
    patient = name in registry.TOOLS and registry.TOOLS[name].follow_only
    if patient:
        tasks.check_extension(asked)
    with inputs.given(asked) as heard:
        result = _call(asked, heard)
        if result.http == 404 and name not in registry.TOOLS:
            raise ProtocolError(INVALID_PARAMS, result.summary)
        question = inputs.find_question(asked, result)
        if question is not None and not patient:
            return inputs.ask(asked, question)
    if question is not None:
        return inquiries.begin(asked, *split(asked), question)
    if tasks.becomes_task(asked, result):
        return tasks.begin(asked, result)
    return answers.show(result, tool=name)


def _call(asked: Asked, heard: inputs.Heard) -> Result:
    name = asked.params["name"]
    arguments, about = split(asked)
    try:
        said = Said.model_validate(about)
    except ValidationError as problem:
        fields = explain_all(problem, schema_of(Said))
        return results.of_refusal(BadArguments(name, fields))
    result = dispatch.call(
        asked.actor,
        name,
        {**arguments, **heard.arguments},
        reason=said.reason,
        confidence=said.confidence,
        key=said.idempotency_key or heard.key,
        dry_run=said.dry_run,
        token=asked.token,
    )
    level = LOUDNESS.get(result.status, "warning")
    progress.remark(level, result.summary, status=result.status, action=result.action)
    return result


def split(asked: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
    """
    Return a call's arguments, and what is said of the call.

    That is said in `_meta`, as `wheelhouse/reason`, or by a model that can write nothing else among
    the arguments, as `_reason`; so the schemas stay the tools' own.
    """
    arguments = dict(asked.params.get("arguments") or {})
    about = {
        name: arguments.pop(f"_{name}") for name in Said.model_fields if f"_{name}" in arguments
    }
    meta = asked.message.meta
    about |= {name: meta[PREFIX + name] for name in Said.model_fields if PREFIX + name in meta}
    return arguments, about
