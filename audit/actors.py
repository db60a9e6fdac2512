"""Who acts. A plain value, so that the ledger needs to know no other app's tables."""

from dataclasses import dataclass, replace
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of being acts."""

    PERSON = "person"
    AGENT = "agent"
    AUTOMATION = "automation"
    SYSTEM = "system"


class Door(StrEnum):
    """Where a change came in."""

    BOARD = "board"
    ADMIN = "admin"
    API = "api"
    MCP = "mcp"
    CHAT = "chat"
    AUTOMATION = "automation"
    IMPORT = "import"
    COMMAND = "command"
    WORKER = "worker"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """
    Someone acting in one organization through one door.

    :param id: the user's id for a person, the agent's for an agent; None for the system
    :param role: the role of the membership a person acts under; "" for all others
    :param on_behalf_of: id of the user an agent acts for
    :param pipelines: the only pipelines an agent may reach; None where it is not limited
    """

    kind: ActorKind
    id: int | None
    name: str
    organization_id: int | None
    door: Door
    role: str = ""
    membership_id: int | None = None
    version: str = ""
    on_behalf_of: int | None = None
    pipelines: frozenset[int] | None = None

    @property
    def ref(self) -> str:
        """`person:3`, `agent:7`, `system`."""
        return self.kind.value if self.id is None else f"{self.kind}:{self.id}"

    @property
    def tenant_id(self) -> int:
        """The organization acted in; the product itself may act in none, everybody else does."""
        assert self.organization_id is not None, f"{self.ref} acts in no organization"
        return self.organization_id

    @property
    def is_person(self) -> bool:
        return self.kind is ActorKind.PERSON

    def through(self, door: Door) -> "Actor":
        """Return the same actor at another door."""
        return replace(self, door=door)


def parse(ref: str) -> tuple[str, int | None]:
    """Read an actor's reference, `agent:7` or `system`; what is none is of no kind: nobody's."""
    kind, _, number = ref.partition(":")
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    if kind not in {each.value for each in ActorKind} or not (is_number or not number):
        return "", None
    return kind, int(number) if number else None


def system(organization_id: int | None, *, door: Door = Door.COMMAND) -> Actor:
    """Return the product itself as an actor: set-up, clock and delivery."""
    return Actor(
        kind=ActorKind.SYSTEM,
        id=None,
        name="Wheelhouse",
        organization_id=organization_id,
        door=door,
    )
