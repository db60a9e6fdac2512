"""What happens to agents."""

from dataclasses import dataclass

from audit.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordRefused(Event):
    """One record of a call about many stayed as it was."""

    name = "agents.record.refused"
    record: str
    tool: str
    because: str


@dataclass(frozen=True, kw_only=True)
class Charged(Event):
    """Something an agent used cost money: minor units, as a decimal text, of a currency."""

    name = "agents.agent.charged"
    cents: str
    currency: str
    used: str


@dataclass(frozen=True, kw_only=True)
class FileSent(Event):
    """A tool was given a long file, and a worker is to take it over."""

    name = "agents.file.sent"
    import_id: int


@dataclass(frozen=True, kw_only=True)
class SwitchedOff(Event):
    """Agents were stopped: an organization's, one, or one tool, by reference or name."""

    name = "agents.switch.turned_off"
    switch: str


@dataclass(frozen=True, kw_only=True)
class SwitchedOn(Event):
    """Agents may go on: an organization's, one, or with one tool, by reference or name."""

    name = "agents.switch.turned_on"
    switch: str


@dataclass(frozen=True, kw_only=True)
class WorkflowDrafted(Event):
    """A version of a workflow was written down; nothing runs it yet."""

    name = "agents.workflow.drafted"
    workflow_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class WorkflowArchived(Event):
    """A workflow was put away."""

    name = "agents.workflow.archived"
    workflow_id: int


@dataclass(frozen=True, kw_only=True)
class WorkflowRestored(Event):
    """A workflow is a draft again."""

    name = "agents.workflow.restored"
    workflow_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationBegun(Event):
    """Somebody began to speak with the product."""

    name = "agents.conversation.begun"
    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationChanged(Event):
    """A conversation was renamed, shared, or put away; `fields` names what."""

    name = "agents.conversation.changed"
    conversation_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class TurnTaken(Event):
    """Somebody said something, or decided what was asked, and a worker is to go on."""

    name = "agents.conversation.spoken_in"
    conversation_id: int
    job_id: int


@dataclass(frozen=True, kw_only=True)
class TurnCancelled(Event):
    """A turn was stopped."""

    name = "agents.conversation.stopped"
    conversation_id: int
    job_id: int


@dataclass(frozen=True, kw_only=True)
class ModelChoiceChanged(Event):
    """
    Which model thinks was changed, for one agent or, where none is named, the organization.

    `key` says whether the model's key was set or removed; what it is, nobody hears.
    """

    name = "agents.model_choice.changed"
    agent_id: int | None
    fields: list[str]
    key: str


@dataclass(frozen=True, kw_only=True)
class JobGiven(Event):
    """An agent was asked to do something."""

    name = "agents.job.given"
    agent_id: int
    job_id: int


@dataclass(frozen=True, kw_only=True)
class JobStopped(Event):
    """Somebody stopped what an agent was doing."""

    name = "agents.job.stopped"
    agent_id: int
    job_id: int


@dataclass(frozen=True, kw_only=True)
class ModelTried(Event):
    """A model was asked for a sign of life, for one agent or the organization."""

    name = "agents.model.tried"
    agent_id: int | None
    job_id: int
    model: str
