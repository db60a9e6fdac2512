"""What can happen to those we know."""

from dataclasses import dataclass

from audit.events import Event


@dataclass(frozen=True, kw_only=True)
class ContactCreated(Event):
    """Somebody new is known."""

    name = "crm.contact.created"
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ContactUpdated(Event):
    """What is known of a contact changed; `fields` names what."""

    name = "crm.contact.updated"
    contact_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class ContactEnriched(Event):
    """Fields of a contact were found out: some written, others proposed to a person."""

    name = "crm.contact.enriched"
    contact_id: int
    applied: list[str]
    proposed: list[str]


@dataclass(frozen=True, kw_only=True)
class ContactArchived(Event):
    """A contact was put away."""

    name = "crm.contact.archived"
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ContactRestored(Event):
    """A contact was taken back from the archive."""

    name = "crm.contact.restored"
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ContactErased(Event):
    """A contact was forgotten, and so was what the ledger said of them."""

    name = "crm.contact.erased"
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class CompanyCreated(Event):
    """A company new to us is known."""

    name = "crm.company.created"
    company_id: int


@dataclass(frozen=True, kw_only=True)
class CompanyUpdated(Event):
    """What is known of a company changed; `fields` names what."""

    name = "crm.company.updated"
    company_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class CompanyEnriched(Event):
    """Fields of a company were found out: some written, others proposed to a person."""

    name = "crm.company.enriched"
    company_id: int
    applied: list[str]
    proposed: list[str]


@dataclass(frozen=True, kw_only=True)
class CompanyArchived(Event):
    """A company was put away."""

    name = "crm.company.archived"
    company_id: int


@dataclass(frozen=True, kw_only=True)
class CompanyRestored(Event):
    """A company was taken back from the archive."""

    name = "crm.company.restored"
    company_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityLogged(Event):
    """Something passed between us and a contact."""

    name = "crm.activity.logged"
    activity_id: int
    contact_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class TaskCreated(Event):
    """Something is to be done."""

    name = "crm.task.created"
    task_id: int
    contact_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskUpdated(Event):
    """A task changed; `fields` names what."""

    name = "crm.task.updated"
    task_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class TaskCompleted(Event):
    """A task was done."""

    name = "crm.task.completed"
    task_id: int
    contact_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskReopened(Event):
    """A task that was done is to be done after all."""

    name = "crm.task.reopened"
    task_id: int


@dataclass(frozen=True, kw_only=True)
class LinkTypeDeclared(Event):
    """There is a new kind of relation."""

    name = "crm.link_type.declared"
    link_type_id: int
    key: str


@dataclass(frozen=True, kw_only=True)
class Linked(Event):
    """Two objects are related now."""

    name = "crm.link.created"
    link_id: int
    type: str
    from_ref: str
    to_ref: str


@dataclass(frozen=True, kw_only=True)
class Unlinked(Event):
    """Two objects are related no more."""

    name = "crm.link.removed"
    link_id: int
    type: str
    from_ref: str
    to_ref: str


@dataclass(frozen=True, kw_only=True)
class FieldDeclared(Event):
    """An organization has a new field of its own."""

    name = "crm.field.declared"
    field_id: int
    on: str
    key: str


@dataclass(frozen=True, kw_only=True)
class FieldUpdated(Event):
    """A field's label or choices changed."""

    name = "crm.field.updated"
    field_id: int


@dataclass(frozen=True, kw_only=True)
class FieldArchived(Event):
    """A field was taken out of use."""

    name = "crm.field.archived"
    field_id: int


@dataclass(frozen=True, kw_only=True)
class FieldRestored(Event):
    """A field is in use again."""

    name = "crm.field.restored"
    field_id: int


@dataclass(frozen=True, kw_only=True)
class OrganizationCreated(Event):
    """There is a new organization."""

    name = "crm.organization.created"
    organization_id: int


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """Somebody was let into the organization."""

    name = "crm.member.joined"
    membership_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberChanged(Event):
    """A member's role changed."""

    name = "crm.member.changed"
    membership_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    """Somebody's membership ended."""

    name = "crm.member.left"
    membership_id: int


@dataclass(frozen=True, kw_only=True)
class RowsImported(Event):
    """One chunk of a file was taken over; what it holds stands in the action's changes."""

    name = "crm.import.taken"
    import_id: int
    kind: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class ImportOrdered(Event):
    """Somebody wants a file taken over, whose columns they have looked through."""

    name = "crm.import.ordered"
    import_id: int
    membership_id: int
