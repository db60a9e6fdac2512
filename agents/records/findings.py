"""What was found out elsewhere, as tools take it: field by field, with source and confidence."""

from collections.abc import Mapping, Sequence
from typing import Any

from agents.catalogue.arguments import BadArguments
from agents.catalogue.context import Context

ARGUMENT = "enriched_data"


def read_findings(
    context: Context,
    given: Mapping[str, Any],
    *,
    sources: Sequence[str],
    confidence: float | None,
    lists: Sequence[str] = (),
) -> dict[str, dict[str, Any]]:
    """
    Return by field its value, source and confidence.

    :param sources: of every field that names none of its own
    :param lists: fields that are lists of texts
    :raises BadArguments: names every field that is not so
    """
    general = {"source": "; ".join(sources)[:500], "confidence": confidence}
    found = {name: _read(value, general) for name, value in given.items()}
    wrong = {name: says for name in found if (says := _check(found[name]))}
    for name in lists:
        texts = found.get(name, {}).get("value", [])
        if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
            wrong[name] = "must be a list of texts"
    if wrong:
        raise BadArguments(context.tool, {f"{ARGUMENT}.{name}": wrong[name] for name in wrong})
    return found


def _read(given: Any, general: Mapping[str, Any]) -> dict[str, Any]:
    """Return one field's value with its source and confidence."""
    if isinstance(given, dict) and "value" in given:
        return {**general, **given}
    return {**general, "value": given}


def _check(finding: Mapping[str, Any]) -> str:
    """Return what is wrong with a finding, or ""."""
    unknown = set(finding) - {"value", "source", "confidence"}
    if unknown:
        return f"has {', '.join(sorted(unknown))}; give value, source and confidence"
    if not isinstance(finding["source"], str) or not finding["source"].strip():
        return "has no source; give one for it, or sources for all"
    sure = finding["confidence"]
    if sure is not None and (isinstance(sure, bool) or not isinstance(sure, int | float)):
        return "has a confidence that is no number from 0 to 1"
    return ""
