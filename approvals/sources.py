"""Where text that a call carries was read: shown as far as somebody may see the record."""

from collections.abc import Iterable, Mapping
from typing import Any

from approvals.proposals import Taint
from audit.actors import Actor
from crm import names, refs


def find_names(sources: Iterable[str], *, by: Actor) -> dict[str, str]:
    """
    Return what records are called, by reference, as far as `by` may know of them.

    Nothing is asked where nothing was read.
    """
    named = [refs.parse(source) for source in set(sources) if refs.is_reference(source)]
    called = names.find(named, by=by) if named else {}
    return {ref: called.get(ref, ref) for ref in _visible(named, by=by)}


def show(taint: Taint, called: Mapping[str, str]) -> dict[str, Any]:
    """Return where a text was read; of a record one may not see, neither name nor text."""
    seen = taint.source in called
    return taint.as_json() | {
        "name": called.get(taint.source, ""),
        "excerpt": taint.excerpt if seen else "",
        "is_hidden": not seen,
    }


def _visible(named: Iterable[refs.Ref], *, by: Actor) -> list[str]:
    kinds: dict[str, list[int]] = {}
    for ref in named:
        kinds.setdefault(ref.kind, []).append(ref.id)
    return [
        f"{kind}:{pk}"
        for kind, ids in kinds.items()
        for pk in refs.visible(kind, by=by)
        .select_related(None)
        .filter(pk__in=ids)
        .values_list("pk", flat=True)
    ]
