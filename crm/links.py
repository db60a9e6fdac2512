"""Links: relations between objects, of kinds an organization names itself."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from audit.actions import Refusal, command, record
from audit.actors import Actor
from crm import fields, refs, relations
from crm.custom_fields import KEY
from crm.events import Linked, LinkTypeDeclared, Unlinked
from crm.fields import FieldError
from crm.models import Link, LinkType
from crm.relations import Relation

# Kinds of relation that need no declaring: they come to be when first used.
SHIPPED = {
    "reports_to": ("reports to", "is reported to by", "contact", "contact"),
    "referred_by": ("was referred by", "referred", "contact", "contact"),
    "knows": ("knows", "is known by", "contact", "contact"),
    "worked_at": ("worked at", "employed", "contact", "company"),
    "parent_company": ("belongs to", "owns", "company", "company"),
    "partner_of": ("is a partner of", "is a partner of", "company", "company"),
}


class UnknownLinkType(Refusal):
    """There is no such kind of relation."""


class DoesNotFit(Refusal):
    """This kind of relation does not hold between such objects."""


@command
def declare(
    key: str,
    *,
    label: str,
    from_type: str,
    to_type: str,
    by: Actor,
    inverse_label: str = "",
    reason: str = "",
) -> LinkType:
    """
    Name a kind of relation; one of that key and ends is returned as it is.

    :param key: reports_to
    :param label: as it reads from the first to the second: "reports to"
    :raises FieldError: if something about it cannot be
    """
    wrong = {}
    if not KEY.fullmatch(key):
        wrong["key"] = "A key has small letters, digits and underscores: reports_to."
    if not label.strip() or len(label) > 120 or len(inverse_label) > 120:
        wrong["label"] = "A label has 1 to 120 characters."
    for name, kind in {"from_type": from_type, "to_type": to_type}.items():
        if kind not in refs.find_kinds():
            wrong[name] = fields.not_a_choice(kind, refs.find_kinds())
    if wrong:
        raise FieldError(wrong)
    type, created = LinkType.objects.get_or_create(
        organization_id=by.tenant_id,
        key=key,
        defaults={
            "label": label.strip(),
            "inverse_label": inverse_label.strip(),
            "from_type": from_type,
            "to_type": to_type,
            "created_by": by.ref,
        },
    )
    if (type.from_type, type.to_type) != (from_type, to_type):
        raise DoesNotFit(f"{key} holds from {type.from_type} to {type.to_type} already.")
    if created:
        record(
            LinkTypeDeclared(link_type_id=type.pk, key=key),
            on=type,
            summary=f"A kind of relation was added: {type.label}",
        )
    return type


@command
def link(
    first: models.Model,
    second: models.Model,
    *,
    type: str | LinkType,
    by: Actor,
    properties: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Link:
    """
    Relate `first` to `second`; where they are related so already, only the properties change.

    :param type: a kind of relation or its key
    :raises UnknownLinkType: if the organization has none of that key
    :raises DoesNotFit: if it holds between other kinds of object, or an object to itself
    :raises NotFound: if one of them is gone
    """
    kind = find_type(type, by=by)
    held: list[Any] = [refs.lock(first), refs.lock(second)]
    ends = [refs.parse(row.ref) for row in held]
    if [end.kind for end in ends] != [kind.from_type, kind.to_type] or ends[0] == ends[1]:
        raise DoesNotFit(
            f"{kind.label} holds from one {kind.from_type} to another {kind.to_type},"
            f" not from {ends[0]} to {ends[1]}."
        )
    related, created = Link.objects.get_or_create(
        organization_id=by.tenant_id,
        type=kind,
        from_type=ends[0].kind,
        from_id=ends[0].id,
        to_type=ends[1].kind,
        to_id=ends[1].id,
        defaults={"properties": dict(properties or {}), "created_by": by.ref},
    )
    if created:
        record(
            Linked(link_id=related.pk, type=kind.key, from_ref=str(ends[0]), to_ref=str(ends[1])),
            on=first,
            # By reference: a name in somebody else's story would outlive its own erasure.
            summary=f"{relations.called(first)} {kind.label} {ends[1]}",
        )
    elif properties is not None and related.properties != dict(properties):
        related.properties = dict(properties)
        related.save(update_fields=["properties"])
    return related


@command
def unlink(link: Link, *, by: Actor, reason: str = "") -> None:
    """
    Take a relation away.

    :raises NotFound: if it is gone
    """
    held = refs.lock(link)
    ends = f"{held.from_type}:{held.from_id}", f"{held.to_type}:{held.to_id}"
    fact = Unlinked(link_id=held.pk, type=held.type.key, from_ref=ends[0], to_ref=ends[1])
    first = refs.get_model(held.from_type)(pk=held.from_id)
    held.delete()
    record(fact, on=first, summary=f"{ends[0]} no longer {held.type.label} {ends[1]}")


def get_of(row: models.Model, *, by: Actor) -> list[Relation]:
    """Return the links of one object to others that `by` may see, whichever way they go."""
    return relations.links_of([row], by).get(row.pk, [])


def find_type(type: str | LinkType, *, by: Actor) -> LinkType:
    """
    Return a kind of relation by its key; a shipped one comes to be when first used.

    :raises UnknownLinkType: if there is none; names the nearest
    """
    key = type.key if isinstance(type, LinkType) else type
    known = LinkType.objects.visible_to(by)
    found = known.filter(key=key).first()
    if found is None and key in SHIPPED:
        label, inverse_label, from_type, to_type = SHIPPED[key]
        ends = {"from_type": from_type, "to_type": to_type}
        found = declare(key, label=label, inverse_label=inverse_label, by=by, **ends)
    if found is None:
        keys = {*known.values_list("key", flat=True), *SHIPPED}
        raise UnknownLinkType(f"{key}: {fields.unknown(key, keys)}")
    return found
