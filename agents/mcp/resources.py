"""
Resources: boards, contacts and actions of the ledger, to be read into a conversation.

Reading one is a call of the tool that shows the same, so scope, budget and ledger are the same too.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.core.serializers.json import DjangoJSONEncoder
from mcp_types.jsonrpc import INVALID_PARAMS

from agents.calls import dispatch
from agents.calls.admission import Caller
from agents.catalogue import registry
from agents.catalogue.untrusted import SAYS_OF_ALL, quote
from agents.mcp import pages
from agents.mcp.asking import Asked
from agents.mcp.messages import ProtocolError
from agents.mcp.methods import method
from crm import search
from pipelines.models import Pipeline

JSON = "application/json"
UNTRUSTED = {"wheelhouse/untrusted": SAYS_OF_ALL}  # of what has no schema that says so
NOT_FOUND = -32002  # up to 2025-11-25; since then it is a parameter that does not fit
MINUTE = 60_000  # milliseconds

Contents = dict[str, Any]


@dataclass(frozen=True)
class Shelf:
    """
    Resources whose addresses have one scheme.

    :param listed: returns what can be named outright
    :param templates: the others, by the shape of their address
    :param read: returns what is at an address; None where there is nothing
    """

    listed: Callable[[Asked], Iterable[dict[str, Any]]]
    templates: tuple[dict[str, Any], ...]
    read: Callable[[Asked, str], Contents | None]


@dataclass(frozen=True)
class Kind:
    """
    One kind of resource: whose references fill its template, and which tool reads it.

    :param by_name: it can be named in words as well
    """

    row: str
    tool: str
    argument: str
    title: str
    description: str
    by_name: bool = False

    def template(self, folder: str) -> dict[str, Any]:
        return {
            "uriTemplate": f"{SCHEME}://{folder}/{{{self.row}}}",
            "name": folder,
            "title": self.title,
            "description": self.description,
            "mimeType": JSON,
        }


SCHEME = "wheelhouse"
KINDS = {
    "boards": Kind(
        "pipeline",
        "get_board",
        "pipeline",
        "Board",
        "A pipeline's stages with what they ask for and hold: boards/Sales or boards/3.",
        by_name=True,
    ),
    "contacts": Kind(
        "contact",
        "get_object",
        "ref",
        "Contact",
        "All that is known of a contact: contacts/42, or its whole name or e-mail.",
        by_name=True,
    ),
    "actions": Kind(
        "action",
        "get_action",
        "action",
        "Action",
        "What was done or asked for, and what came of it: actions/17.",
    ),
}
ADDRESS = re.compile(rf"{SCHEME}://(?P<folder>[a-z]+)/(?P<name>[^/?#]{{1,400}})")


@method("resources/list", keep=MINUTE)
def list_resources(asked: Asked) -> dict[str, Any]:
    """List the boards; what there is more of is found by template and completion."""
    found = [each for shelf in SHELVES.values() for each in shelf.listed(asked)]
    page, following = pages.cut(found, asked, name=lambda each: str(each["uri"]))
    return {"resources": list(page), **following}


@method("resources/templates/list", keep=MINUTE)
def list_templates(asked: Asked) -> dict[str, Any]:
    with asked.inside():
        return {"resourceTemplates": [t for shelf in SHELVES.values() for t in shelf.templates]}


@method("resources/read", keep=0)
def read_resource(asked: Asked) -> dict[str, Any]:
    """Return what is at an address."""
    uri = str(asked.params["uri"])
    shelf = SHELVES.get(uri.partition("://")[0])
    contents = shelf.read(asked, uri) if shelf else None
    if contents is None:
        raise nothing_at(asked, uri)
    return {"contents": [contents]}


def nothing_at(asked: Asked, uri: str, says: str = "") -> ProtocolError:
    """Return the error of an address with nothing there, or nothing for the caller."""
    code = INVALID_PARAMS if asked.is_present else NOT_FOUND
    return ProtocolError(code, says or "There is no such resource.", uri=uri)


# --- Ours -----------------------------------------------------------------------------------------


def _list_boards(asked: Asked) -> list[dict[str, Any]]:
    with asked.inside() as caller:
        if not _may(caller, KINDS["boards"]):
            return []
        open_ones = Pipeline.objects.visible_to(caller.actor).filter(archived_at=None)
        return [
            {
                "uri": f"{SCHEME}://boards/{pipeline.pk}",
                "name": pipeline.ref,
                "title": quote(pipeline.name),
                "mimeType": JSON,
            }
            for pipeline in open_ones.order_by("pk")
        ]


def _may(caller: Caller, kind: Kind) -> bool:
    return caller.may_use(registry.get(kind.tool))


def _read(asked: Asked, uri: str) -> Contents | None:
    found = ADDRESS.fullmatch(uri)
    kind = KINDS.get(found["folder"]) if found else None
    if found is None or kind is None:
        return None
    ref = _find_ref(asked, kind, search.clean(unquote(found["name"])))
    if ref is None:
        return None
    result = dispatch.call(asked.actor, kind.tool, {kind.argument: ref}, token=asked.token)
    if not result.is_done:
        raise nothing_at(asked, uri, result.summary)
    text = json.dumps(result.result, cls=DjangoJSONEncoder)
    return {"uri": uri, "mimeType": JSON, "text": text, "_meta": UNTRUSTED}


def _find_ref(asked: Asked, kind: Kind, name: str) -> str | None:
    """Return the reference that a number, a reference or a name stands for."""
    number = name.removeprefix(f"{kind.row}:")
    if number.isascii() and number.isdigit():
        return f"{kind.row}:{number}"
    if not kind.by_name:
        return None
    with asked.inside(tool=kind.tool) as caller:
        rows = FINDERS[kind.row](caller, name)
        return rows[0].ref if len(rows) == 1 else None


def _find_pipelines(caller: Caller, name: str) -> list[Any]:
    found = Pipeline.objects.visible_to(caller.actor).filter(name__iexact=name, archived_at=None)
    return list(found[:2])


def _find_contacts(caller: Caller, name: str) -> list[Any]:
    found: list[Any] = search.find(name, by=caller.actor, kinds=["contact"])
    same = name.casefold()
    return [each for each in found if same in (each.name.casefold(), each.email.casefold())]


FINDERS: dict[str, Callable[[Caller, str], list[Any]]] = {
    "pipeline": _find_pipelines,
    "contact": _find_contacts,
}


SHELVES: dict[str, Shelf] = {
    SCHEME: Shelf(
        _list_boards,
        tuple(kind.template(folder) for folder, kind in KINDS.items()),
        _read,
    )
}
