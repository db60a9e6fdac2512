"""What members of a batch write alike is written at once, and nobody's half is left."""

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from audit import batches
from audit.actions import action
from audit.batches import batch
from crm.models import Contact


@pytest.fixture
def working(inside, bob):
    with action("test", by=bob):
        yield


@pytest.fixture
def written():
    """What was written, in one go each."""
    return []


@pytest.fixture
def rename(written):
    """Give contacts other names, as many as there are in one go."""

    def write(rows):
        written.append([name for _, name in rows])
        for pk, name in rows:
            Contact.objects.filter(pk=pk).update(name=name)

    return write


class Unfit(Exception):
    """One member cannot be done."""


def name_of(who):
    return Contact.objects.values_list("name", flat=True).get(pk=who.pk)


def test_without_a_batch_it_is_written_at_once(working, grace, rename, written):
    batches.write(rename, [grace.pk, "Ann"])

    assert (written, name_of(grace)) == ([["Ann"]], "Ann")


def test_what_is_alike_is_written_together_at_the_end(working, rename, written):
    with batch() as begun:
        for number in (1, 2, 3):
            with begun.member():
                batches.write(rename, [-number, str(number)])
        assert written == []

    assert written == [["1", "2", "3"]]


def test_whoever_asks_reads_what_was_to_be_written(working, grace, rename, written):
    with batch() as begun:
        with begun.member():
            batches.write(rename, [grace.pk, "Ann"])
        with begun.member():
            assert name_of(grace) == "Ann"


def test_the_same_is_written_one_after_another(working, grace, rename, written):
    with batch() as begun:
        for name in ("Ann", "Eve"):
            with begun.member():
                batches.write(rename, [grace.pk, name])

    assert (written, name_of(grace)) == ([["Ann"], ["Eve"]], "Eve")


@pytest.mark.parametrize("asks", [False, True])
def test_of_a_member_that_fails_nothing_is_left(working, grace, rename, asks):
    was = name_of(grace)

    with batch() as begun:
        with begun.member():
            batches.write(rename, [grace.pk, F("name")])
        with pytest.raises(Unfit), begun.member():
            batches.write(rename, [grace.pk, "Ann"])
            if asks:
                assert name_of(grace) == "Ann"
            raise Unfit

    assert name_of(grace) == was


def test_what_others_wrote_before_one_that_fails_is_kept(working, grace, rename):
    with batch() as begun:
        with begun.member():
            batches.write(rename, [grace.pk, "Ann"])
        with pytest.raises(Unfit), begun.member():
            Contact.objects.filter(pk=grace.pk).update(job_title="CFO")
            raise Unfit

    grace.refresh_from_db()
    assert (grace.name, grace.job_title == "CFO") == ("Ann", False)


def test_who_asks_nothing_needs_no_savepoint(working, rename):
    with CaptureQueriesContext(connection) as asked, batch() as begun:
        for _ in range(3):
            with begun.member():
                pass

    assert len(asked) == 0


def test_a_batch_that_fails_writes_nothing_more(working, grace, rename, written):
    with pytest.raises(Unfit), batch() as begun:
        with begun.member():
            batches.write(rename, [grace.pk, "Ann"])
        raise Unfit

    assert written == []
