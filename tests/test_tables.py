"""
Every table is sorted: tracked, ledger, or exempt with a reason; walled where it has a tenant.

Read from PostgreSQL's catalogue and not from the models, so that tables nobody thought of count.
"""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

LEDGER = {"audit_action", "audit_change", "audit_event"}

# Written without an action, and why that is right.
EXEMPT = {
    "agents_spending": "counts of what thinking cost; what an agent's cost is an event",
    "agents_budget": "counts of calls; each call is an action",
    "agents_reading": "what agents read, by which they are told when they copy it; no fact",
    "agents_job": "what was said or asked of an agent; all that came of it is the ledger's",
    "agents_step": "what a model said and was answered; each call of it is an action",
    "agents_call": "answers kept for a repeat of the same call, which is an action",
    "agents_clientsession": "what a client wants to hear of its own calls, which are actions",
    "agents_question": "what a call is yet to be told; the call is an action",
    "audit_delivery": "the queue's state: what is delivered is the ledger's event",
    "audit_undoplan": "what somebody was shown, for an hour; undoing is an action",
    "crm_importfile": "an upload's bytes until its rows are in; importing is an action",
    "pipelines_counted": "figures the clock counts, every few minutes anew",
    "pipelines_stagetotal": "sums of what cards say, kept by the database as they change",
    "django_admin_log": "left empty: the ledger says who changed what",
    "django_content_type": "names of models, written by migrations",
    "auth_permission": "names of permissions, written by migrations",
    "django_migrations": "written by migrations, as the owner",
    "django_session": "who is logged in where; gone when it ends",
}

# Found before a tenant is known, and so without a wall.
UNWALLED = {
    "agents_token": "a call's token is what tells its organization; it holds digests alone",
    "crm_membership": "log-in finds where somebody works before an organization is chosen",
}


def ask(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


TABLES = """
    select relname from pg_class
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
"""


def find_triggered(name: str) -> set[str]:
    """Return the tables whose trigger `name` is enabled for the serving role."""
    return {
        table
        for (table,) in ask(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            f" where t.tgname = '{name}' and t.tgenabled in ('O', 'A')"
        )
    }


def find_walled() -> set[str]:
    return {
        table
        for (table,) in ask(
            "select c.relname from pg_class c join pg_policy p on p.polrelid = c.oid"
            " where c.relrowsecurity and p.polcmd = '*'"
        )
    }


def test_every_table_is_sorted(db):
    tables = {table for (table,) in ask(TABLES)}
    tracked = find_triggered("capture")

    assert tables - tracked - LEDGER - set(EXEMPT) == set()
    assert tracked & (LEDGER | set(EXEMPT)) == set(), "sorted twice"
    assert set(EXEMPT) <= tables, "exempt, but not there"


def test_no_tracked_table_can_be_emptied_at_once(db):
    assert find_triggered("capture") <= find_triggered("no_truncate")


def test_the_ledger_is_guarded(db):
    assert find_triggered("no_update") >= LEDGER
    assert find_triggered("no_delete") >= LEDGER
    granted = ask(
        "select table_name, privilege_type from information_schema.role_table_grants"
        " where grantee = current_user"
    )
    held = {(table, verb) for table, verb in granted if table in LEDGER}
    assert held == {
        *(("audit_action", verb) for verb in ["SELECT", "INSERT"]),
        *(("audit_event", verb) for verb in ["SELECT", "INSERT"]),
        ("audit_change", "SELECT"),
    }


def test_every_table_with_a_tenant_has_a_wall(db):
    with_tenant = {
        table
        for (table,) in ask(
            "select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid"
            " where a.attname = 'organization_id' and c.relkind in ('r', 'p')"
            " and c.relnamespace = 'public'::regnamespace"
        )
    }

    assert with_tenant - find_walled() == set(UNWALLED)


def test_tables_behind_a_wall_refer_to_each_other_within_one_tenant(db):
    """A key over an id alone looks past the wall: it could point at another tenant's row."""
    walled = find_walled()
    keys = ask("""
        select child.relname, parent.relname, k.conname, cardinality(k.conkey)
        from pg_constraint k
        join pg_class child on child.oid = k.conrelid
        join pg_class parent on parent.oid = k.confrelid
        where k.contype = 'f'
    """)

    loose = [
        name
        for child, parent, name, width in keys
        if child in walled and parent in walled - LEDGER and width == 1
    ]
    assert loose == []


def test_every_relation_of_a_model_behind_a_wall_is_a_key_in_the_database(db):
    """A relation without Django's own constraint has ours."""
    walled = find_walled()
    composite = {
        (child, column)
        for child, column in ask("""
            select c.relname, a.attname from pg_constraint k
            join pg_class c on c.oid = k.conrelid
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
            where k.contype = 'f' and cardinality(k.conkey) > 1
        """)
    }
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and model._meta.db_table in walled
        and not field.db_constraint
        and (model._meta.db_table, field.column) not in composite
    ]
    assert missing == []


