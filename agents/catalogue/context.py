"""What a tool is told of the call besides its arguments, and its way to rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import models

from agents.catalogue.arguments import Ref
from audit.actions import current
from audit.actors import Actor
from crm import refs
from crm.models import Organization


@dataclass(frozen=True, kw_only=True)
class Context:
    """
    One call under way.

    :param tool: the name of the tool that is called
    :param by: who calls, as let in
    :param reason: why, in the caller's words
    :param confidence: how sure the caller says it is, 0 to 1
    :param dry_run: nothing of it will stay
    :param tried: it is made to be shown what it would change, and taken back
    """

    tool: str
    by: Actor
    organization: Organization
    reason: str = ""
    confidence: float | None = None
    dry_run: bool = False
    tried: bool = False
    _found: dict[object, Any] = field(default_factory=dict, compare=False)

    def find[Row: models.Model](self, ref: Ref[Row]) -> Row:
        """
        Return the row of a reference, looked up once per call.

        :raises refs.NotFound: if there is none that the caller may see
        """
        return cast(
            Row, self.once(str(ref), lambda: self.seen(refs.find(str(ref), ref.kind, by=self.by)))
        )

    def seen[Row: models.Model](self, row: Row) -> Row:
        """Return a row the call is about; the call is told only to those who may know of it."""
        if (opened := current()) is not None:
            opened.happens_at(row)
        return row

    def once[Found](self, key: object, find: Callable[[], Found]) -> Found:
        """Return what `find` found the first time it was asked for by `key`."""
        if key not in self._found:
            self._found[key] = find()
        return cast(Found, self._found[key])

    def know(self, key: object, found: object) -> None:
        """Have `once` return `found` for `key`."""
        self._found[key] = found
