"""The pages of an import: upload, columns, preview, receipt."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.imports import ordering, running
from crm.models import Contact, Import

PEOPLE = b"Name,Email,Size\nGrace,grace@navy.example,9\nBad,nonsense,1\n"


@pytest.fixture
def uploaded(acme, ada):
    return running.begin(PEOPLE, by=ada, filename="people.csv", kind="contacts")


def upload(client, content, name="people.csv"):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(reverse("crm:import_new"), {"file": file, "kind": "", "pipeline": ""})


def test_an_upload_leads_to_its_columns(inside, log_in, ada):
    answer = upload(log_in(ada), PEOPLE)

    importing = Import.objects.get()
    assert answer.url == reverse("crm:import_mapping", args=[importing.pk])
    assert (importing.kind, importing.row_count, importing.started_at) == ("contacts", 2, None)


def test_what_is_no_table_is_said_at_the_field(inside, log_in, ada):
    answer = upload(log_in(ada), b"%PDF-1.7", "people.pdf")

    assert answer.status_code == 422
    assert "PDF" in answer.content.decode()
    assert not Import.objects.exists()


def test_the_columns_show_suggestions_and_samples(inside, log_in, ada, uploaded):
    page = log_in(ada).get(reverse("crm:import_mapping", args=[uploaded.pk])).content.decode()

    assert '<option value="email" selected' in page
    assert "grace@navy.example" in page


def test_a_field_of_ones_own_is_not_taken_for_one_there_is(inside, log_in, ada):
    odd = running.begin(
        b"Name,Phone\nGrace,none of it\n", by=ada, filename="odd.csv", kind="contacts"
    )

    page = log_in(ada).get(reverse("crm:import_mapping", args=[odd.pk])).content.decode()

    assert '<option value="phone">Phone</option>' in page
    assert "selected>Phone: a field of your own</option>" in page


@pytest.mark.parametrize(
    ("kind", "leads_to"),
    [
        ("contacts", "crm:contact_list"),
        ("companies", "crm:company_list"),
        ("tasks", "crm:task_list"),
        ("positions", "pipelines:home"),
    ],
)
def test_a_receipt_leads_to_what_was_imported(inside, log_in, ada, kind, leads_to):
    text = {"companies": b"Company\nNavy\n", "tasks": b"Task,Due\nCall,2026-01-01\n"}
    importing = running.begin(
        text.get(kind, b"Name,Email,Stage\nGrace,g@navy.example,New\n"),
        by=ada,
        filename="some.csv",
        kind=kind,
    )
    running.run(importing, by=ada)

    page = log_in(ada).get(reverse("crm:import", args=[importing.pk])).content.decode()

    assert f'<a class="button chief" href="{reverse(leads_to)}">' in page


def test_columns_that_cannot_be_are_refused(inside, log_in, ada, uploaded):
    chosen = {"kind": "contacts", "column-0": "email", "column-1": "email"}

    answer = log_in(ada).post(reverse("crm:import_mapping", args=[uploaded.pk]), chosen)

    assert answer.status_code == 422


def test_a_column_left_out_is_left_out(inside, log_in, ada, uploaded):
    chosen = {"kind": "contacts", "column-0": "name", "column-1": "email", "column-2": ""}

    log_in(ada).post(reverse("crm:import_mapping", args=[uploaded.pk]), chosen)
    running.run(uploaded, by=ada)

    assert Contact.objects.get().properties == {}


def test_the_preview_says_what_would_happen_and_changes_nothing(inside, log_in, ada, uploaded):
    page = log_in(ada).get(reverse("crm:import_preview", args=[uploaded.pk])).content.decode()

    assert "nonsense" in page
    assert not Contact.objects.exists()


def preview(client, content, kind, by):
    begun = running.begin(content, by=by, filename="file.csv", kind=kind)
    page = client.get(reverse("crm:import_preview", args=[begun.pk])).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_preview_names_boards_stages_and_fields_it_would_make(inside, log_in, ada):
    cards = b"Deal Name,Stage,Pipeline,Amount,Plan\nBig,Demo,Ships,5,gold\nSmall,Won,Ships,6,tin\n"

    page = preview(log_in(ada), cards, "positions", ada)

    assert "1 board: Ships" in page
    assert "2 stages: Demo, Won on Ships" in page
    assert "1 field: Plan" in page


def test_of_many_things_to_be_made_some_are_named(inside, log_in, ada):
    header = ",".join(f"Column{nth}" for nth in range(60))
    row = ",".join(["x"] * 60)

    page = preview(
        log_in(ada), f"Name,Email,{header}\nA,a@b.example,{row}\n".encode(), "contacts", ada
    )

    assert "60 fields: Column0, Column1" in page
    assert "and 20 more" in page


def test_the_preview_shows_the_first_rows_as_they_are_read(inside, log_in, ada):
    cards = (
        "Deal Name;Stage;Betrag;Close Date\nBig;Demo;1.234,50 €;31.12.2026\n"
        "Small;Demo;7,00 €;01.02.2027\n"
    ).encode()

    page = preview(log_in(ada), cards, "positions", ada)

    assert "Big Stage Demo" in page
    assert "€1,234.50" in page
    assert "1 Feb 2027" in page


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"Name,Email\n", "contacts", "There are no rows below the headings."),
        (b"Size,Colour\n9,red\n", "tasks", "Not one row can be taken as tasks."),
    ],
)
def test_what_would_change_nothing_is_said_and_not_offered(
    inside, log_in, ada, content, kind, said
):
    begun = running.begin(content, by=ada, filename="people.csv", kind=kind)

    page = log_in(ada).get(reverse("crm:import_preview", args=[begun.pk])).content.decode()

    assert said in page
    assert ">Import</button>" not in page


def test_a_file_imported_already_is_said_to_be_here(inside, log_in, ada):
    content = b"Name,Email\nGrace,grace@navy.example\n"
    running.run(running.begin(content, by=ada, filename="a.csv", kind="contacts"), by=ada)
    again = running.begin(content, by=ada, filename="b.csv", kind="contacts")

    page = log_in(ada).get(reverse("crm:import_preview", args=[again.pk])).content.decode()

    assert "is here already" in page


def test_an_empty_file_is_told_what_should_be_in_it(inside, log_in, ada):
    answer = upload(log_in(ada), b"")

    assert answer.status_code == 422
    assert "column names and rows of data" in answer.content.decode()


def test_ordering_twice_runs_once(inside, log_in, ada, uploaded):
    order = {
        "import_id": uploaded.pk,
        "organization_id": ada.organization_id,
        "membership_id": ada.membership_id,
    }

    ordering.run(**order)
    ordering.run(**order)

    assert Contact.objects.count() == 1


def test_the_receipt_names_bad_rows_and_offers_undo(inside, log_in, ada, uploaded):
    running.run(uploaded, by=ada)

    page = log_in(ada).get(reverse("crm:import", args=[uploaded.pk])).content.decode()

    assert "nonsense" in page
    assert "Undo this import" in page


@pytest.mark.parametrize("page", ["import_mapping", "import_preview", "import"])
def test_strangers_find_nothing(log_in, eve, uploaded, page):
    assert log_in(eve).get(reverse(f"crm:{page}", args=[uploaded.pk])).status_code == 404


def test_members_may_not_import(log_in, bob):
    assert log_in(bob).get(reverse("crm:import_new")).status_code == 403
