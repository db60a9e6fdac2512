"""Arguments and results in words: labels for keys, names for references, money and days as read."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from crm import refs
from crm.conditions.kinds import WORDS
from crm.templatetags.crm_format import money

Names = Mapping[str, str]

MOST = 6  # things said of a list; the rest are counted
MOST_READ = 3  # texts that a question says were read in records
LONGEST = 240  # characters
SHARES = ("rate", "share", "probability", "confidence", "score", "impact", "weight", "threshold")
ENDINGS = ("_cents", "_name", "_json")


def label(key: str) -> str:
    """Return what people call a key: `to_stage` is To stage, `custom:plan` is Plan."""
    said = key.rpartition(":")[2].rpartition(".")[2]
    for ending in ENDINGS:
        said = said.removesuffix(ending)
    return said.replace("_", " ").strip().capitalize()


def say(key: str, value: Any, *, names: Names, currency: str = "") -> str:
    """
    Return a value in words.

    :param names: what references are called; one that is missing stays as it is
    :param currency: of amounts in minor units
    """
    said = _say(key, value, names=names, currency=currency)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def _say(key: str, value: Any, **known: Any) -> str:
    if value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _say_number(key, value, currency=known["currency"])
    if isinstance(value, str):
        return known["names"].get(value, value) if refs.is_reference(value) else _say_text(value)
    if isinstance(value, list):
        return _say_list(key, value, **known)
    if isinstance(value, dict):
        return _say_object(value, **known)
    return str(value)


def _say_number(key: str, value: float, *, currency: str) -> str:
    if key.endswith("_cents") and isinstance(value, int):
        return money(value, currency)
    if isinstance(value, int):
        return f"{value:,}"
    if key.endswith(SHARES) and 0 <= value <= 1:
        return f"{round(value * 100)}\u00a0%"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _say_text(value: str) -> str:
    """Return a text; a day or an instant as people write it."""
    if len(value) < 10 or value[4:5] != "-" or value[7:8] != "-":
        return value
    try:
        if len(value) == 10:
            return date_format(date.fromisoformat(value), "j M Y")
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return date_format(moment, "j M Y, H:i")


def _say_list(key: str, value: list[Any], **known: Any) -> str:
    parts = [_say(key, each, **known) for each in value[:MOST]]
    whole = any(isinstance(each, dict) for each in value)
    rest = len(value) - len(parts)
    return ("; " if whole else ", ").join(parts) + (f" and {rest:,} more" if rest else "")


def _say_object(value: Mapping[str, Any], **known: Any) -> str:
    if "field" in value and value.get("op") in WORDS:
        wanted = _say(str(value["field"]), value.get("value"), **known)
        return f"{label(str(value['field']))} must {WORDS[value['op']].format(wanted)}"
    for told in ("says", "name", "title"):
        if isinstance(value.get(told), str):
            return str(value[told])
    said = [f"{label(key)} {_say(key, each, **known)}" for key, each in value.items()]
    return ", ".join(said[:MOST])


def say_read(taints: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return where the texts that a call carries were read, for whoever is asked about it."""
    said = [
        f"it may be what {each['field']} of {each['source']} asked for"
        if each["steers"]
        else f"{label(each['argument']).lower()} was read in {each['field']} of {each['source']}"
        for each in taints
    ]
    return list(dict.fromkeys(said))[:MOST_READ]


def find_references(value: Any) -> Iterator[str]:
    """Yield the references anywhere inside a value."""
    if isinstance(value, str):
        if refs.is_reference(value):
            yield value
    elif isinstance(value, dict | list):
        parts: Iterable[Any] = value.values() if isinstance(value, dict) else value
        for part in parts:
            yield from find_references(part)
