"""Messages of JSON-RPC: read from a body, and answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mcp_types.jsonrpc import (
    HEADER_MISMATCH,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    PARSE_ERROR,
    UNSUPPORTED_PROTOCOL_VERSION,
)

from agents.calls.results import AGAIN, AWAY
from agents.calls.twice import GivenTwice, each_once

OVER_BUDGET, UNANSWERED = -32000, -32003  # of those codes that are a server's own
LONGEST_ID = 200  # characters
# What an error is over HTTP, where the revision says so; elsewhere it is an answer like any other.
STATUSES = {
    PARSE_ERROR: 400,
    INVALID_REQUEST: 400,
    INVALID_PARAMS: 400,
    HEADER_MISMATCH: 400,
    MISSING_REQUIRED_CLIENT_CAPABILITY: 400,
    UNSUPPORTED_PROTOCOL_VERSION: 400,
    METHOD_NOT_FOUND: 404,
}


class ProtocolError(Exception):
    """
    A message that cannot be answered by a result.

    :param code: one of JSON-RPC's and the protocol's codes
    :param http: its HTTP status, where the code does not say
    """

    def __init__(self, code: int, message: str, /, *, http: int | None = None, **data: Any) -> None:
        super().__init__(message)
        self.code = code
        self.http = http
        self.data = data

    def as_json(self) -> dict[str, Any]:
        error = {"code": self.code, "message": str(self)}
        return error | {"data": self.data} if self.data else error


@dataclass(frozen=True)
class Message:
    """
    One message of a client.

    :param id: what to answer to; None of a notification, which is not answered
    """

    method: str
    params: Mapping[str, Any]
    id: int | str | None = None

    @property
    def meta(self) -> Mapping[str, Any]:
        """What a message says of itself."""
        meta = self.params.get("_meta")
        return meta if isinstance(meta, Mapping) else {}


@dataclass(frozen=True)
class Reply:
    """
    What a client answers to a request of ours.

    :param result: None where it answers an error
    :param error: what it says of that
    """

    id: int | str
    result: Mapping[str, Any] | None
    error: str = ""


def read(text: bytes) -> Message | Reply:
    """
    Return the message a body holds.

    :raises ProtocolError: if it is no JSON, not one message, or ambiguous
    """
    try:
        body = json.loads(text, parse_constant=_refuse, object_pairs_hook=each_once)
    except GivenTwice as problem:
        raise ProtocolError(INVALID_REQUEST, str(problem)) from None
    except (ValueError, RecursionError):
        raise ProtocolError(PARSE_ERROR, "The body must be JSON.") from None
    if isinstance(body, list):
        raise ProtocolError(INVALID_REQUEST, "Send one message at a time; there are no batches.")
    if _is_reply(body):
        error = body.get("error", {})
        return Reply(id=body["id"], result=body.get("result"), error=str(error.get("message", "")))
    if not _is_message(body):
        raise ProtocolError(
            INVALID_REQUEST, "The body must be one JSON-RPC 2.0 request, notification or response."
        )
    return Message(method=body["method"], params=body.get("params") or {}, id=body.get("id"))


def find_id(text: bytes) -> int | str | None:
    """Return what a body that cannot be read as a message gives as its id, if it gives one."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    given = body.get("id") if isinstance(body, dict) else None
    return given if _is_id(given) else None


def answer(id: int | str | None, result: Mapping[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id, "result": result}


def tell(method: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notification."""
    return {"jsonrpc": "2.0", "method": method, "params": params}


def refuse(id: int | str | None, error: ProtocolError) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id, "error": error.as_json()}


def fault() -> ProtocolError:
    """Return what a fault of ours answers; the log has the rest."""
    return ProtocolError(INTERNAL_ERROR, "Something went wrong here.")


def away() -> ProtocolError:
    """Return what is answered while the database cannot be had."""
    return ProtocolError(INTERNAL_ERROR, AWAY, retry_after=AGAIN)


def _is_message(body: Any) -> bool:
    return (
        isinstance(body, dict)
        and body.get("jsonrpc") == "2.0"
        and isinstance(body.get("method"), str)
        and isinstance(body.get("params", {}), dict)
        and ("id" not in body or _is_id(body["id"]))
    )


def _is_reply(body: Any) -> bool:
    return (
        isinstance(body, dict)
        and body.get("jsonrpc") == "2.0"
        and "method" not in body
        and _is_id(body.get("id"))
        and (isinstance(body.get("result"), dict) != isinstance(body.get("error"), dict))
    )


def _is_id(given: Any) -> bool:
    if isinstance(given, bool):
        return False
    return isinstance(given, int) or (isinstance(given, str) and len(given) <= LONGEST_ID)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
