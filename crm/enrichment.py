"""
Who filled in which field: people's values are theirs, agents' carry a source.

A field with an entry in `enrichment` was filled in by an agent, and agents may better it. One
without was filled in by a person or an import; what an agent finds out about it is proposed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from audit import actions, clock
from audit.actions import Refusal
from audit.actors import Actor, ActorKind
from crm import edits
from crm.edits import Edit
from crm.fields import FieldError
from crm.models import Company, Contact

LONGEST_SOURCE = 500


class NothingProposed(Refusal):
    """Nothing is proposed for this field."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    What was found out about one field.

    :param source: where: an address or a few words
    :param confidence: how sure, 0 to 1
    """

    value: Any
    source: str
    confidence: float | None = None


class Enrichment(NamedTuple):
    """The names of fields that were written, and of those a person is to decide on."""

    applied: list[str]
    proposed: list[str]


def read(findings: Mapping[str, Any]) -> dict[str, Finding]:
    """
    Read `{field: {value, source, confidence}}`.

    :raises FieldError: if one says no source, or a confidence outside 0 to 1
    """
    wrong, found = {}, {}
    for name, given in findings.items():
        try:
            finding = given if isinstance(given, Finding) else Finding(**given)
            _check(finding)
        except TypeError:
            wrong[name] = "A finding has value, source and, where known, confidence."
        except ValueError as problem:
            wrong[name] = str(problem)
        else:
            found[name] = finding
    if wrong:
        raise FieldError(wrong)
    return found


def write(
    row: Contact | Company,
    found: Mapping[str, Finding],
    edit: Edit,
    *,
    by: Actor,
    resolve: Callable[[Edit], Edit] = lambda edit: edit,
) -> Enrichment:
    """
    Set on `row` what may be written, and keep the rest as proposals; nothing is saved yet.

    :param edit: the findings' values, checked
    :param resolve: what is still to be looked up for the values that will be written
    """
    found = {name: replace(each, value=edit.value(name)) for name, each in found.items()}
    news = [name for name, each in found.items() if not _same(held(row, name), each.value)]
    free = [name for name in news if is_empty(held(row, name)) or name in row.enrichment]
    taken = [name for name in news if name not in free]
    edits.apply(row, resolve(edit.only(free)))
    for name in free:
        _keep(row.enrichment, name, found[name], by=by)
        row.proposals.pop(name, None)
    for name in taken:
        _propose(row, name, found[name], by=by)
    return Enrichment(free, taken)


def summarize(name: str, enrichment: Enrichment) -> str:
    """Say in a sentence what was found out about somebody."""
    parts = [
        f"{', '.join(spell(field) for field in fields)} {verb}"
        for fields, verb in zip(enrichment, ["filled in", "proposed"], strict=True)
        if fields
    ]
    return f"{name}: {'; '.join(parts)}"


def spell(field: str) -> str:
    """Return a field's name as people read it."""
    return field.removeprefix(edits.CUSTOM).replace("_", " ")


def take(row: Contact | Company, field: str) -> dict[str, Any]:
    """
    Take away what is proposed for a field, and return it; nothing is saved yet.

    :raises NothingProposed: if nothing is
    """
    if field not in row.proposals:
        raise NothingProposed(f"Nothing is proposed for {spell(field)}.", field=field)
    proposal: dict[str, Any] = row.proposals.pop(field)
    return proposal


def held(row: Contact | Company, name: str) -> Any:
    """Return the value of a column or custom field; of a company its name."""
    if edits.is_custom(name):
        return row.properties.get(name.removeprefix(edits.CUSTOM))
    if name == "company":
        company = getattr(row, "company", None)
        return company.name if company else ""
    return getattr(row, name, None)


def is_empty(value: Any) -> bool:
    return value in (None, "", [])


def note(row: Contact | Company, names: Iterable[str], *, by: Actor) -> None:
    """Keep in mind who wrote these fields of `row`: people own what they wrote."""
    for name in names:
        row.proposals.pop(name, None)
        if by.is_person:
            row.enrichment.pop(name, None)
        elif by.kind is not ActorKind.SYSTEM:
            opened = actions.current()
            row.enrichment[name] = {
                "source": by.name,
                "confidence": opened.confidence if opened else None,
                **_who(by),
            }


def _propose(row: Contact | Company, name: str, finding: Finding, *, by: Actor) -> None:
    """Keep a value as proposed; proposed again as it was, it is as old as before."""
    place: dict[str, Any] = {}
    _keep(place, name, finding, by=by)
    proposal = place[name] | {"value": actions.describe(finding.value)}
    before = row.proposals.get(name, {})
    if {**proposal, "at": before.get("at")} != before:
        row.proposals[name] = proposal


def _keep(place: dict[str, Any], name: str, finding: Finding, *, by: Actor) -> None:
    place[name] = {"source": finding.source, "confidence": finding.confidence, **_who(by)}


def _same(present: Any, value: Any) -> bool:
    if isinstance(present, str) and isinstance(value, str):
        return present.strip().casefold() == value.strip().casefold()
    return bool(present == value)


def _who(by: Actor) -> dict[str, str]:
    return {"by": by.ref, "name": by.name, "at": clock.now().isoformat()}


def _check(finding: Finding) -> None:
    if not isinstance(finding.source, str) or not 0 < len(finding.source) <= LONGEST_SOURCE:
        raise ValueError("Say the source: an address or a few words.")
    sure = finding.confidence
    if sure is not None and (isinstance(sure, bool) or not 0 <= sure <= 1):
        raise ValueError("Confidence is a number from 0 to 1.")
