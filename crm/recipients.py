"""Whom an e-mail may go to: the contact's own addresses, and only if they are written to at all."""

from audit.actions import Refusal
from crm import addresses
from crm.models import Contact


class NotToBeContacted(Refusal):
    """This contact is not written to."""


class NoAddress(Refusal):
    """This contact has no e-mail address."""


class NotTheirAddress(Refusal):
    """An e-mail goes to the contact's own addresses only."""


def check(contact: Contact, address: str) -> None:
    """
    Check that an e-mail may go to an address of a contact, as things are now.

    :raises NotToBeContacted: if they are not written to
    :raises NoAddress: if they have none any more
    :raises NotTheirAddress: if this is not theirs any more
    """
    check_contact(contact)
    find_address(contact, address)


def check_contact(contact: Contact) -> None:
    """
    Check that a contact is written to at all.

    :raises NotToBeContacted: says why not
    """
    if contact.archived_at is not None:
        raise NotToBeContacted(f"{contact.name} is archived, and so not written to.")
    if contact.do_not_contact:
        raise NotToBeContacted(f"{contact.name} does not want to be contacted.")


def find_address(contact: Contact, meant: str = "") -> str:
    """
    Return an address of the contact's, as it is written there.

    :param meant: which of them; their first where it is empty
    :raises NoAddress: if they have none that can be written to
    :raises NotTheirAddress: if that is not theirs; says which are
    """
    theirs = {addresses.email_key(each): each for each in find_addresses(contact)}
    if not theirs:
        raise NoAddress(f"{contact.name} has no e-mail address that can be written to.")
    if not meant:
        return next(iter(theirs.values()))
    found = theirs.get(addresses.email_key(meant))
    if found is None:
        raise NotTheirAddress(
            f"{addresses.shorten(meant)} is not an address of {contact.name};"
            f" there is {' and '.join(theirs.values())}.",
            addresses=list(theirs.values()),
        )
    return found


def find_addresses(contact: Contact) -> list[str]:
    """Return the addresses of a contact that can be written to, the first one first."""
    found = []
    for each in [contact.email, *contact.other_emails]:
        try:
            found.append(addresses.clean_email(each))
        except addresses.NotAnAddress:
            continue
    return found
