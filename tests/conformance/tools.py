"""The suite's tools. What each must do is the suite's to say; its texts are quoted from there."""

import json
import time

from pydantic import BaseModel

from agents.calls import progress
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.mcp import inputs
from agents.mcp.answers import Blocks
from agents.mcp.inputs import InputNeeded
from approvals.proposals import Effect
from audit.actions import Refusal
from audit.actors import Door
from crm.permissions import Permission

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5Er"
    "kJggg=="
)
PAUSE = 0.05  # seconds
SILENCE = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA="

reads = tool(effect=Effect.READ, needs=Permission.SEE)


class Said(BaseModel):
    """What a tool says."""

    text: str


def text(says: str) -> Blocks:
    return Blocks(content=[{"type": "text", "text": says}])


def embed(uri: str, mime_type: str, says: str) -> dict[str, object]:
    return {"type": "resource", "resource": {"uri": uri, "mimeType": mime_type, "text": says}}


IMAGE = {"type": "image", "data": PIXEL, "mimeType": "image/png"}


# --- What tools answer ----------------------------------------------------------------------------
@reads
def answer(context: Context) -> Blocks:
    """Answer at once; the first of the list, which the suite calls as it stands."""
    return text("Here.")


@reads
def test_simple_text(context: Context) -> Blocks:
    """Answer a text."""
    return text("This is a simple text response for testing.")


@reads
def test_image_content(context: Context) -> Blocks:
    """Answer a picture."""
    return Blocks(content=[IMAGE])


@reads
def test_audio_content(context: Context) -> Blocks:
    """Answer a sound."""
    return Blocks(content=[{"type": "audio", "data": SILENCE, "mimeType": "audio/wav"}])


@reads
def test_embedded_resource(context: Context) -> Blocks:
    """Answer a resource."""
    says = "This is an embedded resource content."
    return Blocks(content=[embed("test://embedded-resource", "text/plain", says)])


@reads
def test_multiple_content_types(context: Context) -> Blocks:
    """Answer several kinds of content."""
    data = '{"test":"data","value":123}'
    mixed = embed("test://mixed-content-resource", "application/json", data)
    return Blocks(content=[{"type": "text", "text": "Multiple content types test:"}, IMAGE, mixed])


@reads
def test_error_handling(context: Context) -> Blocks:
    """Always refuse."""
    raise Refusal("This tool intentionally returns an error for testing")


@tool(effect=Effect.READ, needs=Permission.SEE, lengthy=True)
def test_tool_with_progress(context: Context) -> Blocks:
    """Report progress three times."""
    for done in (0, 50, 100):
        progress.report(done, of=100)
        time.sleep(PAUSE)
    return text("All of it is done.")


@tool(effect=Effect.READ, needs=Permission.SEE, lengthy=True)
def test_tool_with_logging(context: Context) -> Blocks:
    """Say three things on the way."""
    for says in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        progress.remark("info", says)
        time.sleep(PAUSE)
    return text("Done, and three things were logged.")


@reads
def test_logging_tool(context: Context) -> Blocks:
    """Say one thing."""
    progress.remark("info", "Logging")
    return text("Done.")


# --- Tools that need to be told more --------------------------------------------------------------
def elicit(says: str, name: str, kind: str = "string") -> dict[str, object]:
    schema = {"type": "object", "properties": {name: {"type": kind}}, "required": [name]}
    params = {"message": says, "requestedSchema": schema}
    return {"method": "elicitation/create", "params": params}


def sample(says: str, most: int) -> dict[str, object]:
    message = {"role": "user", "content": {"type": "text", "text": says}}
    params = {"messages": [message], "maxTokens": most}
    return {"method": "sampling/createMessage", "params": params}


ROOTS: dict[str, object] = {"method": "roots/list", "params": {}}


def need(**questions: dict[str, object]) -> dict[str, object]:
    """Return the answers to all questions; ask those that have none yet."""
    told = inputs.heard().answers
    missing = {name: question for name, question in questions.items() if name not in told}
    if missing:
        raise InputNeeded(**missing)
    return {name: told[name] for name in questions}


