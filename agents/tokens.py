"""
Tokens: keys to the API, shown once.

A token's text is a prefix that says whose it is, 30 random characters and six of checksum, so that
a leaked one is recognised by any scanner and a mistyped one by us, without a query. Only its digest
is kept. What a token says of who calls never changes, so it is remembered in each process; whether
it is still good is read in the transaction of each call.
"""

import hashlib
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from agents.models import Agent, Token
from audit import clock
from audit.actions import Unrecorded, action, command
from audit.actors import Actor, ActorKind, Door
from crm.models import Membership

PREFIXES = {"agent": "whl_a_", "person": "whl_p_"}
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM_LENGTH = 30  # characters of 62: 178 bits
CHECKSUM_LENGTH = 6


class NotLetIn(Unrecorded):
    """This token is unknown, revoked or expired, or whoever it is of is no longer there."""


@dataclass(frozen=True)
class Bearer:
    """
    Whose token it is: nothing but what never changes.

    :param actor: who calls; name, role and limits are read when the call is let in
    """

    digest: bytes
    actor: Actor


def recognise(text: str) -> Bearer:
    """
    Return whose token `text` is. Whether it is still good is not asked here.

    :raises NotLetIn: if it is mistyped, or none of ours
    """
    if not is_well_formed(text):
        raise NotLetIn("This is not a Wheelhouse token: look at its beginning and its end.")
    return _find_bearer(digest_of(text))


def is_well_formed(text: str) -> bool:
    """Whether prefix, length and checksum are right."""
    if not text.startswith(tuple(PREFIXES.values())) or not text.isascii():
        return False
    body, checksum = text[:-CHECKSUM_LENGTH], text[-CHECKSUM_LENGTH:]
    length = len(body) - len(PREFIXES["agent"])
    return length == RANDOM_LENGTH and checksum == checksum_of(body)


def digest_of(text: str) -> bytes:
    """Return what is kept of a token's text."""
    return hashlib.sha256(text.encode()).digest()


def generate(kind: str) -> str:
    """Return a new token's text for an "agent" or a "person"."""
    body = PREFIXES[kind] + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return body + checksum_of(body)


def checksum_of(body: str) -> str:
    """Return the CRC-32 of `body` in base 62."""
    number, digits = zlib.crc32(body.encode()), ""
    while len(digits) < CHECKSUM_LENGTH:
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


@lru_cache(maxsize=4096)
def _find_bearer(digest: bytes) -> Bearer:
    """:raises NotLetIn: if there is none (which is not remembered)"""
    token = Token.objects.filter(digest=digest).select_related("membership").first()
    if token is None:
        raise NotLetIn("No such token.")
    person = token.membership
    return Bearer(
        digest=digest,
        actor=Actor(
            kind=ActorKind.AGENT if person is None else ActorKind.PERSON,
            id=token.agent_id if person is None else person.user_id,
            name="",
            organization_id=token.organization_id,
            membership_id=token.membership_id,
            door=Door.API,
        ),
    )


def issue_for_agent(
    agent: Agent, *, by: Actor, name: str = "", expires_at: datetime | None = None
) -> str:
    """Give `agent` a new token and return its text, which is not kept."""
    return _issue(Token(agent=agent), "agent", agent.organization_id, by, name, expires_at)


def issue_for_member(
    membership: Membership, *, by: Actor, name: str = "", expires_at: datetime | None = None
) -> str:
    """Give a person a token for one organization and return its text, which is not kept."""
    unsaved = Token(membership=membership)
    return _issue(unsaved, "person", membership.organization_id, by, name, expires_at)


def _issue(
    token: Token,
    kind: str,
    organization_id: int,
    by: Actor,
    name: str,
    expires_at: datetime | None,
) -> str:
    text = generate(kind)
    token.organization_id = organization_id
    token.name = name
    token.digest = digest_of(text)
    token.ending = text[-4:]
    token.created_by = by.ref
    token.expires_at = expires_at
    with action("tokens.issue", by=by, arguments={"for": kind, "name": name}) as act:
        token.save()
        act.aim(token)
        act.summary = f"A token that ends in {token.ending} was issued"
    return text


@command
def revoke(token: Token, *, by: Actor, reason: str = "") -> Token:
    """Make `token` open nothing any more; twice is once."""
    if token.revoked_at is None:
        token.revoked_at = clock.real_now()
        token.save(update_fields=["revoked_at"])
    return token
