"""Imports by way of a page: the columns looked through, then ordered, then run by a worker."""

from collections.abc import Mapping

from celery import shared_task
from django.db import InterfaceError, OperationalError

from audit.actions import action, record, tenant
from audit.actors import Actor, Door
from audit.events import subscribe
from audit.models import Event
from crm import people
from crm.events import ImportOrdered
from crm.imports import progress, running
from crm.models import Import, ImportFile, Membership


def remap(importing: Import, *, kind: str, mapping: Mapping[str, str | None], by: Actor) -> Import:
    """
    Have the columns of a file that waits read otherwise.

    :raises AlreadyRun: if it has been begun
    :raises CannotImport: if the mapping does not fit the file
    """
    with action("imports.map", by=by.through(Door.IMPORT), target=importing) as opened:
        held = Import.objects.select_for_update().get(pk=importing.pk)
        if held.started_at is not None:
            raise progress.AlreadyRun
        content = bytes(ImportFile.objects.get(belongs_to=held).content)
        plan = running.find_plan(content, by=by, kind=kind, mapping=mapping, filename=held.filename)
        held.kind, held.mapping = plan.kind.name, dict(mapping)
        held.save(update_fields=["kind", "mapping"])
        opened.summary = f"The columns of {held.filename or 'a file'} were settled"
    return held


def order(importing: Import, *, by: Actor) -> None:
    """Have a worker run the import, or go on with it, soon; ordering twice runs it once."""
    with action("imports.order", by=by.through(Door.IMPORT), target=importing):
        record(
            ImportOrdered(import_id=importing.pk, membership_id=by.membership_id or 0),
            on=importing,
            summary=f"The import of {importing.filename or 'a file'} was ordered",
        )


@subscribe(ImportOrdered)
def start(event: Event) -> None:
    """Hand the import to a worker: it takes longer than a delivery should."""
    run.delay(organization_id=event.organization_id or 0, **event.payload)


# A task that comes again, because its worker was killed, waits until the import stands still.
@shared_task(
    autoretry_for=(progress.UnderWay, OperationalError, InterfaceError),
    retry_kwargs={"countdown": progress.LEASE.seconds + 1, "max_retries": 20},
)
def run(*, import_id: int, organization_id: int, membership_id: int, **_: object) -> None:
    """Run the import as who ordered it; once, however often this is called."""
    member = Membership.objects.select_related("user").get(
        pk=membership_id, organization_id=organization_id
    )
    by = people.actor_of(member, door=Door.IMPORT)
    with tenant(organization_id):
        importing = Import.objects.visible_to(by).get(pk=import_id)
    try:
        running.run(importing, by=by)
    except progress.AlreadyRun:
        return
