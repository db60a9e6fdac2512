"""
Sessions of clients that shake hands, without anything kept of the handshake.

A session's id is what the handshake agreed on, under our signature: whose it is, and how the client
can be asked back. Any process of any machine reads it, and none has to remember. Only what a client
says later, the log level it wants and the requests it gives up, is a row.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import connection
from mcp_types.jsonrpc import INVALID_REQUEST

from agents.mcp.messages import LONGEST_ID, ProtocolError
from agents.models import ClientSession
from audit import clock
from audit.actions import tenant
from audit.actors import Actor
from audit.texts import storable

HEADER = "Mcp-Session-Id"
LIFETIME = 7 * 24 * 3600  # seconds
SALT = "agents.mcp.sessions"
ABILITIES = ("elicitation", "sampling", "roots")
REMEMBERED = 20  # requests that were given up


@dataclass(frozen=True, kw_only=True)
class Session:
    """
    One client since its handshake.

    :param name: tells it from others of the same caller
    :param abilities: how it can be asked back
    """

    name: str
    abilities: frozenset[str]


def seal(capabilities: Mapping[str, Any], *, by: Actor) -> str:
    """Return the id of a new session of a client that can do this."""
    able = [name for name in ABILITIES if isinstance(capabilities.get(name), dict)]
    agreed = {"of": [by.organization_id, by.ref], "name": secrets.token_urlsafe(12), "able": able}
    return signing.dumps(agreed, salt=SALT)


def find(sealed: str | None, *, by: Actor) -> Session | None:
    """
    Return the session of an id; None without one.

    :raises ProtocolError: if it is none of ours, another caller's or old: begin anew
    """
    if sealed is None:
        return None
    try:
        agreed = signing.loads(sealed, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError):
        raise _unknown() from None
    if agreed["of"] != [by.organization_id, by.ref]:
        raise _unknown()
    return Session(name=agreed["name"], abilities=frozenset(agreed["able"]))


def _unknown() -> ProtocolError:
    return ProtocolError(INVALID_REQUEST, "There is no such session: begin anew.", http=404)


def forget_old() -> int:
    """Forget what was said in sessions, and questions, that are over a week past; how many."""
    with connection.cursor() as cursor:
        before = clock.real_now() - timedelta(seconds=LIFETIME)
        cursor.execute("select agents_forget_talk(%s)", [before])
        return int(cursor.fetchone()[0])


# --- What is said since ---------------------------------------------------------------------------


def find_level(session: Session, *, by: Actor) -> str:
    """Return the least the client wants to hear of; "" if it never said so."""
    with tenant(by.tenant_id):
        found = _mine(session, by).values_list("log_level", flat=True).first()
    return found or ""


def set_level(session: Session, level: str, *, by: Actor) -> None:
    with tenant(by.tenant_id):
        row = _remember(session, by)
        row.log_level = level
        row.save(update_fields=["log_level", "heard_at"])


def give_up(session: Session, request: str, *, by: Actor) -> None:
    """Note that the client no longer wants what it requested."""
    with tenant(by.tenant_id):
        row = _remember(session, by)
        row.cancelled = [*row.cancelled[1 - REMEMBERED :], _shorten(request)]
        row.save(update_fields=["cancelled", "heard_at"])


def has_given_up(session: Session, request: str, *, by: Actor) -> bool:
    """Whether the client no longer wants what it requested."""
    with tenant(by.tenant_id):
        return _mine(session, by).filter(cancelled__contains=[_shorten(request)]).exists()


def _shorten(request: str) -> str:
    return storable(request)[:LONGEST_ID]


def _mine(session: Session, by: Actor) -> Any:
    return ClientSession.objects.visible_to(by).filter(actor=by.ref, session=session.name)


def _remember(session: Session, by: Actor) -> ClientSession:
    """Return the row of a session, locked until it is written."""
    ClientSession.objects.get_or_create(
        organization_id=by.tenant_id, actor=by.ref, session=session.name
    )
    row: ClientSession = _mine(session, by).select_for_update().get()
    row.heard_at = clock.real_now()
    return row
