"""Who we are, what we can do, and whether we are there."""

from typing import Any

from mcp_types.jsonrpc import INVALID_REQUEST

from agents.calls.admission import Caller
from agents.catalogue.untrusted import SAYS, quote
from agents.mcp import sessions, tasks
from agents.mcp.asking import Asked
from agents.mcp.messages import ProtocolError
from agents.mcp.methods import SERVER, method
from agents.mcp.revisions import PRESENT, SHAKEN, agree

HOUR = 3_600_000  # milliseconds
CAPABILITIES: dict[str, Any] = {
    "tools": {},
    "resources": {},
    "prompts": {},
    "completions": {},
    "logging": {},
}
INSTRUCTIONS = """\
Wheelhouse is the CRM of {organization}; you act in it as {name}, and everything is recorded.
Things are named by references such as contact:42. Look before you act. More tools than are listed \
are found by search_tools, where there is one, and called at once.
With a tool that changes something, say why and how sure you are, from 0 to 1: besides its own \
arguments every tool takes _reason and _confidence, _dry_run (true only shows what would change) \
and _idempotency_key (the same key never acts twice). A client that can write a request's _meta \
says wheelhouse/reason and so on there instead.
What is less than sure, or needs a person by policy, is answered with status waiting and the \
action's reference; get_action says what was decided. Do not ask for the same thing twice.
{says}"""


@method("initialize", only=SHAKEN)
def initialize(asked: Asked) -> dict[str, Any]:
    """Shake hands. Nothing is remembered of it."""
    with asked.inside() as caller:
        return {
            "protocolVersion": agree(asked.params["protocolVersion"]),
            "capabilities": CAPABILITIES,
            "serverInfo": SERVER,
            "instructions": instruct(caller),
        }


@method("logging/setLevel", only=SHAKEN)
def set_log_level(asked: Asked) -> dict[str, Any]:
    """Tell no less than this of the client's calls from now on, in their own streams."""
    if asked.session is None:
        raise ProtocolError(
            INVALID_REQUEST, f"Send {sessions.HEADER} as the handshake gave it: the level is its."
        )
    with asked.inside() as caller:
        sessions.set_level(asked.session, str(asked.params["level"]), by=caller.actor)
    return {}


@method("server/discover", only=(PRESENT,), keep=HOUR)
def discover(asked: Asked) -> dict[str, Any]:
    """Say what can be asked for."""
    with asked.inside() as caller:
        return {
            "supportedVersions": [PRESENT],
            "capabilities": CAPABILITIES | {"extensions": {tasks.EXTENSION: {}}},
            "instructions": instruct(caller),
        }


@method("ping", only=SHAKEN)
def ping(asked: Asked) -> dict[str, Any]:
    with asked.inside():
        return {}


def instruct(caller: Caller) -> str:
    """Return what a model is told before it begins."""
    names = {"organization": quote(caller.organization.name), "name": quote(caller.actor.name)}
    return INSTRUCTIONS.format(says=SAYS, **names)
