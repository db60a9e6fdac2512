"""What can happen to an e-mail."""

from dataclasses import dataclass

from audit.events import Event


@dataclass(frozen=True, kw_only=True)
class EmailDrafted(Event):
    """An e-mail was written; nothing is sent yet."""

    name = "crm.email.drafted"
    email_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class EmailEdited(Event):
    """An e-mail that is not on its way was changed; `fields` names what."""

    name = "crm.email.edited"
    email_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class EmailHeld(Event):
    """An e-mail goes out soon, unless it is recalled."""

    name = "crm.email.held"
    email_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class EmailRecalled(Event):
    """An e-mail was called back before it went out."""

    name = "crm.email.recalled"
    email_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class EmailDiscarded(Event):
    """An e-mail that was never sent was thrown away."""

    name = "crm.email.discarded"
    email_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class EmailSent(Event):
    """The mail server took an e-mail."""

    name = "crm.email.sent"
    email_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class EmailFailed(Event):
    """An e-mail was not sent, or nobody knows whether it was."""

    name = "crm.email.failed"
    email_id: int
    contact_id: int