@reads
def test_input_required_result_elicitation(context: Context) -> Blocks:
    """Greet a person whose name is asked for."""
    told: dict = need(user_name=elicit("What is your name?", "name"))
    return text(f"Hello, {told['user_name']['content']['name']}!")


@reads
def test_input_required_result_sampling(context: Context) -> Blocks:
    """Ask the client's model."""
    told: dict = need(capital_question=sample("What is the capital of France?", 100))
    return text(told["capital_question"]["content"]["text"])


@reads
def test_input_required_result_list_roots(context: Context) -> Blocks:
    """Ask for the client's folders."""
    told: dict = need(client_roots=ROOTS)
    return text(", ".join(root["uri"] for root in told["client_roots"]["roots"]))


@reads
def test_input_required_result_request_state(context: Context) -> Blocks:
    """Ask for a confirmation, and heed the state that comes back with it."""
    need(confirm=elicit("Please confirm", "ok", "boolean"))
    return text("state-ok" if inputs.heard().key else "there is no state")


@reads
def test_input_required_result_tampered_state(context: Context) -> Blocks:
    """Ask for a confirmation."""
    need(confirm=elicit("Please confirm", "ok", "boolean"))
    return text("confirmed")


@reads
def test_input_required_result_multiple_inputs(context: Context) -> Blocks:
    """Ask three things at once."""
    need(
        user_name=elicit("What is your name?", "name"),
        greeting=sample("Generate a greeting", 50),
        client_roots=ROOTS,
    )
    return text("Told everything.")


@reads
def test_input_required_result_multi_round(context: Context) -> Blocks:
    """Ask one thing after the other."""
    need(step1=elicit("Step 1: What is your name?", "name"))
    need(step2=elicit("Step 2: What is your favorite color?", "color"))
    return text("Told everything.")


@reads
def test_input_required_result_capabilities(context: Context) -> Blocks:
    """Ask in every way the client knows."""
    need(name=elicit("What is your name?", "name"), capital=sample("The capital of France?", 50))
    return text("Told everything.")


@reads
def test_streaming_elicitation(context: Context) -> Blocks:
    """Report progress, then ask."""
    progress.report(1, of=2)
    told: dict = need(user_name=elicit("What is your name?", "name"))
    return text(f"Hello, {told['user_name']['content']['name']}!")


@reads
def test_missing_capability(context: Context) -> Blocks:
    """Ask for what the client may not be capable of."""
    need(question=sample("Anything?", 10))
    return text("Told everything.")


@reads
def test_sampling(context: Context, *, prompt: str) -> Blocks:
    """Ask the client's model."""
    told: dict = need(answer=sample(prompt, 100))
    return text(f"LLM response: {told['answer']['content']['text']}")


@reads
def test_elicitation(context: Context, *, message: str) -> Blocks:
    """Ask the client's person who they are."""
    kept = {"username": {"type": "string"}, "email": {"type": "string"}}
    told: dict = need(who=ask_for(message, kept, required=list(kept)))
    return text(f"User response: {json.dumps(told['who'])}")


@reads
def test_elicitation_sep1034_defaults(context: Context) -> Blocks:
    """Ask with what is most likely filled in."""
    told: dict = need(person=ask_for("Please review", DEFAULTS))
    return text(f"Elicitation completed: {json.dumps(told['person'])}")


@reads
def test_elicitation_sep1330_enums(context: Context) -> Blocks:
    """Ask for one and for several of a few."""
    told: dict = need(choices=ask_for("Please choose", CHOICES))
    return text(f"Elicitation completed: {json.dumps(told['choices'])}")


def ask_for(
    says: str, fields: dict[str, object], required: list[str] | None = None
) -> dict[str, object]:
    schema = {"type": "object", "properties": fields, "required": required or []}
    return {
        "method": "elicitation/create",
        "params": {"message": says, "requestedSchema": schema},
    }


