"""Conversations to look at: a turn of every sort, as short or as long as it can be."""

from agents.conversations import conversations, running
from agents.models import Conversation, Job
from audit.actions import tenant
from audit.actors import Actor, Door
from crm.models import Contact
from pipelines.models import Position, Stage
from tests.browser.scenes import Called
from tests.conversations.stub import Reply, Stub, calls, says


def furnish(by: Actor, model: Stub, *, called: Called) -> dict[str, str]:
    """Hold a conversation about what is there; return the addresses of pages on conversations."""
    by = by.through(Door.CHAT)
    with tenant(by.tenant_id):
        grace = Contact.objects.filter(name__startswith="Grace").get()
        card = Position.objects.filter(contact=grace, closed_at=None).get()
        lost = Position.objects.filter(contact=grace).exclude(closed_at=None).get()
        qualified = Stage.objects.filter(pipeline=card.pipeline).order_by("order")[1]
    held = conversations.begin(title=called("Grace, and what became of her", 120), by=by)
    say = _Saying(held, by, model, called)
    say("Do we know a Grace?", calls("search_objects", query="Grace"), says("Yes."))
    say(
        "How does Sales perform?",
        calls("analyze_pipeline", pipeline=card.pipeline.ref),
        says(called("Slowly, but surely.", 3000)),
    )
    say(
        "What of the deal?",
        Reply(text="I look at the card first.", calls=[("get_object", {"ref": card.ref})]),
        calls("predict_outcome", position=card.ref),
        says("There is too little to tell."),
    )
    promote = {"contact": grace.ref, "job_title": called("Admiral", 200)}
    say("Promote her", calls("update_contact", **promote), says("So it is."), confirms=True)
    tasks = {
        "tool": "move_contact",
        "arguments": {"to_stage": qualified.ref},
        "refs": [card.ref, lost.ref],
    }
    say("Move both to Qualified", calls("bulk_update", **tasks), says("One."), confirms=True)
    say("Move Nobody", calls("move_contact", position="position:999999", to_stage=qualified.ref))
    say("Burn it all", calls("archive_contact", contact=grace.ref), says("No."), confirms=False)
    say("Hello?", Reply(status=401))
    say("Archive Grace", calls("archive_contact", contact=grace.ref))
    away = conversations.begin(title=called("Long ago", 120), by=by)
    conversations.change(away, archived=True, shared=True, by=by)
    return {
        "ask": f"/ask/?at={grace.ref}",
        "ask away": "/ask/?away=1",
        "ask nothing": "/ask/?q=walrus",
        "conversation": f"/ask/{held.pk}/",
        "conversation away": f"/ask/{away.pk}/",
    }


class _Saying:
    """Says things and has them carried out."""

    def __init__(self, held: Conversation, by: Actor, model: Stub, called: Called) -> None:
        self.held, self.by, self.model, self.called = held, by, model, called

    def __call__(self, text: str, *script: Reply, confirms: bool | None = None) -> None:
        self.model.script = list(script)
        job = conversations.say(self.held, text=self.called(text, 3000), by=self.by)
        running.advance(job.organization_id, job.pk)
        if confirms is not None:
            with tenant(job.organization_id):
                job = Job.objects.select_related("conversation").get(pk=job.pk)
            conversations.confirm(job, confirmed=confirms, by=self.by)
            running.advance(job.organization_id, job.pk)
