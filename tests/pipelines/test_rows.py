"""Rows made by hand are the rows the ORM makes."""

import pytest
from django.db import connection

from crm.models import Contact, Organization
from pipelines import rows
from pipelines.models import Pipeline, Position, Stage


@pytest.mark.parametrize("model", [Position, Contact, Pipeline, Stage, Organization])
def test_a_row_by_hand_is_the_row_of_the_orm(model, card, inside):
    theirs = model.objects.order_by("pk").first()

    with connection.cursor() as cursor:
        table = model._meta.db_table
        columns = rows.columns_of(model, "t")
        cursor.execute(f"select {columns} from {table} t where t.id = %s", [theirs.pk])
        ours = rows.build(model, cursor.fetchone())

    fields = [field.attname for field in model._meta.concrete_fields]
    assert ours == theirs
    assert {name: getattr(ours, name) for name in fields} == {
        name: getattr(theirs, name) for name in fields
    }
    assert (ours._state.adding, ours._state.db) == (theirs._state.adding, theirs._state.db)


def test_a_row_by_hand_is_saved_and_related_like_any_other(card, stage, inside):
    with connection.cursor() as cursor:
        columns = rows.columns_of(Position, "p")
        cursor.execute(f"select {columns} from pipelines_position p where id = %s", [card.pk])
        ours = rows.build(Position, cursor.fetchone())

    assert ours.contact == card.contact
    ours.stage = stage("Demo")
    assert (ours.stage_id, ours.stage) == (stage("Demo").pk, stage("Demo"))
    ours.stage_id = stage("Lead").pk
    assert ours.stage == stage("Lead"), "what is cached follows its id"
    ours.refresh_from_db()
    assert ours.stage_id == card.stage_id
