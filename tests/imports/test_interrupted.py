"""An import whose process ended on the way: it is gone on with, and no row is taken over twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.urls import reverse

from audit.actions import action
from audit.models import Event
from crm.events import ImportOrdered
from crm.imports import ordering, progress, registry, running
from crm.models import Contact, Import

# Names alone are no sign to know somebody by: taken over twice, they would be six.
NAMES = b"Name\nAnn\nBo\nCy\n"


class Killed(BaseException):
    """What ends a process is nothing that code can answer."""


@pytest.fixture(autouse=True)
def by_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 1)


@pytest.fixture
def stopped(inside, ada, monkeypatch) -> Import:
    """An import of three, killed in the middle of the second row."""
    importing = running.begin(NAMES, by=ada, filename="names.csv", kind="contacts")
    with pytest.raises(Killed):
        run_until(Killed(), importing, by=ada)
    importing.refresh_from_db()
    return importing


def run_until(end: BaseException, importing: Import, *, by: Any) -> None:
    """Run an import; it ends once the second row is in and nothing is committed yet."""
    take = registry.get("contacts")

    def take_until(records: Any, batch: Any) -> None:
        take(records, batch)
        if batch.receipt.read == 2:
            raise end

    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(registry._importers, "contacts", take_until)
        running.run(importing, by=by)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it had stood still for long enough."""
    monkeypatch.setattr(progress, "LEASE", timedelta(0))


def test_what_a_chunk_brought_and_how_far_it_came_stand_together(stopped):
    assert (stopped.done_rows, stopped.receipt["created"], stopped.is_done) == (1, 1, False)
    assert [contact.name for contact in Contact.objects.all()] == ["Ann"]


def test_it_is_gone_on_with_and_nothing_is_done_twice(stopped, later, ada):
    receipt = running.run(stopped, by=ada)

    assert (receipt.read, receipt.created, receipt.failed) == (3, 3, 0)
    assert sorted(contact.name for contact in Contact.objects.all()) == ["Ann", "Bo", "Cy"]
    assert stopped.is_done


def test_rows_that_failed_before_are_counted_once(inside, ada, later):
    content = b"Name,Email\nBad,nonsense\nAnn,ann@x.example\nBo,bo@x.example\n"
    importing = running.begin(content, by=ada, kind="contacts")
    with pytest.raises(Killed):
        run_until(Killed(), importing, by=ada)

    receipt = running.run(importing, by=ada)

    assert (receipt.created, receipt.failed, [each.line for each in receipt.problems]) == (
        2,
        1,
        [2],
    )


def test_nobody_goes_on_while_it_may_still_run(stopped, ada):
    with pytest.raises(progress.UnderWay):
        running.run(stopped, by=ada)

    assert Contact.objects.count() == 1


def test_a_run_that_was_overtaken_takes_no_further_chunk(stopped, ada):
    with pytest.raises(progress.UnderWay), action("test.take", by=ada):
        progress.hold(stopped, done=0)


def test_a_database_that_went_away_does_not_end_it(inside, ada, later):
    importing = running.begin(NAMES, by=ada, kind="contacts")
    with pytest.raises(OperationalError):
        run_until(OperationalError("terminating connection"), importing, by=ada)

    assert running.run(importing, by=ada).created == 3


def test_a_task_that_comes_again_finishes_it(stopped, later, ada):
    ordering.run(
        import_id=stopped.pk,
        organization_id=ada.organization_id,
        membership_id=ada.membership_id,
    )

    assert Contact.objects.count() == 3


def count_orders(importing: Import) -> int:
    return Event.objects.filter(name=ImportOrdered.name, target=importing.ref).count()


def test_its_page_says_so_and_lets_it_be_ordered_again(stopped, later, log_in, ada):
    client = log_in(ada)

    page = client.get(reverse("crm:import", args=[stopped.pk])).content.decode()
    client.post(reverse("crm:import_resume", args=[stopped.pk]))

    assert "It stopped on the way" in page
    assert "Go on with the import" in page
    assert count_orders(stopped) == 1


def test_one_that_runs_is_not_ordered_again(stopped, log_in, ada):
    log_in(ada).post(reverse("crm:import_resume", args=[stopped.pk]))

    assert count_orders(stopped) == 0


def test_members_may_not_go_on_with_it(stopped, later, log_in, bob):
    page = reverse("crm:import_resume", args=[stopped.pk])

    assert log_in(bob).post(page).status_code == 403


def test_strangers_find_nothing_to_go_on_with(log_in, eve, ada):
    importing = running.begin(NAMES, by=ada, filename="names.csv", kind="contacts")

    answer = log_in(eve).post(reverse("crm:import_resume", args=[importing.pk]))

    assert answer.status_code == 404


def test_the_command_goes_on_with_it(stopped, later, acme, capsys):
    call_command("import_csv", "--resume", stopped.ref, "--organization", acme.ref)

    assert "created 3" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("ref", ["import:0", "contact:1", "nonsense"])
def test_the_command_says_what_there_is_not(acme, ref):
    with pytest.raises(CommandError):
        call_command("import_csv", "--resume", ref, "--organization", acme.ref)


def test_the_command_wants_a_file_or_what_to_go_on_with(acme):
    with pytest.raises(CommandError):
        call_command("import_csv", "--organization", acme.ref)
