"""What fields of text hold in an organization's rows: the words people choose from."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from audit.actors import Actor

LOOKED_AT = 4_000  # rows of a kind whose values are known at once, the newest first
MOST_VALUES = 300  # different values of one field: what has more is no choice of a few
LONGEST = 60  # characters of a value
# Columns whose values are words of the organization.
COLUMNS = {
    "contact": ("subtype", "source", "city", "region", "country", "language", "job_title"),
    "company": ("industry", "city", "country", "region", "subtype"),
    "position": ("priority",),
}
TABLES = {"contact": "crm_contact", "company": "crm_company", "position": "pipelines_position"}

_NEWEST = """
    with newest as (
        select * from {table} where organization_id = %s and archived_at is null
        order by id desc limit {limit}
    ), held as (
        select unnest(%s::text[]) as name, unnest(array[{picked}]::text[]) as value from newest
    ), counted as (
        select name, value, count(*) over (partition by name) as many from (
            select distinct name, value from held where value <> '' and length(value) <= {longest}
        ) as different
    )
    select name, value from counted where many <= {most} order by 1, 2
"""
_NAMED = """
    select distinct held.called, held.said
    from {table}, unnest(%s::text[], array[{picked}]::text[]) as held(called, said)
    where organization_id = %s and archived_at is null and lower(held.said) = any(%s)
    order by 1, 2
"""
_TAGS = """
    select distinct unnest(tags) from (
        select tags from crm_contact where organization_id = %s and archived_at is null
        order by id desc limit {limit}
    ) as newest limit {most}
"""
_NAMED_TAGS = """
    select distinct tag from crm_contact, unnest(tags) as tag
    where organization_id = %s and archived_at is null and tags <> '{{}}' and lower(tag) = any(%s)
"""


def read(on: str, keys: Sequence[str], *, by: Actor) -> list[tuple[str, str]]:
    """Return field and value of what the newest rows of a kind hold; `keys` are of own fields."""
    return _ask(_NEWEST, on, keys, [by.tenant_id], [])


def find(
    on: str, keys: Sequence[str], called: Sequence[str], *, by: Actor
) -> list[tuple[str, str]]:
    """Return field and value wherever a row of a kind holds one of some words, in small letters."""
    return _ask(_NAMED, on, keys, [], [by.tenant_id, list(called)])


def read_tags(*, by: Actor) -> list[str]:
    """Return the tags of the newest contacts."""
    return _column(_TAGS.format(limit=LOOKED_AT, most=MOST_VALUES), [by.tenant_id])


def find_tags(called: Sequence[str], *, by: Actor) -> list[str]:
    """Return the tags that are called one of some words, in small letters."""
    return _column(_NAMED_TAGS.format(), [by.tenant_id, list(called)])


def _ask(
    template: str, on: str, keys: Sequence[str], before: list[Any], after: list[Any]
) -> list[tuple[str, str]]:
    names = [*COLUMNS[on], *(f"custom.{key}" for key in keys)]
    picked = ", ".join([*COLUMNS[on], *("properties ->> %s" for _ in keys)])
    sql = template.format(
        table=TABLES[on], picked=picked, limit=LOOKED_AT, most=MOST_VALUES, longest=LONGEST
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*before, names, *keys, *after])
        return list(cursor.fetchall())


def _column(sql: str, given: list[Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [value for (value,) in cursor.fetchall()]
