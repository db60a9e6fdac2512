"""
Which revision of the protocol a message is of, and whether its headers agree with it.

Up to 2025-11-25 a client shakes hands once and names the revision in a header from then on; since
2026-07-28 every request says all there is to know in its `_meta`, and headers repeat it for those
on the way.
"""

import base64
import binascii
import re
from collections.abc import Mapping

from mcp_types import (
    CLIENT_CAPABILITIES_META_KEY,
    PROTOCOL_VERSION_META_KEY,
)
from mcp_types.jsonrpc import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    UNSUPPORTED_PROTOCOL_VERSION,
)

from agents.mcp.messages import Message, ProtocolError

PRESENT = "2026-07-28"
SHAKEN = ("2025-11-25", "2025-06-18")  # by a handshake, the latest first
SERVED = (PRESENT, *SHAKEN)
# Which parameter the header Mcp-Name repeats.
NAMED = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "tasks/get": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}
_ENCODED = re.compile(r"=\?base64\?(?P<text>.*)\?=")


def find(message: Message, headers: Mapping[str, str]) -> str:
    """
    Return the revision `message` is of.

    :raises ProtocolError: if it is none that is served, or the headers say otherwise
    """
    header = headers.get("MCP-Protocol-Version")
    if PROTOCOL_VERSION_META_KEY not in message.meta and (header is None or header in SHAKEN):
        return header or SHAKEN[0]
    if message.id is None:
        _check_served(header)
    else:
        _check_meta(message)
        _check_headers(message, headers)
        _check_served(message.meta[PROTOCOL_VERSION_META_KEY])
    return PRESENT


def agree(asked: str) -> str:
    """Return the revision a handshake settles on: the one asked for, or the latest."""
    return asked if asked in SHAKEN else SHAKEN[0]


def _check_meta(message: Message) -> None:
    needed = (PROTOCOL_VERSION_META_KEY, CLIENT_CAPABILITIES_META_KEY)
    missing = [key for key in needed if key not in message.meta]
    if missing:
        raise ProtocolError(INVALID_PARAMS, f"params._meta must say {' and '.join(missing)}.")
    if not isinstance(message.meta[CLIENT_CAPABILITIES_META_KEY], dict):
        raise ProtocolError(INVALID_PARAMS, f"{CLIENT_CAPABILITIES_META_KEY} must be an object.")


def _check_headers(message: Message, headers: Mapping[str, str]) -> None:
    said = {
        "MCP-Protocol-Version": message.meta[PROTOCOL_VERSION_META_KEY],
        "Mcp-Method": message.method,
    }
    name = message.params.get(NAMED.get(message.method, ""))
    if name is not None:
        said["Mcp-Name"] = name
    for header, value in said.items():
        if decode(headers.get(header)) != value:
            raise ProtocolError(
                HEADER_MISMATCH,
                f"The header {header} must say what the body says: {str(value)[:200]}",
            )


def _check_served(revision: object) -> None:
    if revision != PRESENT:
        raise ProtocolError(
            UNSUPPORTED_PROTOCOL_VERSION,
            "This revision of the protocol is not served.",
            supported=[PRESENT],
            requested=revision,
        )


def decode(value: str | None) -> str | None:
    """Return what a header says: as it stands, or where it is no plain ASCII, out of base64."""
    found = _ENCODED.fullmatch(value or "")
    if found is None:
        return value
    try:
        return base64.b64decode(found["text"], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
