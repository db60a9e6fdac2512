"""The suite's resources."""

import json
import re
from typing import Any

from agents.mcp.asking import Asked
from agents.mcp.resources import SHELVES, Shelf
from tests.conformance.tools import PIXEL

TEXT = "This is the content of the static text resource."
TEMPLATED = re.compile(r"test://template/([^/]+)/data")
LISTED = [
    {
        "uri": "test://static-text",
        "name": "static-text",
        "description": "A text",
        "mimeType": "text/plain",
    },
    {
        "uri": "test://static-binary",
        "name": "static-binary",
        "description": "A picture",
        "mimeType": "image/png",
    },
]
TEMPLATE = {
    "uriTemplate": "test://template/{id}/data",
    "name": "template",
    "description": "A text made to measure",
    "mimeType": "application/json",
}


def read(asked: Asked, uri: str) -> dict[str, Any] | None:
    """Return what is at an address of the suite's."""
    if uri == "test://static-text":
        return {"uri": uri, "mimeType": "text/plain", "text": TEXT}
    if uri == "test://static-binary":
        return {"uri": uri, "mimeType": "image/png", "blob": PIXEL}
    found = TEMPLATED.fullmatch(uri)
    if found is None:
        return None
    data = {"id": found[1], "templateTest": True, "data": f"Data for ID: {found[1]}"}
    return {"uri": uri, "mimeType": "application/json", "text": json.dumps(data)}


SHELVES["test"] = Shelf(lambda asked: LISTED, (TEMPLATE,), read)
