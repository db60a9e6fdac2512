"""
The state of an organization as requests are judged by: every field of every record, by its id.
"""

from typing import Any

from crm.models import Activity, Company, Contact, CustomField, Email, Link, Task
from pipelines.models import Pipeline, Position, Stage

State = dict[str, dict[str, Any]]


def read() -> State:
    """Return every record in use or put away: by external id, else by kind and id."""
    money = {(field.on, field.key) for field in CustomField.objects.filter(type="money")}
    state: State = {}
    for contact in Contact.objects.select_related("company", "owner__user"):
        state[contact.external_id or f"new:contact:{contact.pk}"] = _contact(contact, money)
    for card in Position.objects.select_related("contact", "pipeline", "stage", "owner__user"):
        state[card.external_id or f"new:position:{card.pk}"] = _card(card, money)
    for task in Task.objects.select_related("contact", "assignee__user"):
        state[task.external_id or f"new:task:{task.pk}"] = _task(task)
    for company in Company.objects.select_related("owner__user"):
        state[f"company:{company.name}"] = _company(company)
    for pipeline in Pipeline.objects.all():
        state[f"pipeline:{pipeline.name}"] = _pipeline(pipeline)
    for activity in Activity.objects.select_related("contact"):
        state[f"activity:{activity.pk}"] = _activity(activity)
    for email in Email.objects.all():
        state[f"email:{email.pk}"] = {"kind": "email_draft", "contact": email.contact_id}
    for link in Link.objects.all():
        state[f"link:{link.pk}"] = {"kind": "link"}
    for field in CustomField.objects.all():
        state[f"field:{field.on}.{field.key}"] = {"kind": "field", "label": field.label}
    return state


def _mail(member: Any) -> str | None:
    return member.user.email if member else None


def _day(moment: Any) -> str | None:
    return moment.date().isoformat() if moment else None


def _whole(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def _own(on: str, properties: dict[str, Any], money: set[tuple[str, str]]) -> dict[str, Any]:
    return {
        f"custom:{key}": _whole(value) if (on, key) in money else value
        for key, value in properties.items()
        if value is not None
    }


def _contact(row: Contact, money: set[tuple[str, str]]) -> dict[str, Any]:
    columns = (
        *("name", "first_name", "last_name", "email", "phone", "mobile", "job_title", "subtype"),
        *("source", "language", "city", "region", "country", "postal_code", "address"),
        *("do_not_contact", "description"),
    )
    return {
        "kind": "contact",
        **{name: getattr(row, name) for name in columns},
        "company": row.company.name if row.company else None,
        "owner": _mail(row.owner),
        "tags": sorted(row.tags),
        "archived": row.archived_at is not None,
        **_own("contact", row.properties, money),
    }


def _card(row: Position, money: set[tuple[str, str]]) -> dict[str, Any]:
    return {
        "kind": "position",
        "contact": row.contact.external_id or row.contact.name,
        "pipeline": row.pipeline.name,
        "stage": row.stage.name,
        "outcome": row.outcome,
        "lost_reason": row.lost_reason,
        "owner": _mail(row.owner),
        "title": row.title,
        "value": _whole(row.value_cents),
        "currency": row.currency,
        "priority": row.priority,
        "expected_close_on": row.expected_close_on.isoformat() if row.expected_close_on else None,
        "next_follow_up_on": _day(row.next_follow_up_at),
        "notes": row.notes,
        "score": row.score_in_force,
        "archived": row.archived_at is not None,
        **_own("position", row.properties, money),
    }


def _task(row: Task) -> dict[str, Any]:
    return {
        "kind": "task",
        "title": row.title,
        "contact": (row.contact.external_id or row.contact.name) if row.contact else None,
        "assignee": _mail(row.assignee),
        "due_on": _day(row.due_at),
        "done": row.done_at is not None,
        "notes": row.notes,
    }


def _company(row: Company) -> dict[str, Any]:
    return {
        "kind": "company",
        "name": row.name,
        "domain": row.domain,
        "industry": row.industry,
        "employees": row.employees,
        "city": row.city,
        "owner": _mail(row.owner),
        "archived": row.archived_at is not None,
    }


def _pipeline(row: Pipeline) -> dict[str, Any]:
    stages = Stage.objects.filter(pipeline=row, archived_at=None).order_by("order", "pk")
    return {
        "kind": "pipeline",
        "name": row.name,
        "stages": [stage.name for stage in stages],
        "archived": row.archived_at is not None,
    }


def _activity(row: Activity) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "contact": row.contact.external_id or row.contact.name,
        "text": f"{row.subject} {row.body} {row.outcome}",
        "occurred_on": _day(row.occurred_at),
    }


def compare(before: State, after: State) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Return what changed, by record and field, and the rows that are new."""
    changes: dict[str, dict[str, Any]] = {}
    for key, held in before.items():
        now = after.get(key, {})
        fields = {name: now.get(name) for name in {*held, *now} if held.get(name) != now.get(name)}
        if fields:
            changes[key] = fields
    return changes, [row for key, row in after.items() if key not in before]
