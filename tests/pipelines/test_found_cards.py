"""Cards found by text: the best first, page by page, and no more read than is shown."""

import pytest
from django.db import connection

from crm import companies, contacts, objects
from pipelines import positions


@pytest.fixture
def found_by_text(sales, ada, inside):
    """Six cards that Moss finds: by title, contact and company; two of them are put away."""
    made = []
    for name, title in [("Zoe", "Moss one"), ("Mossad", ""), ("Ann", "A Moss"), ("Amos Moss", "")]:
        contact = contacts.create(name=name, by=ada)
        made.append(positions.enter(contact, pipeline=sales, title=title, by=ada))
    firm = companies.create(name="Moss Ltd", by=ada)
    worker = contacts.create(name="Bea", company=firm, by=ada)
    made.append(positions.enter(worker, pipeline=sales, by=ada))
    away = contacts.create(name="Mossy", by=ada)
    positions.enter(away, pipeline=sales, by=ada)
    contacts.archive(away, by=ada)
    gone = positions.enter(contacts.create(name="Moss", by=ada), pipeline=sales, by=ada)
    positions.archive(gone, by=ada)
    return made


def test_cards_that_a_text_finds_come_in_pages_the_best_first(found_by_text, bob):
    first = objects.find_page("position", by=bob, text="moss", limit=3)
    second = objects.find_page("position", by=bob, text="moss", limit=3, after=first.next)

    called = [card.contact.name for card in [*first.rows, *second.rows]]
    assert called == ["Mossad", "Amos Moss", "Ann", "Bea", "Zoe"]
    assert second.next is None


def test_a_filter_looks_through_all_that_a_text_finds(found_by_text, bob, sales, ada):
    here = [{"field": "position.stage", "op": "=", "value": found_by_text[0].stage.ref}]
    titled = [{"field": "position.title", "op": "contains", "value": "one"}]

    page = objects.find_page("position", by=bob, text="moss", filter=here, limit=5)
    assert [card.contact.name for card in page.rows] == ["Mossad", "Amos Moss", "Ann", "Bea", "Zoe"]
    page = objects.find_page("position", by=bob, text="moss", filter=titled)
    assert [card.title for card in page.rows] == ["Moss one"]


def test_pages_of_what_a_text_finds_take_the_same_statements(
    found_by_text, bob, django_assert_num_queries
):
    for limit in (1, 5):
        with django_assert_num_queries(3):
            objects.find_page("position", by=bob, text="moss", limit=limit)


def test_the_function_that_finds_cards_answers_for_the_tenant_alone(
    elsewhere, found_by_text, sales
):
    call = "select count(*) from pipelines_find_cards(array[%s], 'moss', 500)"

    with connection.cursor() as cursor:
        cursor.execute(call, [sales.pk])
        assert cursor.fetchone() == (5,)
        cursor.execute("select set_config('app.organization', %s, true)", [str(elsewhere.pk)])
        cursor.execute(call, [sales.pk])
        assert cursor.fetchone() == (0,)
