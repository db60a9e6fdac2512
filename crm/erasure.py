"""
Forgetting somebody: the contact goes, all that hangs on it, and what the ledger said of either.

Rows with a key to the contact are found by themselves, those long deleted too. What a higher app
keeps about a contact without such a key, it takes away in a function it registers here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from django.db import models
from django.db.models import Q

from audit import erasure
from audit.actions import command, record
from audit.actors import Actor
from audit.models import Change
from crm import refs
from crm.events import ContactErased
from crm.models import Contact, Link

# Tables and ids.
Rows = set[tuple[str, int]]
# Takes references of what is forgotten, deletes what is kept about them, and returns those rows.
Forget = Callable[[Collection[str]], Iterable[models.Model]]

_forgetters: list[Forget] = []


def forgets(forget: Forget) -> Forget:
    """Have `forget` called, inside the action, whenever somebody is erased."""
    _forgetters.append(forget)
    return forget


@command
def erase(contact: Contact, *, by: Actor, reason: str = "") -> int:
    """
    Forget a contact for good; this cannot be undone.

    :return: how many rows of the ledger were blanked
    :raises NotFound: if the contact is gone
    """
    contact = refs.lock(contact)
    rows = find_rows(contact)
    targets = {ref for table, pk in rows for ref in _refs_of(table, pk)}
    for forget in _forgetters:
        gone = {(row._meta.db_table, row.pk) for row in forget(targets)}
        targets |= {ref for table, pk in gone for ref in _refs_of(table, pk)}
        rows |= gone
    Link.objects.filter(pk__in=[pk for table, pk in rows if table == Link._meta.db_table]).delete()
    forgotten = Contact(pk=contact.pk)
    contact.delete()
    erased = erasure.erase(rows, targets=targets)
    record(ContactErased(contact_id=forgotten.pk), on=forgotten, summary="A contact was erased")
    return erased


def find_rows(contact: Contact) -> Rows:
    """Return the contact's row and every row that hangs or hung on it, by keys or by links."""
    found: Rows = {(Contact._meta.db_table, contact.pk)}
    _follow(Contact, {contact.pk}, found)
    table = Link._meta.db_table
    for end in ["from", "to"]:
        live = Q(**{f"{end}_type": "contact", f"{end}_id": contact.pk})
        found |= {(table, pk) for pk in Link.objects.filter(live).values_list("pk", flat=True)}
        for part in ["before", "after"]:
            logged = {f"{part}__{end}_type": "contact", f"{part}__{end}_id": contact.pk}
            found |= {(table, pk) for pk in _logged(table, Q(**logged))}
    return found


def _follow(model: type[models.Model], ids: set[int], found: Rows) -> None:
    """Add to `found` the rows that would be deleted with those of `model`, or once were."""
    for child, key in _cascades(model):
        table = child._meta.db_table
        live = child._default_manager.filter(**{f"{key}__in": ids}).values_list("pk", flat=True)
        held = Q(**{f"before__{key}__in": list(ids)}) | Q(**{f"after__{key}__in": list(ids)})
        pks = {*live, *_logged(table, held)}
        new = {pk for pk in pks if (table, pk) not in found}
        found |= {(table, pk) for pk in new}
        if new:
            _follow(child, new, found)


def _cascades(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Return the models whose rows go with those of `model`, and the key by which they do."""
    for relation in model._meta.related_objects:
        if getattr(relation, "on_delete", None) is models.CASCADE:
            yield relation.related_model, relation.field.attname


def _logged(table: str, held: Q) -> set[int]:
    """Return the rows of a table that the ledger knows under some values."""
    return set(Change.objects.filter(held, table_name=table).values_list("row_id", flat=True))


def _refs_of(table: str, pk: int) -> Iterator[str]:
    """Return the references by which the ledger may speak of a row."""
    for kind in refs.find_kinds():
        if refs.get_model(kind)._meta.db_table == table:
            yield f"{kind}:{pk}"
