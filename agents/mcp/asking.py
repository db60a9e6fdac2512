"""One request of a client: who asks, of which revision, for what."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from mcp_types import CLIENT_CAPABILITIES_META_KEY

from agents.calls import admission, budgets
from agents.calls.admission import Caller
from agents.catalogue import registry
from agents.mcp.messages import Message
from agents.mcp.revisions import PRESENT
from agents.mcp.sessions import Session
from audit.actions import tenant
from audit.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Asked:
    """
    A request under way.

    :param actor: who asks, as the token says; what they may is read when they are let in
    :param token: digest of the token
    :param session: of a client that shook hands and kept what it was given
    :param streams: its client takes an answer in parts
    :param everything: list all tools, not only everyday ones
    """

    message: Message
    revision: str
    actor: Actor
    token: bytes
    session: Session | None = None
    streams: bool = False
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
        """How the client can be asked: as it says; after a handshake over the answer's stream."""
        if self.is_present:
            said = self.message.meta.get(CLIENT_CAPABILITIES_META_KEY)
            return said if isinstance(said, dict) else {}
        if self.session is None or not self.streams:
            return {}
        return {name: {} for name in self.session.abilities}

    def knows(self, extension: str) -> bool:
        """Whether the client declares an extension."""
        extensions = self.capabilities.get("extensions")
        return isinstance(extensions, dict) and extension in extensions

    def told(self, answers: Mapping[str, Any], state: str) -> "Asked":
        """Return the same request, made again with what was asked back."""
        params = {**self.params, "inputResponses": answers, "requestState": state}
        return replace(self, message=replace(self.message, params=params))

    @contextmanager
    def inside(self, *, tool: str = "") -> Iterator[Caller]:
        """Let the caller in; see `let_in`."""
        with let_in(self.actor, self.token, tool=tool) as caller:
            yield caller


@contextmanager
def let_in(actor: Actor, token: bytes, *, tool: str = "") -> Iterator[Caller]:
    """
    Let the caller in, to read in its organization.

    :param tool: the tool that reads the same, which the caller must be allowed
    :raises NotLetIn: if the token is no longer good
    :raises Refusal: if the caller is switched off, out of scope or over budget
    """
    budgets.spend(actor, a_write=False, token=token)
    with tenant(actor.tenant_id):
        caller = admission.admit(actor, tool=tool, token=token)
        if tool:
            admission.check_scope(caller, registry.get(tool))
        yield caller
