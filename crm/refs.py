"""
References: `contact:42` names one row, short for a model and for people.

Every kind that can be named is registered here; a higher app registers its own at start-up. What
one may not see looks exactly like what does not exist.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from audit.actions import Refusal
from audit.actors import Actor

SHAPE = re.compile(r"([a-z_]{1,40}):([1-9][0-9]{0,18})", re.ASCII)
LARGEST_ID = 2**63 - 1


class NotAReference(Refusal):
    """This is not a reference; one looks like contact:42."""


class WrongKind(Refusal):
    """This is a reference to another kind of thing."""


class NotFound(Refusal):
    """There is nothing of that reference."""


@dataclass(frozen=True)
class Ref:
    """The kind and the id of one row."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Kind:
    """What a reference of one kind leads to, and which of its relations are read along with it."""

    name: str
    model: type[models.Model]
    related: tuple[str, ...]


_kinds: dict[str, Kind] = {}


def register(kind: str, model: type[models.Model], *, related: Sequence[str] = ()) -> None:
    """Let `<kind>:<id>` name rows of `model`, whose queryset knows `visible_to(actor)`."""
    _kinds[kind] = Kind(kind, model, tuple(related))


def find_kinds() -> list[str]:
    """Return every kind that can be named, in order."""
    return sorted(_kinds)


def kind_of(model: type[models.Model]) -> str:
    """
    Return the kind under which rows of `model` are named.

    :raises KeyError: if they cannot be
    """
    return next(kind.name for kind in _kinds.values() if kind.model is model)


def get_model(kind: str) -> type[models.Model]:
    """
    Return the model that references of a kind lead to.

    :raises NotAReference: if there is no such kind; names the nearest
    """
    return _known(kind).model


def parse(text: object, *kinds: str) -> Ref:
    """
    Read `contact:42`.

    :param kinds: the kinds that will do; any where none is named
    :raises NotAReference: if it has another shape, or its kind does not exist
    :raises WrongKind: if it names something of a kind that will not do
    """
    wanted = _examples(kinds or ("contact",))
    if isinstance(text, Ref):
        text = str(text)
    found = SHAPE.fullmatch(text) if isinstance(text, str) else None
    if found is None or int(found[2]) > LARGEST_ID:
        raise NotAReference(f"{_shown(text)} is not a reference; one looks like {wanted}.")
    ref = Ref(_known(found[1]).name, int(found[2]))
    if kinds and ref.kind not in kinds:
        raise WrongKind(
            f"{ref} is a {ref.kind}; what is asked for here looks like {wanted}.",
            wanted=list(kinds),
        )
    return ref


def is_reference(text: object) -> bool:
    """Say whether a text is meant as a reference: `acme:1` is not, for there is no such kind."""
    found = SHAPE.fullmatch(text) if isinstance(text, str) else None
    return found is not None and found[1] in _kinds


def find(ref: "str | Ref", *kinds: str, by: Actor) -> models.Model:
    """
    Return the row of a reference.

    :raises NotAReference: as `parse`
    :raises WrongKind: as `parse`
    :raises NotFound: if there is none that `by` may see
    """
    parsed = parse(ref, *kinds)
    row = visible(parsed.kind, by=by).filter(pk=parsed.id).first()
    if row is None:
        raise NotFound(f"There is no {parsed}.", ref=str(parsed))
    return row


def visible(kind: str, *, by: Actor) -> Any:
    """
    Return the rows of a kind that `by` may see, with the relations that are read along.

    :raises NotAReference: if there is no such kind; names the nearest
    """
    known = _known(kind)
    rows = known.model._default_manager.visible_to(by)  # type: ignore[attr-defined]
    return rows.select_related(*known.related) if known.related else rows


def lock[Row: models.Model](row: Row) -> Row:
    """
    Return `row` as it is now, held until the transaction ends.

    :raises NotFound: if it is gone, or belongs to another organization
    """
    model = type(row)
    held = model._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if held is None:
        ref = getattr(row, "ref", f"{model._meta.model_name}:{row.pk}")
        raise NotFound(f"There is no {ref}.", ref=ref)
    return held


def _known(kind: str) -> Kind:
    if kind in _kinds:
        return _kinds[kind]
    near = difflib.get_close_matches(kind, _kinds, n=1)
    right = f"did you mean {near[0]}?" if near else f"there are {', '.join(find_kinds())}."
    raise NotAReference(f"There is nothing of the kind {kind}: {right}", kinds=find_kinds())


def _examples(kinds: Sequence[str]) -> str:
    return " or ".join(f"{kind}:42" for kind in kinds)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
