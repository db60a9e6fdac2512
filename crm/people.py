"""People: organizations, users and memberships."""

from collections.abc import Mapping
from typing import Any

from audit import clock, wording
from audit.actions import Refusal, command, enter_tenant, record
from audit.actors import Actor, ActorKind, Door
from crm import addresses, fields, refs
from crm.events import MemberChanged, MemberJoined, MemberLeft, OrganizationCreated
from crm.fields import FieldError
from crm.models import Membership, Organization, Role, User

SETTINGS = ["name", "currency", "rates", "time_zone", "country"]


class AlreadyMember(Refusal):
    """This person is a member already."""


class LastOwner(Refusal):
    """An organization needs an owner: make somebody else one first."""


@wording.names("crm_membership")
def find_names(ids: list[int]) -> dict[int, str]:
    """Return what members are called, for the ledger's sentences."""
    members = Membership.objects.filter(pk__in=ids).select_related("user")
    return {member.pk: str(member.user) for member in members}


def actor_of(membership: Membership, *, door: Door) -> Actor:
    """Return the person behind `membership` as an actor."""
    return Actor(
        kind=ActorKind.PERSON,
        id=membership.user_id,
        name=membership.user.get_full_name(),
        organization_id=membership.organization_id,
        role=membership.role,
        membership_id=membership.pk,
        door=door,
    )


@command
def create_organization(name: str, *, by: Actor, currency: str = "USD") -> Organization:
    """
    Create an organization and go on inside it.

    :param currency: ISO 4217
    :raises FieldError: if the name is empty, or the currency is none
    """
    given = {"name": name.strip(), "currency": currency}
    organization = Organization(**fields.clean(Organization, given, allowed=given))
    organization.save()
    enter_tenant(organization.pk)
    record(
        OrganizationCreated(organization_id=organization.pk),
        on=organization,
        summary=f"{organization.name} was created",
    )
    return organization


@command
def add_member(
    organization: Organization,
    *,
    email: str,
    role: str,
    by: Actor,
    name: str = "",
    password: str | None = None,
) -> Membership:
    """
    Let someone in: with a new log-in where the e-mail is unknown, else with the one they have.

    Someone invited before, as by an import, joins now.

    :raises AlreadyMember: if they have joined already
    :raises FieldError: if the e-mail address is none, or there is no such role
    """
    address, role = _clean_address(email), _clean_role(role)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, password, name=name)
    elif password is not None and not user.has_usable_password():
        user.set_password(password)
        user.save(update_fields=["password"])
    membership, _ = Membership.objects.get_or_create(organization=organization, user=user)
    if membership.joined_at is not None and membership.ended_at is None:
        raise AlreadyMember(f"{address} is a member of {organization} already.")
    membership.role = role
    membership.joined_at = clock.now()
    membership.ended_at = None
    membership.save()
    record(
        MemberJoined(membership_id=membership.pk, role=membership.role),
        on=membership,
        summary=f"{user.get_full_name()} joined as {membership.role}",
    )
    return membership


@command
def invite(organization: Organization, *, email: str, by: Actor) -> Membership:
    """
    Return the membership of `email`, made without a log-in where there is none.

    :raises FieldError: if the e-mail address is none
    """
    address = _clean_address(email)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, None, name="")
    membership, _ = Membership.objects.get_or_create(organization=organization, user=user)
    return membership


@command
def set_role(membership: Membership, *, role: str, by: Actor, reason: str = "") -> Membership:
    """
    Change what a member may do.

    :raises FieldError: if there is no such role
    :raises LastOwner: if nobody else owns the organization
    """
    role = _clean_role(role)
    membership = _lock(membership, by=by)
    if membership.role == role:
        return membership
    if role != Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    record(
        MemberChanged(membership_id=membership.pk, role=role),
        on=membership,
        summary=f"{membership.user.get_full_name()} is {role} now",
    )
    return membership


@command
def end_membership(membership: Membership, *, by: Actor, reason: str = "") -> Membership:
    """
    Let someone in no longer; what they did and own stays under their name.

    :raises LastOwner: if nobody else owns the organization
    """
    membership = _lock(membership, by=by)
    if membership.ended_at is None:
        _keep_an_owner(membership)
        membership.ended_at = clock.now()
        membership.save(update_fields=["ended_at"])
        record(
            MemberLeft(membership_id=membership.pk),
            on=membership,
            summary=f"{membership.user.get_full_name()} left",
        )
    return membership


@command
def set_password(user: User, *, password: str, by: Actor, reason: str = "") -> User:
    """Give a person another password. The ledger learns that it changed, not what to."""
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


@command
def update_organization(
    organization: Organization, *, changes: Mapping[str, Any], by: Actor, reason: str = ""
) -> Organization:
    """
    Change an organization's name, currency, rates, time zone or country.

    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    organization = refs.lock(Organization.objects.visible_to(by).get(pk=organization.pk))
    for name, value in fields.clean(Organization, changes, allowed=SETTINGS).items():
        setattr(organization, name, value)
    organization.save(update_fields=list(changes))
    return organization


def find_organization(name: str) -> Organization:
    """
    Return an organization by reference, id or name, for commands that start outside any.

    :raises NotFound: if there is none, or several of that name
    """
    number = name.removeprefix("organization:")
    if number.isascii() and number.isdigit():
        found = list(Organization.objects.filter(pk=number))
    else:
        found = list(Organization.objects.filter(name__iexact=name.strip()).order_by("pk"))
    if len(found) > 1:
        named = ", ".join(organization.ref for organization in found)
        raise refs.NotFound(
            f"Several organizations are called {name}: say which by its reference, one of {named}."
        )
    if not found:
        raise refs.NotFound(f"There is no organization {name}.")
    return found[0]


def _clean_address(email: str) -> str:
    try:
        return addresses.email_key(addresses.clean_email(email))
    except addresses.NotAnAddress as problem:
        raise FieldError({"email": str(problem)}) from None


def _clean_role(role: str) -> str:
    if role not in Role.values:
        raise FieldError({"role": fields.not_a_choice(role, Role.values)})
    return Role(role)


def _lock(membership: Membership, *, by: Actor) -> Membership:
    """Hold the organization too, so that two owners cannot leave at once."""
    Organization.objects.select_for_update().visible_to(by).get()
    if membership.organization_id != by.organization_id:
        raise refs.NotFound(f"There is no {membership.ref}.", ref=membership.ref)
    return refs.lock(membership)


def _keep_an_owner(leaving: Membership) -> None:
    owners = Membership.objects.active().filter(
        organization_id=leaving.organization_id, role=Role.OWNER
    )
    if leaving.role == Role.OWNER and not owners.exclude(pk=leaving.pk).exists():
        raise LastOwner
