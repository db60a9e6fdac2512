"""Two organizations in the middle of their work, and who owns them: peers that share nothing."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents import agents, tokens
from agents.calls import dispatch
from audit.actions import tenant
from audit.actors import Actor, Door, system
from crm import people
from crm.models import Membership, Role
from tests.agents.acme_at_work import furnish
from tests.agents.conftest import actor_of

PEERS = {"Ada": "Acme", "Eve": "Elsewhere"}


@dataclass(frozen=True)
class Peer:
    """
    Somebody who owns an organization.

    :param named: the organization's own references, by the made-up ones of the tools' examples
    """

    name: str
    token: str
    named: dict[str, str]


def settle() -> list[Peer]:
    """Found the organizations, furnish them, and return who owns them."""
    return [_found(name, organization) for name, organization in PEERS.items()]


def _found(name: str, called: str) -> Peer:
    home = people.create_organization(called, by=system(None))
    joined = people.add_member(
        home, email=f"{name}@{called}.example", name=name, role=Role.OWNER, by=system(home.pk)
    )
    owner: Actor = people.actor_of(joined, door=Door.BOARD)
    with tenant(home.pk):
        named = furnish(owner).named
        membership = Membership.objects.get(pk=owner.membership_id)
        token = tokens.issue_for_member(membership, by=owner)
    _ask(owner, named["contact:42"])
    return Peer(name=name, token=token, named=named)


def credentials(peers: list[Peer]) -> dict[str, Any]:
    """Return how the peers log in, as the Web Fuzzing Commons have it written down."""
    return {
        "auth": [
            {
                "name": peer.name,
                "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {peer.token}"}],
            }
            for peer in peers
        ]
    }


HIRE = {"persona": "sales", "learning_mode": True}
ASKED = {"kind": "note", "body": "What waits for a person."}


def _ask(owner: Actor, contact: str) -> None:
    """Let an agent that is still learning ask for something, so that something waits."""
    novice = agents.create("Newt", by=owner, **HIRE)
    for subject in ("One", "Two", "Three", "Four"):
        asked = dispatch.call(
            actor_of(novice), "log_activity", {"contact": contact, "subject": subject, **ASKED}
        )
        assert asked.approval, asked


def write(peers: list[Peer], into: Path) -> None:
    """Write down how the peers log in, and what the first one's references are."""
    (into / "auth.json").write_text(json.dumps(credentials(peers)))
    (into / "named.json").write_text(json.dumps(peers[0].named))
