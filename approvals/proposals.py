"""What somebody wants to do, as a value: the one thing policy judges and people approve."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from audit.actors import Actor
from crm.models import Contact, Organization
from pipelines.models import Position, Stage


class Effect(StrEnum):
    """What a tool's call does to the world. Each is harder to take back than those before it."""

    READ = "read"
    REVERSIBLE = "reversible"
    EXTERNAL = "external"
    IRREVERSIBLE = "irreversible"


@dataclass(frozen=True, kw_only=True)
class Taint:
    """
    Text that whoever wants something read in a record, and that the call carries.

    :param argument: where the call has it: properties.website; "" of one that steers
    :param source: the reference of the record
    :param field: of the record
    :param digest: of the text, so that a decision is bound to it
    :param excerpt: of the text, for people
    :param reaches: it says whom or what something would reach (a recipient, an address, an owner),
        or is set up for everybody to work with
    :param steers: nothing is copied, but the call may be what the text asked for
    """

    argument: str
    source: str
    field: str
    digest: str = ""
    excerpt: str = ""
    reaches: bool = False
    steers: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as it is shown to whoever decides."""
        return vars(self).copy()

    def as_kept(self) -> dict[str, Any]:
        """Return it as the ledger keeps it: where it came from, and none of the text."""
        return {
            "argument": self.argument,
            "source": self.source,
            "field": self.field,
            "digest": self.digest,
        }


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """
    One call of a tool before it is made, and our own rows it is about.

    :param arguments: as the tool's schema left them: JSON values
    :param subject: the row it is about; shown, and named as the approval's target
    :param position: the card it acts on, where there is one
    :param to_stage: the stage the card would enter, where it would enter one
    :param records: how many records it would touch
    :param changes_rules: it changes what cards, and so agents, are bound by
    :param confidence: how sure the agent says it is, 0 to 1; None where it did not say
    :param claims: whatever else the caller says of itself (auto_approve, exit_criteria_met …)
    :param learning: the agent's learning mode is on
    :param owner_id: the user who answers for the agent
    :param title: what would be done, in one line
    :param parts: the same of each record alone, where it is about many
    :param taints: what it carries of what its agent read
    :param organization: spares a query where it is at hand
    :param no_policies: the organization is known to have none of its own, which spares another
    """

    by: Actor
    tool: str
    effect: Effect
    arguments: Mapping[str, Any] = field(default_factory=dict)
    tool_version: str = "1"
    subject: models.Model | None = None
    position: Position | None = None
    to_stage: Stage | None = None
    records: int = 1
    changes_rules: bool = False
    confidence: float | None = None
    reason: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)
    learning: bool = False
    owner_id: int | None = None
    organization: Organization | None = None
    no_policies: bool = False
    title: str = ""
    parts: "tuple[Proposal, ...]" = ()
    taints: tuple[Taint, ...] = ()

    @property
    def organization_id(self) -> int:
        """The id of the organization it happens in."""
        assert self.by.organization_id is not None, "the product itself proposes nothing"
        return self.by.organization_id

    @property
    def stage_id(self) -> int | None:
        """The stage whose policies count: where the card would go, else where it stands."""
        if self.to_stage is not None:
            return self.to_stage.pk
        return self.position.stage_id if self.position else None

    @property
    def pipeline_id(self) -> int | None:
        """The pipeline it happens in, if it happens in one."""
        if self.position is not None:
            return self.position.pipeline_id
        if self.to_stage is not None:
            return self.to_stage.pipeline_id
        return getattr(self.subject, "reach_id", None)

    @cached_property
    def home(self) -> Organization:
        """The organization it happens in."""
        return self.organization or Organization.objects.get(pk=self.organization_id)

    @property
    def call_digest(self) -> str:
        """
        Tells this call from others: the tool and its arguments, no more.

        Spaces make no difference, or what a person refused could be asked for again with one more.
        """
        return digest_of({"tool": self.tool, "arguments": without_spacing(self.arguments)})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of what a person is shown: what is, and what would be."""

    label: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """
    What a person sees of a proposal before deciding.

    :param title: what would be done, in one line: Move Grace Hopper to Qualified
    :param rows: what would change
    :param reads: values of further fields that gates read; they bind the decision like the rest
    :param taints: what of it was read in a record, and where
    """

    title: str
    rows: list[Row] = field(default_factory=list)
    reads: Mapping[str, Any] = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept with the approval."""
        rows = [{"label": row.label, "before": row.before, "after": row.after} for row in self.rows]
        told = {"title": self.title, "rows": rows, "reads": dict(self.reads)}
        if self.taints:
            told |= {"taints": [taint.as_json() for taint in self.taints]}
        kept: dict[str, Any] = canonical(told)
        return kept


def contact_of(proposal: Proposal) -> Contact | None:
    """Return the contact a proposal is about: its subject, or its card's."""
    if isinstance(proposal.subject, Contact):
        return proposal.subject
    return proposal.position.contact if proposal.position else None


def canonical(value: Any) -> Any:
    """Return `value` as it comes back from a JSON column: dates as text, tuples as lists."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def without_spacing(value: Any) -> Any:
    """Return `value` with one plain space wherever its texts have any, and none at their ends."""
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFKC", value).split())
    if isinstance(value, Mapping):
        return {key: without_spacing(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_spacing(each) for each in value]
    return value


def digest_of(value: Any) -> str:
    """Return the SHA-256 of `value` as JSON; the order of keys does not matter."""
    text = json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
