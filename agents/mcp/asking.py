"""One request of a client: who asks, of which revision, for what."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mcp_types import CLIENT_CAPABILITIES_META_KEY

from agents import admission, budgets, registry
from agents.admission import Caller
from agents.mcp.messages import Message
from agents.mcp.revisions import PRESENT
from audit.actions import tenant
from audit.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Asked:
    """
    A request under way.

    :param actor: who asks, as the token says; what they may is read when they are let in
    :param token: digest of the token
    :param everything: list all tools, not only everyday ones
    """

    message: Message
    revision: str
    actor: Actor
    token: bytes
    everything: bool = False

    @property
    def params(self) -> Mapping[str, Any]:
        return self.message.params

    @property
    def is_present(self) -> bool:
        """Whether it is of the revision without handshakes."""
        return self.revision == PRESENT

    @property
    def capabilities(self) -> Mapping[str, Any]:
        """What the client says it can do; after a handshake nobody remembers."""
        said = self.message.meta.get(CLIENT_CAPABILITIES_META_KEY)
        return said if self.is_present and isinstance(said, dict) else {}

    def knows(self, extension: str) -> bool:
        """Whether the client declares an extension."""
        extensions = self.capabilities.get("extensions")
        return isinstance(extensions, dict) and extension in extensions

    @contextmanager
    def inside(self, *, tool: str = "") -> Iterator[Caller]:
        """
        Let the caller in, to read in its organization.

        :param tool: the tool that reads the same, which the caller must be allowed
        :raises NotLetIn: if the token is no longer good
        :raises Refusal: if the caller is switched off, out of scope or over budget
        """
        budgets.spend(self.actor, a_write=False, token=self.token)
        with tenant(self.actor.tenant_id):
            caller = admission.admit(self.actor, tool=tool, token=self.token)
            if tool:
                admission.check_scope(caller, registry.get(tool))
            yield caller
