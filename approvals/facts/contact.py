"""Whom it is about."""

from approvals.facts import Kind, fact
from approvals.proposals import Proposal, contact_of


@fact(Kind.YES_NO, binds=True)
def do_not_contact(proposal: Proposal) -> bool:
    """The contact does not want to be contacted."""
    contact = contact_of(proposal)
    return contact is not None and contact.do_not_contact
