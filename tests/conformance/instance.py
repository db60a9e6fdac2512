"""What the instance under test runs: the product, the fixtures, and a token in each request."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from config.wsgi import application as product
from tests.conformance import prompts, resources, tools  # noqa: F401  (they register themselves)

TOKEN = os.environ["CONFORMANCE_TOKEN"]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve the product; who brings no token, as the suite does not, is the suite's agent."""
    environ.setdefault("HTTP_AUTHORIZATION", f"Bearer {TOKEN}")
    return product(environ, start_response)
