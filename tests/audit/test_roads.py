"""Whatever road a write takes, the ledger has it, or there is no write."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from audit.actions import action
from audit.models import Change
from crm import activities
from crm.models import Contact, LinkType


def run(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def copy_into(table, lines):
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.connection.cursor().copy(f"copy {table} from stdin") as copy,
    ):
        copy.write(lines)


ROADS = {}


def road(write):
    ROADS[write.__name__] = write
    return write


@road
def saving(organization, grace):
    grace.name = "Admiral"
    grace.save()


@road
def updating_a_queryset(organization, grace):
    Contact.objects.update(name=Concat(F("name"), Value("!")))


@road
def creating_in_bulk(organization, grace):
    Contact.objects.bulk_create([Contact(organization=organization, name="Alan")])


@road
def updating_in_bulk(organization, grace):
    grace.name = "Admiral"
    Contact.objects.bulk_update([grace], ["name"])


@road
def creating_or_updating_in_bulk(organization, grace):
    grace.name = "Admiral"
    Contact.objects.bulk_create(
        [grace], update_conflicts=True, unique_fields=["id"], update_fields=["name"]
    )


@road
def deleting_with_what_hangs_on_it(organization, grace):
    grace.delete()


@road
def deleting_as_sql(organization, grace):
    run("delete from crm_contact where id = %s", grace.pk)


@road
def updating_as_sql(organization, grace):
    run("update crm_contact set name = 'Admiral'")


@road
def inserting_from_a_query(organization, grace):
    columns = [each.column for each in LinkType._meta.concrete_fields if each.column != "id"]
    anew = ["key || '2'" if column == "key" else column for column in columns]
    run(
        f"insert into crm_linktype ({', '.join(columns)})"
        f" select {', '.join(anew)} from crm_linktype limit 1"
    )


@road
def inserting_or_updating(organization, grace):
    run(
        "insert into crm_linktype select * from crm_linktype"
        " on conflict (id) do update set label = 'other'"
    )


@road
def merging(organization, grace):
    run(
        "merge into crm_contact as t using (values (%s::bigint)) as s(id) on t.id = s.id"
        " when matched then update set name = 'Admiral'",
        grace.pk,
    )


@road
def merging_away(organization, grace):
    run(
        "merge into crm_linktype as t using (values ('k')) as s(key) on t.key = s.key"
        " when matched then delete"
    )


@road
def writing_in_a_query(organization, grace):
    run("with done as (update crm_contact set name = 'Admiral' returning id) select from done")


@road
def writing_in_a_block(organization, grace):
    run("do $$ begin update crm_contact set name = 'Admiral'; end $$")


@road
def copying(organization, grace):
    """Only where there is no wall; behind one PostgreSQL refuses it."""
    copy_into("auth_group (name)", "Copied\n")


@pytest.fixture
def kind(inside, ada):
    with action("test.arrange", by=ada):
        return LinkType.objects.create(
            organization=inside, key="k", label="k", from_type="contact", to_type="company"
        )


@pytest.mark.parametrize("write", ROADS.values(), ids=ROADS)
def test_every_road_is_recorded(inside, grace, ada, kind, write):
    with action("test.write", by=ada) as doing:
        write(inside, grace)

    assert Change.objects.filter(action_id=doing.id).exists()


@pytest.mark.parametrize("write", ROADS.values(), ids=ROADS)
def test_no_road_leads_round_the_ledger(inside, grace, kind, write):
    before = Change.objects.count()

    with pytest.raises(DatabaseError, match="outside an action"), transaction.atomic():
        write(inside, grace)

    grace.refresh_from_db()
    assert (grace.name, Change.objects.count()) == ("Grace Hopper", before)


def test_what_goes_along_is_recorded_as_well(inside, grace, ada):
    """A cascade is a write like any other."""
    activities.log(grace, kind="note", by=ada)

    with action("test.delete", by=ada) as doing:
        grace.delete()

    gone = Change.objects.filter(action_id=doing.id, verb="delete")
    assert set(gone.values_list("table_name", flat=True)) == {"crm_contact", "crm_activity"}


@pytest.mark.parametrize("table", ["crm_contact", "crm_membership", "auth_group"])
def test_no_table_is_emptied_at_once(inside, grace, ada, table):
    with (
        pytest.raises(DatabaseError),
        action("test.empty", by=ada),
        transaction.atomic(),
    ):
        run(f"truncate {table} cascade")


def test_nothing_is_copied_past_the_wall(inside, grace, ada):
    with (
        pytest.raises(DatabaseError, match="COPY FROM not supported with row-level security"),
        action("test.copy", by=ada),
        transaction.atomic(),
    ):
        copy_into("crm_contact", "x")


def test_a_secret_is_recorded_as_changed_only(inside, ada, bob):
    with action("test.write", by=ada) as doing:
        run("update crm_user set password = 'secret' where id = %s", bob.id)

    change = Change.objects.get(action_id=doing.id)
    assert (change.withheld, "secret" in str([change.before, change.after])) == (
        ["password"],
        False,
    )


def test_another_tenants_rows_cannot_be_written(acme, elsewhere, grace, ada):
    with action("test.write", by=ada):
        run("update crm_contact set name = 'x' where organization_id = %s", elsewhere.pk)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            run("update crm_contact set organization_id = %s", elsewhere.pk)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Contact.objects.create(organization=elsewhere, name="x")
        grace.refresh_from_db()

    assert (grace.name, grace.organization_id) == ("Grace Hopper", acme.pk)
