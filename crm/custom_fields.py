"""Fields an organization adds to its contacts, companies and positions, and what they may hold."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from audit import clock
from audit.actions import Refusal, command, record
from audit.actors import Actor
from crm import addresses, fields, refs
from crm.events import FieldArchived, FieldDeclared, FieldRestored, FieldUpdated
from crm.fields import FieldError, Unsuitable
from crm.models import CustomField, Organization
from crm.models.fields import FieldType

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
LONGEST_VALUE = 10_000
# JavaScript and JSON readers everywhere count exactly up to here.
LARGEST_NUMBER = 2**53 - 1
MOST_DECIMALS = 10
MOST_FIELDS = 200

_kinds = ["contact", "company"]


class AlreadyDeclared(Refusal):
    """There is a field of that key already."""


def allow(kind: str) -> None:
    """Let rows of one more kind have custom fields; they keep values in `properties`."""
    if kind not in _kinds:
        _kinds.append(kind)


def find(organization: Organization | int, on: str) -> list[CustomField]:
    """Return the fields in use on a kind of row, in the order they were declared."""
    organization_id = organization if isinstance(organization, int) else organization.pk
    rows = CustomField.objects.filter(organization_id=organization_id, on=on, archived_at=None)
    return list(rows.order_by("id"))


def suggest_key(label: str) -> str:
    """Return a key made from a label: "Contract (€)" gives "contract"."""
    words = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    return (words if words[:1].isalpha() else f"field_{words}".rstrip("_"))[:60]


@command
def declare(
    on: str,
    *,
    label: str,
    type: str,
    by: Actor,
    key: str = "",
    choices: Sequence[str] = (),
    reason: str = "",
) -> CustomField:
    """
    Add a field to a kind of row; where the key was archived, bring it back.

    :param on: contact, company or position
    :param key: made from the label where it is not given
    :raises FieldError: if something about it cannot be
    :raises AlreadyDeclared: if the key is in use
    """
    key = key or suggest_key(label)
    chosen = _clean_choices(choices)
    _check_declaration(on, key=key, label=label, type=type, choices=chosen)
    known = CustomField.objects.select_for_update().filter(
        organization_id=by.tenant_id, on=on, key=key
    )
    field = known.first() or CustomField(
        organization_id=by.tenant_id, on=on, key=key, created_by=by.ref
    )
    if field.pk and (field.archived_at is None or field.type != type):
        raise AlreadyDeclared(f"There is a field {key} ({field.label}) on {on} already.", key=key)
    field.label, field.type, field.choices, field.archived_at = label, type, chosen, None
    field.save()
    record(
        FieldDeclared(field_id=field.pk, on=on, key=key),
        on=field,
        summary=f"A field was added to each {on}: {label}",
    )
    return field


@command
def update(
    field: CustomField,
    *,
    by: Actor,
    label: str | None = None,
    choices: Sequence[str] | None = None,
    reason: str = "",
) -> CustomField:
    """
    Rename a field or change its choices; values that were chosen before stay.

    :raises FieldError: if something about it cannot be
    """
    field = refs.lock(field)
    field.label = field.label if label is None else label
    if choices is not None:
        field.choices = _clean_choices(choices)
    _check_declaration(
        field.on, key=field.key, label=field.label, type=field.type, choices=field.choices
    )
    field.save(update_fields=["label", "choices"])
    record(FieldUpdated(field_id=field.pk), on=field, summary=f"The field {field.label} changed")
    return field


@command
def archive(field: CustomField, *, by: Actor, reason: str = "") -> CustomField:
    """Take a field out of use; the values it holds stay."""
    field = refs.lock(field)
    if field.archived_at is None:
        field.archived_at = clock.now()
        field.save(update_fields=["archived_at"])
        record(FieldArchived(field_id=field.pk), on=field, summary=f"{field.label} was archived")
    return field


@command
def restore(field: CustomField, *, by: Actor, reason: str = "") -> CustomField:
    """Put an archived field back into use."""
    field = refs.lock(field)
    if field.archived_at is not None:
        field.archived_at = None
        field.save(update_fields=["archived_at"])
        record(FieldRestored(field_id=field.pk), on=field, summary=f"{field.label} was restored")
    return field


def clean(values: Mapping[str, Any], *, declared: Sequence[CustomField]) -> dict[str, Any]:
    """
    Return `values` by key as they are stored; one that is empty becomes None.

    :raises FieldError: names every key that is not declared or whose value does not fit
    """
    known = {field.key: field for field in declared}
    cleaned, wrong = {}, {}
    for key, value in values.items():
        field = known.get(key)
        try:
            if field is None:
                raise Unsuitable(fields.unknown(key, known) if known else NONE_DECLARED)
            cleaned[key] = clean_value(field, value)
        except Unsuitable as problem:
            wrong[f"custom:{key}"] = str(problem)
    if wrong:
        raise FieldError(wrong)
    return cleaned


NONE_DECLARED = "There is none of that name, for none has been declared here."


def clean_value(field: CustomField, value: Any) -> Any:
    """
    Return `value` as JSON stores it under the field, None where it is empty.

    :raises Unsuitable: if it does not fit
    """
    if value is None or value == "":
        return None
    return CLEANERS[FieldType(field.type)](field, value)


def merge(properties: Mapping[str, Any], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return `properties` with new values in and emptied ones out."""
    merged = {**properties, **cleaned}
    return {key: value for key, value in merged.items() if value is not None}


