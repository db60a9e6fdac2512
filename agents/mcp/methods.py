"""The protocol's methods: which there are in which revision, and what answers them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mcp_types import SERVER_INFO_META_KEY
from mcp_types.jsonrpc import INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_types.methods import CLIENT_REQUESTS, validate_client_request
from pydantic import ValidationError

from agents.calls import results
from agents.calls.budgets import OverBudget
from agents.catalogue.arguments import explain_all
from agents.mcp.asking import Asked
from agents.mcp.messages import OVER_BUDGET, ProtocolError
from agents.mcp.revisions import SERVED
from audit.actions import Refusal

SERVER = {"name": "wheelhouse", "title": "Wheelhouse", "version": "1"}
ASK_ANEW = {"ttlMs": 0, "cacheScope": "private"}  # what is read may change at once

Run = Callable[[Asked], dict[str, Any]]


@dataclass(frozen=True)
class Method:
    """
    What answers one method.

    :param keep: for how long an answer holds, milliseconds; None of what is not kept at all
    """

    run: Run
    keep: int | None


METHODS: dict[tuple[str, str], Method] = {}


def method(
    name: str, *, only: tuple[str, ...] = SERVED, keep: int | None = None
) -> Callable[[Run], Run]:
    """Let the decorated function answer a method, in all revisions or in `only` some."""

    def register(run: Run) -> Run:
        METHODS.update({(name, revision): Method(run, keep) for revision in only})
        return run

    return register


def run(asked: Asked) -> dict[str, Any]:
    """
    Return the result of a request.

    :raises ProtocolError: if there is no such method, what it is given does not fit, or the caller
        may not
    """
    found = METHODS.get((asked.message.method, asked.revision))
    if found is None:
        raise ProtocolError(METHOD_NOT_FOUND, f"There is no method {asked.message.method[:100]}.")
    check(asked)
    try:
        result = found.run(asked)
    except Refusal as refusal:
        raise of_refusal(refusal) from None
    return _complete(result, found) if asked.is_present else result


def check(asked: Asked) -> None:
    """:raises ProtocolError: if the parameters do not have the shape the protocol gives them"""
    name, revision = asked.message.method, asked.revision
    if (name, revision) not in CLIENT_REQUESTS:
        return  # an extension's, which looks itself
    try:
        validate_client_request(name, revision, asked.params)
    except ValidationError as problem:
        fields = explain_all(problem, {"properties": {}}, whole="params")
        says = "; ".join(f"{where} {says}" for where, says in fields.items())
        raise ProtocolError(INVALID_PARAMS, f"{says}.", fields=fields) from None


def of_refusal(refusal: Refusal) -> ProtocolError:
    """Return what a refusal is where no tool can say so: too much, or what does not fit."""
    if isinstance(refusal, OverBudget):
        return ProtocolError(OVER_BUDGET, str(refusal), http=429, **refusal.details)
    told = results.of_refusal(refusal)
    return ProtocolError(INVALID_PARAMS, told.summary, **told.details)


def _complete(result: Mapping[str, Any], found: Method) -> dict[str, Any]:
    """Return a result as the present revision has it: of which type, whose, and for how long."""
    kept = {} if found.keep is None else ASK_ANEW | {"ttlMs": found.keep}
    meta = {**result.get("_meta", {}), SERVER_INFO_META_KEY: SERVER}
    return {"resultType": "complete", **kept, **result, "_meta": meta}
