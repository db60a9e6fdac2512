"""People: organizations, users and memberships."""

from audit import clock
from audit.actions import Refusal, command, enter_tenant
from audit.actors import Actor, ActorKind, Door
from crm.models import Membership, Organization, Role, User


class AlreadyMember(Refusal):
    """This person is a member already."""


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
    """Create an organization and go on inside it."""
    organization = Organization.objects.create(name=name.strip(), currency=currency)
    enter_tenant(organization.pk)
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
    """
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, password, name=name)
    elif password is not None and not user.has_usable_password():
        user.set_password(password)
        user.save(update_fields=["password"])
    membership, _ = Membership.objects.get_or_create(organization=organization, user=user)
    if membership.joined_at is not None and membership.ended_at is None:
        raise AlreadyMember(f"{address} is a member of {organization} already.")
    membership.role = Role(role)
    membership.joined_at = clock.now()
    membership.ended_at = None
    membership.save()
    return membership


@command
def invite(organization: Organization, *, email: str, by: Actor) -> Membership:
    """Return the membership of `email`, made without a log-in where there is none."""
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, None, name="")
    membership, _ = Membership.objects.get_or_create(organization=organization, user=user)
    return membership