def test_the_serving_role_is_nobody_special(db):
    ((superuser, bypasses, creates, inherits),) = ask(
        "select rolsuper, rolbypassrls, rolcreaterole, exists ("
        "  select from pg_auth_members where member = r.oid)"
        " from pg_roles r where rolname = current_user"
    )

    assert (superuser, bypasses, creates, inherits) == (False, False, False, False)


def test_functions_that_look_past_the_wall_are_named_one_by_one(db):
    """Each filters by tenant itself and has a test with two; sweeps name rows, and show none."""
    found = {
        name
        for (name,) in ask(
            "select p.proname from pg_proc p where p.prosecdef"
            " and p.pronamespace = 'public'::regnamespace"
            " and has_function_privilege(current_user, p.oid, 'EXECUTE')"
        )
    }

    assert found == DEFINERS


def test_functions_of_the_owners_look_only_where_the_owner_says(db):
    """A search path that a caller sets could put other tables before ours; temporary ones last."""
    loose = ask(
        "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
        " and not coalesce(proconfig, '{}') @> '{\"search_path=pg_catalog, public, pg_temp\"}'"
    )

    assert loose == []


DEFINERS = {
    "agents_find_read",
    "agents_forget_calls",
    "agents_forget_read",
    "agents_due_jobs",
    "agents_forget_talk",
    "agents_give_back",
    "agents_spend",
    "approvals_overdue",
    "audit_due_deliveries",
    "audit_erase",
    "audit_verify",
    "crm_contacts_by_other_email",
    "crm_contacts_by_tag",
    "crm_emails_due",
    "crm_find_companies",
    "crm_find_contacts",
    "pipelines_find_cards",
    "pipelines_find_positions",
    "pipelines_fold_totals",
    "pipelines_large",
}


@pytest.mark.parametrize(
    "statement",
    [
        "truncate crm_contact",
        "truncate audit_action",
        "update audit_action set reason = 'x'",
        "delete from audit_event",
        "insert into audit_change (table_name) values ('x')",
        "alter table crm_contact disable trigger capture",
        "alter table crm_contact disable row level security",
        "drop policy tenant on crm_contact",
        "create table mine (id int)",
        "set role wheelhouse_owner",
        "set session_replication_role = replica",
        "set session authorization wheelhouse_owner",
        "alter table audit_change disable trigger all",
        "alter table audit_action no force row level security",
        "drop trigger capture on crm_contact",
        "drop function audit_capture() cascade",
        "alter function audit_capture() set search_path = pg_temp",
        "alter function current_org() rename to mine",
        "create or replace function current_org() returns bigint language sql as 'select 1'",
        "create function public.now() returns timestamptz language sql as 'select null'",
        "create function pg_temp.current_org() returns bigint language sql as 'select 1'",
        "create temporary table audit_change (id int)",
        "create temporary view crm_contact as select 1",
        "create schema mine",
        "create rule none as on insert to audit_change do instead nothing",
        "create policy mine on crm_contact using (true)",
        "create trigger mine before insert on crm_contact execute function audit_refuse()",
        "create extension dblink",
        "alter sequence audit_action_id_seq restart",
        "select setval('audit_action_id_seq', 1)",
        "select audit_capture()",
        "select audit_stamp()",
        "copy audit_change (table_name) from stdin",
        "copy crm_contact to program 'cat'",
        "select lo_create(0)",
        "reassign owned by wheelhouse_owner to current_user",
        "comment on table audit_change is 'x'",
        "lock table audit_change in access exclusive mode",
    ],
)
def test_the_serving_role_cannot_change_the_laws(db, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
