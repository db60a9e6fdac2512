"""What references are called, for the sentences people read."""

from collections import defaultdict
from collections.abc import Iterable

from audit import wording
from audit.actors import Actor
from crm import refs
from crm.refs import Ref


def find(named: Iterable[Ref], *, by: Actor) -> dict[str, str]:
    """
    Return what rows are called, by reference, as far as `by` may know of them.

    Two statements for each kind, however many rows.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    for ref in named:
        ids[ref.kind].add(ref.id)
    known = {
        (refs.get_model(kind)._meta.db_table, pk): f"{kind}:{pk}"
        for kind, wanted in ids.items()
        for pk in _visible(kind, wanted, by=by)
    }
    return {known[key]: name for key, name in wording.find_names(known).items()}


def _visible(kind: str, ids: Iterable[int], *, by: Actor) -> Iterable[int]:
    rows = refs.visible(kind, by=by).select_related(None).filter(pk__in=ids)
    found: Iterable[int] = rows.values_list("pk", flat=True)
    return found
