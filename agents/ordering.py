"""Long files that tools were given: a worker takes them over, as whoever sent them."""

import logging

from celery import shared_task
from django.db import InterfaceError, OperationalError

from agents.calls import admission
from agents.catalogue import registry
from agents.events import FileSent
from agents.records.files import TOOL
from agents.tokens import NotLetIn
from audit.actions import Refusal, action, record, tenant
from audit.actors import Actor, ActorKind, Door, system
from audit.events import subscribe
from audit.models import Action, Event
from crm.imports import progress, running
from crm.models import Import, Membership

GONE = "Whoever sent it is no longer let in here; nothing of it went in."

logger = logging.getLogger(__name__)


def order(importing: Import) -> None:
    """Have a worker take over a file, once the call that brought it stands."""
    record(
        FileSent(import_id=importing.pk),
        on=importing,
        summary=f"{importing.filename or 'A file'} was taken in, and goes on in the background",
    )


@subscribe(FileSent)
def start(event: Event) -> None:
    """Hand the file to a worker: it takes longer than a delivery should."""
    take_over.delay(
        organization_id=event.organization_id or 0, action_id=event.action_id, **event.payload
    )


# A task that comes again, because its worker was killed, finds what that worker left: nothing.
@shared_task(
    autoretry_for=(progress.UnderWay, OperationalError, InterfaceError),
    retry_kwargs={"countdown": progress.LEASE.seconds + 1, "max_retries": 20},
)
def take_over(*, organization_id: int, import_id: int, action_id: int, **_: object) -> None:
    """
    Take over a file as whoever sent it, all of it or nothing; once, however often this is called.

    Who that is, their role or scope and every switch are read in the transaction that does it. What
    is refused then is said by the import.
    """
    with tenant(organization_id):
        sent = Action.objects.get(pk=action_id)
        importing = Import.objects.filter(pk=import_id).first()
        by = _sender_of(sent, organization_id)
    if importing is None or importing.is_done:
        return
    try:
        _take(importing, sent, by)
    except progress.AlreadyRun:
        return
    except (progress.UnderWay, OperationalError, InterfaceError):
        raise
    except NotLetIn:
        _end(importing, GONE)
    except Refusal as refusal:
        _end(importing, str(refusal))
    except Exception:  # the log has the fault; whoever follows the import is told
        logger.exception("Unable to take over %s", importing.ref)
        _end(importing, "Something unexpected ended it; nothing of it went in.")


def _take(importing: Import, sent: Action, by: Actor) -> None:
    with action(
        TOOL,
        by=by,
        target=importing,
        reason=sent.reason,
        verdict=sent.verdict,
        resumes_id=sent.pk,
        correlation=importing.correlation,
    ) as opened:
        caller = admission.admit(by, tool=TOOL)
        opened.by = caller.actor
        admission.check_scope(caller, registry.get(TOOL))
        running.run(importing, by=caller.actor)


def _end(importing: Import, problem: str) -> None:
    by = system(importing.organization_id, door=Door.WORKER)
    progress.finish(importing, by=by, problem=problem)


def _sender_of(sent: Action, organization_id: int) -> Actor:
    """Return who made a call, as the ledger knows them."""
    kind = ActorKind(sent.actor_kind)
    members = Membership.objects.filter(organization_id=organization_id, user_id=sent.actor_id or 0)
    is_person = kind is ActorKind.PERSON
    return Actor(
        kind=kind,
        id=sent.actor_id,
        name=sent.actor_name,
        organization_id=organization_id,
        membership_id=members.values_list("pk", flat=True).first() if is_person else None,
        version=sent.actor_version,
        on_behalf_of=sent.on_behalf_of,
        door=Door.WORKER,
    )
