"""What is to change on a row with custom fields: read and checked as a whole, then applied."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models

from audit.actors import Actor
from crm import addresses, custom_fields, fields, refs
from crm.fields import FieldError
from crm.models import Membership, Organization

# A custom field stands among the others under this prefix: custom:plan.
CUSTOM = "custom:"

Refine = Callable[[str], str]


class Customizable(Protocol):
    """A row that holds custom fields beside its columns."""

    properties: Any

    @property
    def _meta(self) -> Any: ...


@dataclass(frozen=True)
class Edit:
    """New values of columns, and of custom fields (None where one is to be emptied)."""

    columns: dict[str, Any]
    custom: dict[str, Any]

    def value(self, name: str) -> Any:
        """Return the new value of a column or of `custom:<key>`."""
        if is_custom(name):
            return self.custom[name.removeprefix(CUSTOM)]
        return self.columns[name]

    def only(self, names: Collection[str]) -> "Edit":
        """Return the part of the edit that concerns `names`."""
        return Edit(
            {name: value for name, value in self.columns.items() if name in names},
            {key: value for key, value in self.custom.items() if f"{CUSTOM}{key}" in names},
        )


def read(
    model: type[models.Model],
    changes: Mapping[str, Any],
    *,
    by: Actor,
    allowed: Collection[str],
    refine: Mapping[str, Refine],
) -> Edit:
    """
    Check what is to change: columns by name, custom fields as `custom:<key>` or in `properties`.

    :param refine: what brings a field's text into its normal form
    :raises FieldError: names every field that is unknown or whose value does not fit
    :raises NotFound: if an owner is named whom the organization does not have
    """
    plain = {name: value for name, value in changes.items() if not is_custom(name)}
    own = dict(plain.pop("properties", None) or {})
    own |= {name.removeprefix(CUSTOM): changes[name] for name in changes if is_custom(name)}
    columns, wrong = fields.sift(model, plain, allowed=allowed)
    wrong |= _refine(columns, refine)
    custom = {}
    try:
        custom = _clean_custom(model, own, by=by)
    except FieldError as problem:
        wrong |= problem.fields
    if wrong:
        raise FieldError(wrong)
    if "owner" in columns:
        columns["owner"] = find_member(columns["owner"], by=by)
    return Edit(columns, custom)


def is_custom(name: str) -> bool:
    return name.startswith(CUSTOM)


def apply(row: Customizable, edit: Edit) -> list[str]:
    """Set the new values on `row`; return the names of those that differ from what it held."""
    changed = []
    for name, value in edit.columns.items():
        field = row._meta.get_field(name)
        assert isinstance(field, models.Field)
        held = getattr(row, field.attname)
        if held != (value.pk if isinstance(value, models.Model) else value):
            setattr(row, name, value)
            changed.append(name)
    merged = custom_fields.merge(row.properties, edit.custom)
    changed += [
        f"{CUSTOM}{key}" for key in edit.custom if merged.get(key) != row.properties.get(key)
    ]
    row.properties = merged
    return changed


def columns_of(changed: Collection[str]) -> list[str]:
    """Return the columns to save for the fields that changed."""
    columns = [name for name in changed if not is_custom(name)]
    return columns if len(columns) == len(changed) else [*columns, "properties"]


def find_member(value: Any, *, by: Actor) -> Membership | None:
    """
    Return the member meant by a membership, a reference or an e-mail address; None for nobody.

    :raises NotFound: if the organization has no such member
    """
    if value is None or value == "":
        return None
    members = Membership.objects.visible_to(by)
    if isinstance(value, Membership):
        found = members.filter(pk=value.pk).first()
    elif isinstance(value, str) and "@" in value:
        found = members.filter(user__email=addresses.email_key(value)).first()
    else:
        found = members.filter(pk=refs.parse(value, "member").id).first()
    if found is None:
        says = f"Nobody here is {value}: name a member by e-mail or as member:3."
        raise refs.NotFound(says, named=str(value))
    return found


def phone_keys(columns: Mapping[str, Any], names: Collection[str], *, by: Actor) -> dict[str, str]:
    """Return the keys of the phone numbers among `columns`, by the names of the key columns."""
    given = {name: columns[name] for name in names if name in columns}
    if not any(given.values()):
        return {f"{name}_key": "" for name in given}
    country = Organization.objects.values_list("country", flat=True).get(pk=by.tenant_id)
    return {
        f"{name}_key": addresses.phone_key(number, country=country)
        for name, number in given.items()
    }


def url(text: str) -> str:
    """Refine a web address; empty stays empty."""
    return addresses.clean_url(text) if text else ""


def email(text: str) -> str:
    """Refine an e-mail address; empty stays empty."""
    return addresses.clean_email(text) if text.strip() else ""


def domain(text: str) -> str:
    """Refine a domain; empty stays empty."""
    return addresses.clean_domain(text) if text.strip() else ""


def _refine(columns: dict[str, Any], refine: Mapping[str, Refine]) -> dict[str, str]:
    """Bring values into their normal forms; return what is wrong with others, by field."""
    wrong = {}
    for name in [name for name in refine if columns.get(name)]:
        form, held = refine[name], columns[name]
        try:
            columns[name] = [form(each) for each in held] if type(held) is list else form(held)
        except addresses.NotAnAddress as problem:
            wrong[name] = str(problem)
    return wrong


def _clean_custom(
    model: type[models.Model], values: dict[str, Any], *, by: Actor
) -> dict[str, Any]:
    if not values:
        return {}
    declared = custom_fields.find(by.organization_id or 0, refs.kind_of(model))
    return custom_fields.clean(values, declared=declared)
