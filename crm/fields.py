"""What may stand in a column: values checked by its model before anything is written."""

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from audit.actions import Refusal

# Longer than any note a person writes, shorter than what fills a disk.
LONGEST_TEXT = 100_000
MOST_ENTRIES = 200


class FieldError(Refusal):
    """Some values cannot be stored; says which, and what would be right."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(
            " ".join(f"{name}: {says}" for name, says in fields.items()), fields=dict(fields)
        )
        self.fields = dict(fields)


class Unsuitable(ValueError):
    """A value does not fit; the text says what would."""


def clean(
    model: type[models.Model], changes: Mapping[str, Any], *, allowed: Collection[str]
) -> dict[str, Any]:
    """
    Return `changes` as `model` stores them; None empties a field.

    Text is kept to the letter. Relations are left as they are: whoever calls knows where they lead.

    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    cleaned, wrong = sift(model, changes, allowed=allowed)
    if wrong:
        raise FieldError(wrong)
    return cleaned


def sift(
    model: type[models.Model], changes: Mapping[str, Any], *, allowed: Collection[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the changes that fit, as `clean` does, and what is wrong with the others."""
    cleaned, wrong = {}, {}
    for name, value in changes.items():
        if name not in allowed:
            wrong[name] = unknown(name, allowed)
            continue
        try:
            cleaned[name] = clean_value(model._meta.get_field(name), value)
        except Unsuitable as problem:
            wrong[name] = str(problem)
    return cleaned, wrong


def clean_value(field: Any, value: Any) -> Any:
    """
    Return `value` as the column `field` stores it.

    :raises Unsuitable: if it does not fit
    """
    if isinstance(field, models.ForeignKey):
        return value
    if value is None or value == "":
        return empty(field)
    kind = next((kind for kind in _CLEANERS if isinstance(field, kind)), models.Field)
    stored = _CLEANERS.get(kind, _clean_any)(field, value)
    if field.choices and stored not in dict(field.flatchoices):
        raise Unsuitable(not_a_choice(stored, dict(field.flatchoices)))
    return stored


def empty(field: Any) -> Any:
    """
    Return what an empty column holds.

    :raises Unsuitable: if it cannot be empty
    """
    if not field.blank and not field.null and not field.has_default():
        raise Unsuitable("This cannot be empty.")
    if field.null:
        return None
    return field.get_default() if field.has_default() else ""


def unknown(name: str, known: Iterable[str]) -> str:
    """Say that there is no field `name`, and which was probably meant."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return (
        f"There is none of that name; did you mean {near[0]}?"
        if near
        else (f"There is none of that name; there are {', '.join(names)}.")
    )


def not_a_choice(value: Any, choices: Iterable[str]) -> str:
    """Say which choices there are, and which was probably meant."""
    names = list(choices)
    near = difflib.get_close_matches(str(value), names, n=1)
    right = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(names)}."
    return f"{str(value)[:60]} is no choice here; {right}"


def clean_text(value: Any, *, longest: int | None = None) -> str:
    """
    Return a text to the letter.

    :raises Unsuitable: if it is no text, too long, or cannot be stored
    """
    if not isinstance(value, str):
        raise Unsuitable(f"This is text; {value!r:.60} is not.")
    if len(value) > (longest or LONGEST_TEXT):
        raise Unsuitable(
            f"At most {longest or LONGEST_TEXT:,} characters; this has {len(value):,}."
        )
    if "\x00" in value:
        raise Unsuitable("Text cannot hold the character NUL.")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Unsuitable("Text cannot hold half a character (a lone surrogate).")
    return value


def clean_moment(value: Any) -> datetime:
    """
    Return an instant; one without a time zone is read as UTC, a day as its first moment.

    :raises Unsuitable: if it is none
    """
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(moment, date) and not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise Unsuitable(
            f"{value!r:.60} is not a time; one looks like 2026-01-31T09:30:00Z."
        ) from None


def clean_day(value: Any) -> date:
    """
    Return a day.

    :raises Unsuitable: if it is none
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise Unsuitable(f"{value!r:.60} is not a day; one looks like 2026-01-31.") from None


def _clean_text(field: Any, value: Any) -> str:
    text = clean_text(value, longest=field.max_length)
    try:
        field.run_validators(text)
    except ValidationError as problem:
        raise Unsuitable(" ".join(problem.messages)) from None
    return text


def _clean_array(field: Any, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise Unsuitable('This is a list, such as ["one", "two"].')
    if len(value) > MOST_ENTRIES:
        raise Unsuitable(f"At most {MOST_ENTRIES} entries; this has {len(value):,}.")
    return [clean_value(field.base_field, entry) for entry in value if entry not in (None, "")]


def _clean_yes_no(field: Any, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unsuitable(f"This is true or false; {value!r:.60} is neither.")
    return value


def _clean_integer(field: Any, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unsuitable(f"This is a whole number; {value!r:.60} is not.")
    return int(_validated(field, value))


def _clean_moment(field: Any, value: Any) -> datetime:
    return clean_moment(value)


def _clean_day(field: Any, value: Any) -> date:
    return clean_day(value)


def _clean_object(field: Any, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Unsuitable('This is an object, such as {"key": "value"}.')
    return dict(value)


def _clean_any(field: Any, value: Any) -> Any:
    return _validated(field, value)


def _validated(field: Any, value: Any) -> Any:
    try:
        return field.clean(value, None)
    except ValidationError as problem:
        raise Unsuitable(" ".join(problem.messages)) from None


# The first that fits counts: a DateTimeField is a DateField too.
_CLEANERS: dict[type[models.Field], Callable[[Any, Any], Any]] = {
    models.CharField: _clean_text,
    models.TextField: _clean_text,
    models.BooleanField: _clean_yes_no,
    models.IntegerField: _clean_integer,
    models.DateTimeField: _clean_moment,
    models.DateField: _clean_day,
    models.JSONField: _clean_object,
    ArrayField: _clean_array,
}