def _check_declaration(on: str, *, key: str, label: str, type: str, choices: Sequence[str]) -> None:
    wrong = {}
    if on not in _kinds:
        wrong["on"] = fields.not_a_choice(on, _kinds)
    if type not in FieldType.values:
        wrong["type"] = fields.not_a_choice(type, FieldType.values)
    if not KEY.fullmatch(key):
        wrong["key"] = "A key has small letters, digits and underscores: contract_end."
    if not label.strip() or len(label) > 120 or "\x00" in label:
        wrong["label"] = "A label has 1 to 120 characters."
    if type == FieldType.CHOICE and not choices:
        wrong["choices"] = "A choice needs something to choose from."
    if type != FieldType.CHOICE and choices:
        wrong["choices"] = "Only a field of type choice has choices."
    if wrong:
        raise FieldError(wrong)


def _clean_choices(choices: Sequence[str]) -> list[str]:
    texts = [text.strip() for text in choices if text.strip()]
    if any(len(text) > 200 or "\x00" in text for text in texts) or len(texts) > MOST_FIELDS:
        raise FieldError({"choices": f"At most {MOST_FIELDS} choices of up to 200 characters."})
    return list(dict.fromkeys(texts))


def _text(field: CustomField, value: Any) -> str:
    return fields.clean_text(value, longest=LONGEST_VALUE)


def _number(field: CustomField, value: Any) -> int | float:
    try:
        if isinstance(value, bool):
            raise InvalidOperation
        number = Decimal(str(value).replace(",", "").strip())
        if not number.is_finite() or abs(number) > LARGEST_NUMBER:
            raise InvalidOperation
        number = round(number, MOST_DECIMALS)
    except InvalidOperation:
        raise Unsuitable(f"{value!r:.60} is not a number; one looks like 1234.5.") from None
    return int(number) if number == number.to_integral_value() else float(number)


def _money(field: CustomField, value: Any) -> int:
    cents = _number(field, value)
    if not isinstance(cents, int):
        raise Unsuitable(f"Money is in whole minor units: 12000 for 120.00, not {value!r:.60}.")
    return cents


def _date(field: CustomField, value: Any) -> str:
    day: date = fields.clean_day(value)
    return day.isoformat()


def _choice(field: CustomField, value: Any) -> str:
    text = fields.clean_text(value)
    spelt = {choice.casefold(): choice for choice in field.choices}
    if text.strip().casefold() not in spelt:
        raise Unsuitable(fields.not_a_choice(text, field.choices))
    return spelt[text.strip().casefold()]


def _yes_no(field: CustomField, value: Any) -> bool:
    words = {"yes": True, "true": True, "no": False, "false": False}
    if isinstance(value, str):
        value = words.get(value.strip().lower(), value)
    if not isinstance(value, bool):
        raise Unsuitable(f"This is yes or no; {value!r:.60} is neither.")
    return value


def _url(field: CustomField, value: Any) -> str:
    try:
        return addresses.clean_url(fields.clean_text(value, longest=2000))
    except addresses.NotAnAddress as problem:
        raise Unsuitable(str(problem)) from None


CLEANERS: dict[FieldType, Callable[[CustomField, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.YES_NO: _yes_no,
    FieldType.URL: _url,
}
