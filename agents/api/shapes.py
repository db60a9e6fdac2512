"""What the API answers, as its description and generated clients know it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from agents.catalogue.untrusted import OwnName, OwnValue, UntrustedValues
from agents.records.actions import ActionShown
from agents.records.objects import ObjectShown

Status = Literal["done", "waiting", "refused", "denied", "failed"]


class Problem(BaseModel):
    """
    What went wrong (RFC 9457); `detail` says what would be right, `fields` of what.

    Calls of tools say more: whatever a call answers, and what a program can use of a refusal, such
    as `unmet` or `candidates`.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    detail: str
    fields: dict[str, str] = {}


class Answer(BaseModel):
    """
    What every call of a tool answers, whatever came of it.

    `action` is what the ledger recorded, `approval` what a person is asked, both to be followed.
    """

    status: Status
    result: Any
    action: str | None
    approval: str | None
    because: list[OwnName]
    summary: OwnName


class RowShown(BaseModel):
    """One value, as it is and as it would be."""

    label: OwnName
    before: OwnValue
    after: OwnValue


class WouldBe(BaseModel):
    """What a call would change, and what gates read."""

    title: OwnName
    rows: list[RowShown]
    reads: UntrustedValues
    rows_in_all: int | None = None


class Rehearsed(BaseModel):
    """The result of a dry run; of many records also what would be answered."""

    dry_run: bool
    would: WouldBe
    answer: Any = None


class ToolsPage(BaseModel):
    """All tools there are to tell of, each as the dialect wants it; `next` is always null."""

    results: list[dict[str, Any]]
    next: str | None


class ObjectsPage(BaseModel):
    """Some objects; `next`, where there is more, is what to pass as `after`."""

    results: list[ObjectShown]
    next: str | None


class ActionsPage(BaseModel):
    """Some actions, the latest first; `next`, where there is more, is what to pass as `after`."""

    results: list[ActionShown]
    next: str | None


class Decidable(BaseModel):
    """A call that waited or waits for a person, with everything a decision starts from."""

    approval: str
    title: str
    tool: str
    tool_version: str
    effect: str
    arguments: dict[str, Any]
    arguments_as_decided: dict[str, Any] | None
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    reason: str
    confidence: float | None
    because: list[str]
    trace: Any
    high_risk: bool
    decides_role: str
    shown: Any
    digest: str
    status: str
    expires_at: datetime
    decision: str
    decided_at: datetime | None
    decided_by: str | None
    note: str
    held_until: str
    ended_because: str
    target: str | None
    contact: str | None
    may_decide: bool
    may_withdraw: bool
    outcome: str
    action: str | None
    waiting_action: str | None


class ApprovalsPage(BaseModel):
    """Some approvals, the latest first; `next`, where there is more, is what to pass as `after`."""

    results: list[Decidable]
    next: str | None


class FieldUndone(BaseModel):
    """
    One value: as it is now, and as it was then or, of a conflict, as it was written.
    """

    field: str
    label: str
    now: Any
    then: Any = None
    written: Any = None


class Later(BaseModel):
    """Who changed it since, and how."""

    by: str
    actor: str
    at: datetime
    action: str
    summary: str


class ItemUndone(BaseModel):
    """One row, and what comes of undoing what was done to it."""

    ref: str
    name: str
    status: str
    deed: str | None
    because: str
    fields: list[FieldUndone] = []
    later: Later | None = None


class PlanShown(BaseModel):
    """What would come of an undo; `counts` are of all rows, the lists of the first hundred each."""

    plan: str
    actions: int
    summary: str
    counts: dict[str, int]
    restorable: list[ItemUndone]
    conflicts: list[ItemUndone]
    dependent: list[ItemUndone]
    irreversible: list[ItemUndone]
    already_undone: list[ItemUndone]
    nothing: list[ItemUndone]


class UndoneShown(BaseModel):
    """What came of an undo; `counts` are of all rows, the lists of the first hundred each."""

    action: str
    summary: str
    counts: dict[str, int]
    restored: list[ItemUndone]
    conflicts: list[ItemUndone]
    dependent: list[ItemUndone]
    irreversible: list[ItemUndone]
    already_undone: list[ItemUndone]
    nothing: list[ItemUndone]


class ActionUndone(BaseModel):
    """What came of undoing one action."""

    model_config = ConfigDict(extra="allow")

    status: Literal["done"]


class Opinion(BaseModel):
    """What was kept of an opinion."""

    action: str
    right: bool
    because: str


class ConversationShown(BaseModel):
    """A conversation."""

    id: int
    ref: str
    title: str
    shared: bool
    archived: bool
    created_at: datetime


class ConversationsPage(BaseModel):
    """Some conversations."""

    results: list[ConversationShown]
    next: str | None


class StepShown(BaseModel):
    """A call that was made in a turn, and what it came to."""

    tool: str
    arguments: dict[str, Any]
    status: str
    action: str | None
    approval: str | None
    because: list[str]
    summary: str
    result: Any


class Needs(BaseModel):
    """What is wanted of the speaker: an answer in words, or whether `calls` are to be made."""

    question: str
    calls: list[dict[str, Any]] | None = None


class Receipt(BaseModel):
    """What the ledger holds of a turn: how many calls that write ended how, and what changed."""

    done: int
    waiting: int
    refused: int
    denied: int
    failed: int
    changes: int
    summary: str
    actions: list[str]
    undo: dict[str, str] | None


class TurnShown(BaseModel):
    """One turn of a conversation: what was said, what was done, what was answered."""

    turn: int
    state: str
    said: str
    reply: str
    steps: list[StepShown]
    needs: Needs | None
    receipt: Receipt


class ConversationRead(ConversationShown):
    """A conversation with its turns."""

    turns: list[TurnShown]
    next: str | None


class JobShown(BaseModel):
    """What an agent was asked to do, how far it is, and what it has come to."""

    job: int
    agent: str
    asked_by: str
    about: str | None
    model: str
    tokens: int
    cost_cents: float
    created_at: datetime
    ended_at: datetime | None
    state: str
    said: str
    reply: str
    steps: list[StepShown]
    receipt: Receipt


class JobsPage(BaseModel):
    """Some jobs."""

    results: list[JobShown]
    next: str | None
