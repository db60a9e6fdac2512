"""The commands for files: what they print, and one sentence where it cannot be."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from audit.actions import tenant
from crm import contacts, refs
from crm.models import Contact, Import


def run(*words):
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,Email\nGrace,grace@navy.example\nBad,nonsense\n")
    return path


def test_a_receipt_names_counts_reasons_and_what_to_undo(acme, ada, file):
    lines = run("import_csv", str(file), "--organization", "Acme").splitlines()

    assert {"read 2", "created 1", "failed 1"} <= set(lines)
    assert any(line.startswith("line 3: Email") for line in lines)
    with tenant(acme.pk):
        assert isinstance(refs.find(lines[-1], "import", by=ada), Import)


def test_a_dry_run_leaves_nothing(acme, file):
    run("import_csv", str(file), "--organization", acme.ref, "--dry-run")

    with tenant(acme.pk):
        assert not Contact.objects.exists()
        assert not Import.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["import_csv", "nowhere.csv", "--organization", "Acme"],
        ["import_csv", "{file}", "--organization", "Nobody"],
        ["import_csv", "{file}", "--organization", "Acme", "--map", "{file}"],
        ["import_csv", "{empty}", "--organization", "Acme"],
        ["export_csv", "things", "--organization", "Acme"],
        ["export_csv", "positions", "--organization", "Acme", "--pipeline", "None such"],
        ["export_csv", "contacts", "--organization", "Acme", "--pipeline", "Sales"],
        ["export_csv", "contacts", "--organization", "Nobody"],
        ["suggest_mapping", "nowhere.csv"],
        ["suggest_mapping", "{empty}"],
    ],
)
def test_what_cannot_be_is_one_sentence(acme, file, tmp_path, words):
    empty = tmp_path / "empty.csv"
    empty.touch()

    with pytest.raises(CommandError) as refusal:
        run(*[word.format(file=file, empty=empty) for word in words])

    assert "\n" not in str(refusal.value)


def test_a_mapping_is_suggested_as_json_that_an_import_takes(acme, file, tmp_path):
    mapping = tmp_path / "map.json"
    mapping.write_text(run("suggest_mapping", str(file), "--kind", "contacts"))

    run("import_csv", str(file), "--organization", "Acme", "--map", str(mapping))

    assert json.loads(mapping.read_text()) == {"Name": "name", "Email": "email"}
    with tenant(acme.pk):
        assert Contact.objects.get().name == "Grace"


def test_an_export_goes_to_standard_output(acme, grace):
    assert "Grace Hopper" in run("export_csv", "contacts", "--organization", "Acme")


def test_an_export_leaves_out_what_was_put_away(acme, ada, grace):
    with tenant(acme.pk):
        contacts.archive(grace, by=ada)

    assert "Grace" not in run(
        "export_csv", "contacts", "--organization", "Acme", "--archived", "without"
    )
    with pytest.raises(CommandError, match="Tasks are never archived"):
        run("export_csv", "tasks", "--organization", "Acme", "--archived", "only")
