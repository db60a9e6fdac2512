"""Organizations to look at: one with a little of everything, as short or as long as it can be."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from agents import agents
from agents.calls import dispatch
from approvals import approvals, deciders
from approvals.models import Approval
from audit import clock
from audit.actions import action, tenant
from audit.actors import Actor, ActorKind, Door
from crm import (
    activities,
    companies,
    contacts,
    custom_fields,
    email_templates,
    emails,
    links,
    tasks,
)
from crm.models import Contact, Email
from crm.models.emails import EmailStatus
from pipelines import criteria, pipelines, positions, ranks
from pipelines.models import Criterion, Pipeline, Position, Stage, StageVisit

Called = Callable[[str, int], str]


def short(name: str, longest: int) -> str:
    """Call things what they are called."""
    return name


def long(name: str, longest: int) -> str:
    """Call things by the longest names they can have: words without end, then many words."""
    return f"{name} {'Donaudampfschifffahrt' * 8} {'of the old and the new world ' * 10}"[
        :longest
    ].strip()


def furnish(by: Actor, owner: Actor, *, called: Called) -> dict[str, str]:
    """Give an organization a little of everything; return the addresses of its pages, by name."""
    sales = pipelines.create_from_blueprint("sales", name=called("Sales", 300), by=by)
    pipelines.create_from_blueprint("support", name=called("Support", 300), by=by)
    with tenant(sales.organization_id):
        lead, qualified = Stage.objects.filter(pipeline=sales).order_by("order")[:2]
    if called is long:
        with action("test.arrange", by=by):
            Stage.objects.filter(pk=lead.pk).update(name=called("Lead", 300))
    navy = _company(by, owner, called)
    grace = _contact(by, owner, called, company=navy)
    card = _deal(by, owner, called, contact=grace, pipeline=sales, stage=lead)
    lost = positions.enter(grace, pipeline=sales, title=called("Second ship", 300), by=by)
    positions.close(lost, outcome="lost", reason=called("No budget this year.", 500), by=by)
    waits, done = _work_of_agents(by, owner, called, card=card, lead=lead, to=qualified)
    return {
        "board": f"/boards/{sales.pk}/",
        "card": f"/boards/{sales.pk}/cards/new/?q={grace.name[:20]}",
        "contacts": "/contacts/",
        "contact": f"/contacts/{grace.pk}/",
        "contact form": f"/contacts/{grace.pk}/edit/",
        "positions": f"/contacts/{grace.pk}/positions/",
        "position form": f"/positions/{card.pk}/edit/",
        "companies": "/companies/",
        "company": f"/companies/{navy.pk}/",
        "company form": f"/companies/{navy.pk}/edit/",
        **_letters(by, called),
        "tasks": "/tasks/?whose=all",
        "task form": "/tasks/new/",
        "search": f"/search/?q={grace.name[:20]}",
        "inbox": "/inbox/",
        "decided": "/inbox/?status=decided",
        "approval": f"/inbox/{waits.pk}/",
        "approval form": f"/inbox/{waits.pk}/edit/",
        "actions": "/actions/",
        "action": f"/actions/{done}/",
        "history": f"/history/{grace.ref}/",
        "tools": "/tools/",
        "tool": "/tools/create_contact/",
        "undo": f"/undo/?action={done}",
        "import": "/imports/",
        "organizations": "/organizations/",
        "password": "/password/",
        "connect": "/connect/",
        "missing": "/contacts/999999/",
    }


def _company(by: Actor, owner: Actor, called: Called) -> Any:
    return companies.create(
        name=called("United States Navy", 300),
        domain="navy.example",
        industry=called("Defence", 120),
        employees=340_000,
        revenue_cents=1_000_000_000_00,
        technologies=[called("COBOL", 60), "FORTRAN"],
        phone="+1 202 555 0100",
        website="https://www.navy.example/" + called("about", 200).replace(" ", "-"),
        address=called("1200 Navy Pentagon", 300),
        city="Washington",
        country="United States",
        owner=f"member:{owner.membership_id}",
        description=called("Ships, mostly. " * 20, 2000),
        by=by,
    )


def _contact(by: Actor, owner: Actor, called: Called, *, company: Any) -> Contact:
    for type, choices in {
        "text": [],
        "number": [],
        "money": [],
        "date": [],
        "choice": ["gold", "silver"],
        "yes_no": [],
        "url": [],
    }.items():
        label = called(f"Own {type.replace('_', ' ')}", 120)
        custom_fields.declare("contact", key=type, label=label, type=type, choices=choices, by=by)
    grace = contacts.create(
        name=called("Grace Hopper", 300),
        email="grace.hopper@navy.example",
        other_emails=["grace@" + "x" * 60 + ".example", "amazing.grace@yale.example"],
        phone="+1 202 555 0101",
        mobile="+1 202 555 0102",
        job_title=called("Rear admiral", 200),
        company=f"company:{company.pk}",
        linkedin_url="https://www.linkedin.com/in/" + called("grace", 300).replace(" ", "-"),
        owner=f"member:{owner.membership_id}",
        subtype="customer",
        source=called("Conference", 120),
        language="en",
        time_zone="America/New_York",
        address=called("1 Compiler Road", 300),
        city="Arlington",
        region="Virginia",
        postal_code="22201",
        country="United States",
        tags=["navy", "cobol", called("admiral", 60)],
        do_not_contact=True,
        description=called("Found the first bug. " * 10, 2000),
        **{
            "custom:text": called("blue", 500),
            "custom:number": 12.5,
            "custom:money": 120_050,
            "custom:date": "2026-03-01",
            "custom:choice": "gold",
            "custom:yes_no": True,
            "custom:url": "https://example.com/" + "x" * 80,
        },
        by=by,
    )
    boss = contacts.create(name=called("Howard Aiken", 300), allow_duplicate=True, by=by)
    links.link(grace, boss, type="reports_to", by=by)
    now = clock.now()
    for kind, days in (("call", 0), ("meeting", 2), ("email_sent", 40), ("note", 400)):
        activities.log(
            grace,
            kind=kind,
            subject=called("About compilers", 500),
            outcome=called("Interested", 120),
            body="She wants to see it work.\nThen she will talk to the others.\n" * 2,
            owner=f"member:{owner.membership_id}",
            occurred_at=now - timedelta(days=days),
            by=by,
        )
    me = f"member:{owner.membership_id}"
    about = {"contact": grace, "assignee": me, "by": by}
    tasks.create(
        title=called("Send the manual", 500),
        due_at=now - timedelta(days=3),
        notes="The green one.",
        **about,
    )
    tasks.create(title="Call back", due_at=now + timedelta(days=1), **about)
    tasks.complete(tasks.create(title="Say hello", **about), by=by)
    return grace


def _letters(by: Actor, called: Called) -> dict[str, str]:
    """Write e-mails: one of each sort; return the addresses of their pages."""
    ida = contacts.create(
        name=called("Ida Rhodes", 300), email="ida@nbs.example", allow_duplicate=True, by=by
    )
    text = {
        "subject": called("Shall we say Monday?", 300),
        "body": called("Dear Ida,\n\nthe manual is ready. ", 600) + "\n\nAs ever" * 3,
    }
    email_templates.create("hi", name=called("Hello", 120), subject="Hello", body="x", by=by)
    with tenant(ida.organization_id):
        draft = emails.draft(ida, **text, by=by)
        held = emails.compose(ida, **text, by=by)
        emails.recall(emails.compose(ida, subject="No", body="x", by=by), by=by)
        for status in (EmailStatus.SENT, EmailStatus.FAILED):
            email = emails.compose(ida, **text, by=by)
            sent_at = clock.real_now() if status == EmailStatus.SENT else None
            error = "" if sent_at else called("The mail server refused it: unknown user", 500)
            with action("test.arrange", by=by):
                Email.objects.filter(pk=email.pk).update(
                    status=status, sent_at=sent_at, error=error
                )
    return {
        "outbox": "/emails/",
        "email draft": f"/emails/{draft.pk}/",
        "email held": f"/emails/{held.pk}/",
        "email failed": f"/emails/{email.pk}/",
        "email form": f"/emails/{draft.pk}/edit/",
        "email new": f"/contacts/{ida.pk}/emails/new/",
        "contact written to": f"/contacts/{ida.pk}/",
    }


def _deal(
    by: Actor, owner: Actor, called: Called, *, contact: Contact, pipeline: Pipeline, stage: Stage
) -> Position:
    card = positions.enter(
        contact,
        pipeline=pipeline,
        title=called("A compiler for every ship", 300),
        owner=f"member:{owner.membership_id}",
        priority=called("high", 30),
        expected_close_on=clock.now().date() + timedelta(days=30),
        notes=called("She decides in June.\nAsk about the budget.", 3000),
        by=by,
    )
    asked = criteria.add(stage, criterion=called("Budget confirmed", 200), by=by)
    criteria.add(stage, criterion=called("Need understood", 200), by=by)
    criteria.attest(
        card, criterion=asked, evidence=called("Her e-mail of Monday: “go ahead”.", 2000), by=by
    )
    positions.set_manual_score(card, score=82, reason=called("We met in person.", 500), by=by)
    return card


def _work_of_agents(
    by: Actor, owner: Actor, called: Called, *, card: Position, lead: Stage, to: Stage
) -> tuple[Approval, int]:
    """Let an agent score, be refused, propose and ask; return what waits and what was done."""
    tools = ["score_contact", "enrich_contact", "move_contact"]
    agent = agents.create(
        called("Scout", 120), persona="sales", tools=tools, learning_mode=False, by=by
    )
    machine = Actor(
        kind=ActorKind.AGENT,
        id=agent.pk,
        name="",
        organization_id=card.organization_id,
        door=Door.API,
    )

    def call(tool: str, *, confidence: float = 0.95, **arguments: Any) -> Any:
        why = called("She asked for a demo on Monday, and her team agrees.", 900)
        return dispatch.call(machine, tool, arguments, reason=why, confidence=confidence)

    scored = call(
        "score_contact",
        position=card.ref,
        factors={"engagement": 80, "fit": 90, "intent": 65, "timing": 25},
        overall_score=65,
        reasoning=[called("Opened every e-mail", 300), called("Fits our size", 300)],
        risk_factors=[called("No answer for two weeks", 300)],
    )
    assert scored.is_done, scored
    value = 12_345_678_00 if called is short else 9_999_999_999_999_00
    positions.update(card, changes={"value_cents": value, "currency": "USD"}, by=by)
    found = {
        "city": {
            "value": called("New York", 120),
            "source": "yale.example/staff",
            "confidence": 0.8,
        }
    }
    enriched = call("enrich_contact", contact=f"contact:{card.contact_id}", enriched_data=found)
    assert enriched.result["proposed"] == ["city"], enriched
    refused = call("move_contact", position=card.ref, to_stage=to.ref)
    assert refused.status == "refused", refused
    with tenant(card.organization_id):
        unmet = Criterion.objects.filter(stage=lead, condition__isnull=True, attestations=None)
        unmet = list(unmet)
    for criterion in unmet:
        criteria.attest(card, criterion=criterion, evidence="On the phone.", by=by)
    rejected = call("move_contact", position=card.ref, to_stage=to.ref, confidence=0.3)
    with tenant(card.organization_id):
        no = Approval.objects.get(pk=int(rejected.approval.partition(":")[2]))
    approvals.refuse(no, by=deciders.as_person(by), because=called("Not before June.", 900))
    approvals.lift_rejection(no, by=deciders.as_person(by))
    asked = call("move_contact", position=card.ref, to_stage=to.ref, confidence=0.6)
    with tenant(card.organization_id):
        waits = Approval.objects.get(pk=int(asked.approval.partition(":")[2]))
    return waits, int(scored.action.partition(":")[2])


def crowd(by: Actor, pipeline: Pipeline, stage: Stage, *, count: int) -> None:
    """Put many contacts into one stage, each with what a card usually says."""
    organization = pipeline.organization_id
    now = clock.now()
    closing = {} if stage.kind == "active" else {"closed_at": now, "outcome": stage.kind}
    with action("test.arrange", by=by):
        people = Contact.objects.bulk_create(
            Contact(
                organization_id=organization, name=f"Contact {nth:04}", email=f"{nth}@x.example"
            )
            for nth in range(count)
        )
        keys = ranks.spread(count, None, None)
        cards = Position.objects.bulk_create(
            Position(
                organization_id=organization,
                contact=contact,
                pipeline=pipeline,
                stage=stage,
                rank=rank,
                entered_stage_at=now,
                value_cents=100_00 * nth,
                currency="USD",
                title=f"Renewal of contract number {nth} for the year to come",
                score=nth % 101,
                owner_id=by.membership_id,
                **closing,
            )
            for nth, (contact, rank) in enumerate(zip(people, keys, strict=True))
        )
        StageVisit.objects.bulk_create(
            StageVisit(
                organization_id=organization,
                pipeline=pipeline,
                position=card,
                stage=stage,
                entered_at=now,
            )
            for card in cards
        )
