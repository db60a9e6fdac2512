"""What conversations expect is written by a script and fits what the import makes."""

from datetime import date
from itertools import chain
from types import SimpleNamespace
from typing import Any

import pytest

from audit.actions import tenant
from crm.models import Activity, Company, Contact, CustomField, Membership, Task
from crm.models.fields import FieldType
from pipelines import gates
from pipelines.models import Position
from tests.language import grounds
from tests.language.expecting.conversations import Conversations
from tests.language.expecting.expectations import ALL, FOLDER, written
from tests.language.expecting.exports import read

# Identities, and what the import puts under another name.
NOT_COMPARED = {
    "id",
    "person",
    "contact",
    "first",
    "last",
    "done_on",
    "applied_on",
    "on",
    "kind",
}


IDS = [f"{part}-{talk.organization}" for part, talk in ALL]


@pytest.mark.parametrize(("part", "talk"), ALL, ids=IDS)
def test_the_script_writes_what_stands_in_the_file(part: str, talk: Conversations) -> None:
    assert (FOLDER / part / f"{talk.organization}.json").read_text() == written(talk)


def test_the_latest_are_many_and_of_every_kind() -> None:
    latest = [talk for part, talk in ALL if part == "latest"]
    every = [each for talk in latest for each in talk.all]

    assert {talk.organization for part, talk in ALL if part != "earlier"} == {*grounds.NAMES}
    assert len(every) >= 150
    assert {each["expects"] for each in every} == {"changes", "answer", "refuses"}
    assert len({each["class"] for each in every}) >= 25


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted({talk.organization for _, talk in ALL}))
def test_expectations_fit_what_the_import_makes(name: str) -> None:
    ground = grounds.lay(name)
    export = read(name)

    with tenant(ground.organization.pk):
        there = _everything(ground.organization)
        rows = [*export.contacts, *export.cards, *export.tasks]
        assert {row.id for row in rows} == {key for key in there if not key.startswith("company:")}
        for row in rows:
            _compare(row, there[row.id])
        said = {(row.contact, row.on, row.kind) for row in export.activities}
        logged = Activity.objects.filter(organization=ground.organization).select_related("contact")
        assert len(logged) == len(export.activities)
        for each in logged:
            found = (each.contact.external_id, each.occurred_at.date(), each.kind)
            assert found in said or (each.kind == "other" and {*found[:2]} <= {*chain(*said)})
        talks = [talk for _, talk in ALL if talk.organization == name]
        for conversation in chain.from_iterable(talk.all for talk in talks):
            for key, fields in (conversation.get("changes") or {}).items():
                _check_change(conversation["id"], there[key], fields, by=ground.by)
            for created in conversation.get("creates", ()):
                assert created.get("contact", next(iter(there))) in there, conversation["id"]


def _everything(organization: Any) -> dict[str, SimpleNamespace]:
    """Return what the database holds by external id, with the names that conversations use."""
    emails = {
        each.pk: each.user.email
        for each in Membership.objects.filter(organization=organization).select_related("user")
    }
    money = {
        (each.on, each.key)
        for each in CustomField.objects.filter(organization=organization)
        if each.type == FieldType.MONEY
    }
    fields = {
        on: {each.key for each in CustomField.objects.filter(organization=organization, on=on)}
        for on in ("contact", "position")
    }

    def custom(row: Any, on: str) -> dict[str, Any]:
        own = {key: row.properties.get(key) for key in fields[on]}
        return {
            f"custom:{key}": value // 100 if value and (on, key) in money else value
            for key, value in own.items()
        }

    def plain(row: Any) -> dict[str, Any]:
        return {
            each.name: getattr(row, each.attname)
            for each in row._meta.concrete_fields
            if not each.is_relation
        } | {"row": row, "archived": row.archived_at is not None}

    found = {}
    for contact in Contact.objects.filter(organization=organization).select_related("company"):
        company = contact.company.name if contact.company else ""
        found[contact.external_id] = SimpleNamespace(
            **plain(contact)
            | custom(contact, "contact")
            | {"owner": emails.get(contact.owner_id), "company": company}
        )
    cards = Position.objects.filter(organization=organization)
    for card in cards.select_related("stage", "pipeline", "contact"):
        follow_up = card.next_follow_up_at
        found[card.external_id] = SimpleNamespace(
            **plain(card)
            | custom(card, "position")
            | {"owner": emails.get(card.owner_id), "stage": card.stage.name}
            | {"pipeline": card.pipeline.name, "next_follow_up_on": follow_up and follow_up.date()}
            | {"value": None if card.value_cents is None else card.value_cents // 100}
            | {"entered_on": card.entered_stage_at.date()}
            | {"closed_on": card.closed_at and card.closed_at.date()}
        )
    for company in Company.objects.filter(organization=organization):
        found[f"company:{company.name}"] = SimpleNamespace(**plain(company))
    for task in Task.objects.filter(organization=organization):
        found[task.external_id] = SimpleNamespace(
            title=task.title,
            due_on=task.due_at and task.due_at.date(),
            assignee=emails.get(task.assignee_id),
            done=task.done_at is not None,
            row=task,
        )
    return found


def _compare(row: SimpleNamespace, there: SimpleNamespace) -> None:
    """Hold a row of the files against the database's."""
    if isinstance(there.row, Task):
        assert there.done == bool(row.done_on)
    for name, value in vars(row).items():
        if name not in NOT_COMPARED:
            known_as = name if hasattr(there, name) else f"custom:{name}"
            found = getattr(there, known_as)
            assert _written(found) == _written(value), (row.id, name)


def _check_change(about: str, there: SimpleNamespace, fields: dict[str, Any], *, by: Any) -> None:
    """Hold that a change is one, and that the product allows it."""
    for name, value in fields.items():
        assert _written(getattr(there, name)) != _written(value), (about, name)
        if name in {"owner", "assignee"}:
            assert Membership.objects.filter(user__email=value).exists(), (about, value)
    if "stage" in fields:
        to = there.row.pipeline.stages.get(name=fields["stage"])
        assert not gates.find_unmet(there.row, gates.find_route(there.row, to), by=by), about
        assert (to.kind == "lost") == ("lost_reason" in fields), about


def _written(value: Any) -> Any:
    """Return a day as custom fields hold it, and nothing for an empty cell."""
    if value == "":
        return None
    return value.isoformat() if isinstance(value, date) else value
