"""Where text that a call carries was read: shown as far as somebody may see the record."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from approvals.proposals import Taint
from audit.actors import Actor
from crm import refs, relations


def find_names(sources: Iterable[str], *, by: Actor) -> dict[str, str]:
    """
    Return what records are called, by reference, as far as `by` may know of them.

    One statement for each kind of record.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    for source in filter(refs.is_reference, sources):
        ref = refs.parse(source)
        ids[ref.kind].add(ref.id)
    return {
        f"{kind}:{row.pk}": _say(kind, row)
        for kind, wanted in ids.items()
        for row in refs.visible(kind, by=by).filter(pk__in=wanted)
    }


def show(taint: Taint, called: Mapping[str, str]) -> dict[str, Any]:
    """Return where a text was read; of a record one may not see, neither name nor text."""
    seen = taint.source in called
    return taint.as_json() | {
        "name": called.get(taint.source, ""),
        "excerpt": taint.excerpt if seen else "",
        "is_hidden": not seen,
    }


def _say(kind: str, row: Any) -> str:
    """Return what a record is called: what is somebody's, by whose it is, note of Grace Hopper."""
    contact = getattr(row, "contact", None)
    if contact is None:
        return relations.called(row)
    noun = str(getattr(row, "kind", kind)).replace("_", " ").capitalize()
    return f"{noun} of {contact.name}"