def name_each(values: list[str], names: list[str]) -> list[dict[str, str]]:
    return [{"const": value, "title": name} for value, name in zip(values, names, strict=True)]


STATUSES = ["active", "inactive", "pending"]
DEFAULTS: dict[str, object] = {
    "name": {"type": "string", "default": "John Doe"},
    "age": {"type": "integer", "default": 30},
    "score": {"type": "number", "default": 95.5},
    "status": {"type": "string", "enum": STATUSES, "default": "active"},
    "verified": {"type": "boolean", "default": True},
}
OPTIONS = ["option1", "option2", "option3"]
VALUES = ["value1", "value2", "value3"]
OLD_NAMES = ["Option One", "Option Two", "Option Three"]
CHOICES: dict[str, object] = {
    "untitledSingle": {"type": "string", "enum": OPTIONS},
    "titledSingle": {
        "type": "string",
        "oneOf": name_each(VALUES, ["First Option", "Second Option", "Third Option"]),
    },
    "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": OLD_NAMES},
    "untitledMulti": {"type": "array", "items": {"type": "string", "enum": OPTIONS}},
    "titledMulti": {
        "type": "array",
        "items": {"anyOf": name_each(VALUES, ["First Choice", "Second Choice", "Third Choice"])},
    },
}


# --- Tools whose calls wait -----------------------------------------------------------------------
@reads
def greet(context: Context, *, name: str) -> Blocks:
    """Greet at once."""
    return text(f"Hello, {name}!")


def about_slow(context: Context, *, seconds: float = 0, label: str = "", **_: object) -> About:
    return About(title=f"Compute {label}", records=0)


def about_job(context: Context, **_: object) -> About:
    return About(title=context.tool, records=0)


@tool(effect=Effect.REVERSIBLE, about=about_slow, needs=Permission.EDIT)
def slow_compute(context: Context, *, seconds: float = 0, label: str = "") -> Said:
    """Compute, once a person who takes so many seconds to decide has granted it."""
    return Said(text=f"{label}: computed after {seconds} s")


@tool(effect=Effect.REVERSIBLE, about=about_job, needs=Permission.EDIT, follow_only=True)
def failing_job(context: Context) -> Said:
    """Wait for a person, who rejects it."""
    return Said(text="never")


@tool(effect=Effect.REVERSIBLE, about=about_job, needs=Permission.EDIT)
def protocol_error_job(context: Context) -> Said:
    """Wait for a person, who grants what can no longer be done."""
    if context.by.door is Door.WORKER:
        raise Refusal("This can no longer be done")
    return Said(text="never")


def about_deleting(context: Context, *, filename: str, confirmed: bool = False) -> About:
    if not confirmed:
        need(confirm=elicit(f"Really delete {filename}?", "confirm", "boolean"))
    settled = {"filename": filename, "confirmed": True}
    return About(title=f"Delete {filename}", records=0, arguments=settled)


@tool(effect=Effect.REVERSIBLE, about=about_deleting, needs=Permission.EDIT, follow_only=True)
def confirm_delete(context: Context, *, filename: str, confirmed: bool = False) -> Said:
    """Ask whether it is meant, then wait for a person."""
    return Said(text=f"{filename} would be gone")


@tool(effect=Effect.READ, needs=Permission.SEE, follow_only=True)
def multi_input(context: Context) -> Blocks:
    """Ask two things at once, and wait for both."""
    need(first=elicit("Who are you?", "name"), second=elicit("And who else?", "name"))
    return text("Told everything.")


def about_named(context: Context, *, user_name: str = "", **_: object) -> About:
    told: dict = {} if user_name else need(user_name=elicit("What is your name?", "name"))
    name = user_name or told["user_name"]["content"]["name"]
    return About(title=f"Greet {name}", records=0, arguments={"user_name": name})


@tool(effect=Effect.REVERSIBLE, about=about_named, needs=Permission.EDIT)
def test_tool_with_task(context: Context, *, user_name: str = "") -> Said:  # noqa: PT028
    """Ask for a name, then wait for a person."""
    return Said(text=f"Hello, {user_name}!")
