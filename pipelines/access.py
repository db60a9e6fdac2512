"""Who may know of a pipeline: a closed one is there for owners and for those let in, by name."""

from guardian.shortcuts import assign_perm, remove_perm

from audit import clock
from audit.actions import command, record
from audit.actors import Actor
from audit.reach import closes
from crm import refs
from crm.models import Membership, Role
from pipelines.events import (
    PipelineOpened,
    PipelineRestricted,
    PipelineShut,
    PipelineUnrestricted,
)
from pipelines.models import SEE, Pipeline, PipelineUserObjectPermission


@closes
def find_closed(actor: Actor) -> frozenset[int]:
    """Return the ids of the pipelines of its organization that `actor` may not know of."""
    if actor.organization_id is None or (actor.pipelines is None and _sees_all(actor)):
        return frozenset()
    known = Pipeline.objects.visible_to(actor).values("pk")
    theirs = Pipeline.objects.filter(organization_id=actor.organization_id)
    return frozenset(theirs.exclude(pk__in=known).values_list("pk", flat=True))


def find_members(pipeline: Pipeline) -> list[Membership]:
    """Return those who were let into a closed pipeline; owners need not be."""
    let_in = PipelineUserObjectPermission.objects.filter(
        content_object=pipeline, permission__codename=SEE
    )
    members = Membership.objects.filter(
        organization_id=pipeline.organization_id, user__in=let_in.values("user")
    )
    return list(members.select_related("user").order_by("user__name", "pk"))


@command
def restrict(pipeline: Pipeline, *, by: Actor, reason: str = "") -> Pipeline:
    """Close a pipeline to all but owners and those let in, and whoever closes it."""
    pipeline = refs.lock(pipeline)
    if pipeline.restricted_at is None:
        pipeline.restricted_at = clock.now()
        pipeline.save(update_fields=["restricted_at"])
        record(
            PipelineRestricted(pipeline_id=pipeline.pk),
            on=pipeline,
            summary=f"{pipeline.name} was closed",
        )
        if by.membership_id is not None:
            open_to(pipeline, member=Membership.objects.get(pk=by.membership_id), by=by)
    return pipeline


@command
def unrestrict(pipeline: Pipeline, *, by: Actor, reason: str = "") -> Pipeline:
    """Open a closed pipeline to everybody; who was let in by name stays so."""
    pipeline = refs.lock(pipeline)
    if pipeline.restricted_at is not None:
        pipeline.restricted_at = None
        pipeline.save(update_fields=["restricted_at"])
        record(
            PipelineUnrestricted(pipeline_id=pipeline.pk),
            on=pipeline,
            summary=f"{pipeline.name} was opened to everybody",
        )
    return pipeline


@command
def open_to(pipeline: Pipeline, *, member: Membership, by: Actor, reason: str = "") -> None:
    """
    Let a member into a closed pipeline.

    :raises NotFound: if they are of another organization
    """
    _check_member(pipeline, member)
    assign_perm(SEE, member.user, pipeline)
    record(
        PipelineOpened(pipeline_id=pipeline.pk, user_id=member.user_id),
        on=pipeline,
        summary=f"{member.user} was let into {pipeline.name}",
    )


@command
def shut_to(pipeline: Pipeline, *, member: Membership, by: Actor, reason: str = "") -> None:
    """
    Let a member into a closed pipeline no longer.

    :raises NotFound: if they are of another organization
    """
    _check_member(pipeline, member)
    remove_perm(SEE, member.user, pipeline)
    record(
        PipelineShut(pipeline_id=pipeline.pk, user_id=member.user_id),
        on=pipeline,
        summary=f"{member.user} may no longer see {pipeline.name}",
    )


def _sees_all(actor: Actor) -> bool:
    return actor.role == Role.OWNER or actor.kind == "system"


def _check_member(pipeline: Pipeline, member: Membership) -> None:
    if member.organization_id != pipeline.organization_id:
        raise refs.NotFound(f"There is no {member.ref}.", ref=member.ref)
