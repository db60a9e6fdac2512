"""Exports: every column, safe in a spreadsheet, and back again as they were."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.urls import reverse

from crm import contacts, custom_fields, exports
from crm.exports import Archived, NeverArchived
from crm.imports.kinds import KINDS
from crm.models import Contact
from crm.refs import NotFound
from pipelines import access, positions
from pipelines.models import Position

HOSTILE = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "'=1",
    "'",
    " spaces  within ",
    "a\r\nb\tc",
    '"',
    "；，",
]


def read(kind, by, **how):
    return list(
        csv.DictReader(io.StringIO("".join(exports.stream(kind, by=by, **how)), newline=""))
    )


def test_every_kind_can_be_exported_with_its_columns(inside, ada):
    assert exports.find_kinds() == list(KINDS)
    for kind in KINDS:
        header = next(iter(exports.stream(kind, by=ada)))
        assert header.strip().split(",") == KINDS[kind].names


def test_nothing_can_be_run_by_a_spreadsheet(inside, ada):
    for text in HOSTILE:
        contacts.create(name="x", job_title=text, by=ada)

    for row in read("contacts", ada):
        assert row["job_title"][:1] not in tuple("=+-@\t\r")


def test_an_export_changes_nothing_when_it_comes_back(inside, ada, take, sales):
    custom_fields.declare("contact", label="Plan", type="text", by=ada)
    custom_fields.declare("position", label="Budget", type="money", by=ada)
    for number, text in enumerate(HOSTILE):
        grace = contacts.create(
            name=f"{text} {number}",
            email=f"g{number}@navy.example",
            tags=[text, "a;b"],
            properties={"plan": text},
            by=ada,
        )
        positions.enter(
            grace,
            pipeline=sales,
            title=text,
            notes=text,
            value_cents=5,
            properties={"budget": 1234},
            by=ada,
        )

    for kind in ("contacts", "positions", "history"):
        receipt = take("".join(exports.stream(kind, by=ada)), kind=kind)

        assert (receipt.created, receipt.updated, receipt.failed) == (0, 0, 0), receipt
        assert (receipt.kept, receipt.skipped) == (0, len(HOSTILE))


def test_values_that_break_programs_come_back_in_an_empty_organization(
    inside, ada, take, data: Path
):
    lines = (data / "hostile_text" / "field_values.jsonl").read_text().split("\n")
    texts = [json.loads(line)["text"] for line in lines if line]
    texts = [text for text in texts if text.strip() and "\x00" not in text and len(text) < 10_000]
    custom_fields.declare("contact", label="Remark", type="text", by=ada)
    for number, text in enumerate(texts):
        contacts.create(
            name=f"n{number}", email=f"n{number}@x.example", properties={"remark": text}, by=ada
        )
    file = "".join(exports.stream("contacts", by=ada))
    for row in Contact.objects.all():
        contacts.update(row, changes={"custom:remark": None}, by=ada)

    receipt = take(file, kind="contacts")

    assert (receipt.failed, receipt.updated) == (0, len(texts))
    held = dict(Contact.objects.values_list("name", "properties__remark"))
    assert [held[f"n{number}"] for number in range(len(texts))] == texts


def test_pages_follow_each_other_without_gap(inside, ada, take, sales, monkeypatch):
    rows = "\n".join(f"Card {n},{['Lead', 'Demo'][n % 2]},c{n}@x.example" for n in range(25))
    take(f"Title,Stage,Email\n{rows}", kind="positions")
    monkeypatch.setattr(exports, "PAGE", 4)

    exported = [row["ref"] for row in read("positions", ada)]

    assert len(exported) == len(set(exported)) == 25


def test_cards_of_a_closed_pipeline_are_for_those_who_see_it(inside, ada, bob, sales, grace):
    positions.enter(grace, pipeline=sales, by=ada)
    access.restrict(sales, by=ada)

    assert (len(read("positions", ada)), len(read("positions", bob))) == (1, 0)
    assert read("history", bob) == []
    with pytest.raises(NotFound):
        exports.stream("positions", by=bob, pipeline="Sales")


def test_a_pipeline_can_be_exported_alone(inside, ada, take, sales):
    take("Title,Pipeline,Email\nA,Sales,a@x.example\nB,Other,b@x.example", kind="positions")

    assert [row["title"] for row in read("positions", ada, pipeline="other")] == ["B"]
    with pytest.raises(exports.NotOfPipelines):
        exports.stream("contacts", by=ada, pipeline="other")


def test_what_was_put_away_is_left_out_or_alone(inside, ada, grace):
    ann = contacts.create(name="Ann Archer", by=ada)
    contacts.archive(ann, by=ada)

    def names(**how):
        return [row["name"] for row in read("contacts", ada, **how)]

    assert names() == [grace.name, "Ann Archer"]
    assert names(archived=Archived.WITHOUT) == [grace.name]
    assert names(archived=Archived.ONLY) == ["Ann Archer"]
    with pytest.raises(NeverArchived, match="Tasks are never archived"):
        exports.stream("tasks", by=ada, archived=Archived.ONLY)


def test_a_list_exports_what_it_shows(log_in, ada, grace):
    client = log_in(ada)

    shown = client.get(reverse("crm:contact_list"))
    put_away = client.get(reverse("crm:contact_list"), {"archived": 1})

    address = reverse("crm:export", args=["contacts"])
    assert f'href="{address}?archived=without"' in shown.content.decode()
    assert f'href="{address}?archived=only"' in put_away.content.decode()
    assert client.get(address, {"archived": "maybe"}).status_code == 404


def test_cards_keep_their_order_from_export_to_import(inside, ada, take, sales, stage):
    take("Title,Stage,Email\nA,Lead,a@x.example\nB,Lead,b@x.example", kind="positions")
    first, second = Position.objects.order_by("rank")
    positions.place(second, above=first, by=ada)

    assert [row["title"] for row in read("positions", ada)] == ["B", "A"]


def test_the_page_sends_a_file(log_in, ada, grace):
    answer = log_in(ada).get("/exports/contacts.csv")

    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Grace Hopper" in body
    assert answer["Content-Disposition"] == 'attachment; filename="contacts.csv"'


def test_the_page_is_for_those_who_may_import(log_in, bob):
    assert log_in(bob).get("/exports/contacts.csv").status_code == 403
