"""What a person can choose from where they fill in a call: what the organization has, by name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.catalogue.arguments import CHOICES, OWN, Named
from agents.catalogue.registry import Tool, schema_of_field
from agents.forms.reference import kinds_of_reference
from approvals.proposals import Effect
from audit import wording
from audit.actors import Actor
from crm import custom_fields, refs
from crm.models import Membership
from pipelines.models import Pipeline, Stage

MOST = 200  # things one chooses among; of more, one is named in writing
LATEST = 20  # records that are suggested
REFERENCE = re.compile(r"[a-z_]+:[1-9][0-9]*")

Choice = tuple[str, str]  # value and name


@dataclass(frozen=True, kw_only=True)
class Offers:
    """
    What there is for the arguments of one tool.

    :param choices: all there are of a kind, to choose among
    :param latest: the latest records of a kind, to be suggested
    :param fields: the organization's own fields as JSON Schema, by the kind of row they are on
    """

    choices: Mapping[str, Sequence[Choice]]
    latest: Mapping[str, Sequence[Choice]]
    fields: Mapping[str, Mapping[str, Any]]

    def fit(self, value: Any) -> Any:
        """Return a value of an example with what is really there in place of made-up references."""
        if isinstance(value, list):
            return [self.fit(each) for each in value]
        if isinstance(value, Mapping):
            return {key: self.fit(each) for key, each in value.items()}
        if not isinstance(value, str) or not REFERENCE.fullmatch(value):
            return value
        kind = value.partition(":")[0]
        there = self.choices.get(kind) or self.latest.get(kind)
        if there:
            return there[0][0]
        return "" if kind in self.latest or kind in self.choices else value


def find(tool: Tool, *, by: Actor) -> Offers:
    """Return what there is for the arguments of `tool` that `by` may see."""
    marks = list(_find_marks(tool.signature.schema))
    kinds = {kind for schema in marks for kind in kinds_of_reference(schema)}
    wanted = kinds | {schema[CHOICES] for schema in marks if CHOICES in schema}
    wanted |= {mark.kind for mark in tool.signature.marks.values() if isinstance(mark, Named)}
    own = {schema[OWN] for schema in marks if OWN in schema}
    return Offers(
        choices={kind: _few(CHOOSE[kind](by)) for kind in sorted(wanted & CHOOSE.keys())},
        latest={kind: _find_latest(kind, tool, by) for kind in sorted(kinds - CHOOSE.keys())},
        fields={
            on: {f.key: schema_of_field(f) for f in custom_fields.find(by.tenant_id, on)}
            for on in sorted(own)
        },
    )


def _find_marks(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every part of a schema that leaves room for what an organization has."""
    if isinstance(schema, list):
        for each in schema:
            yield from _find_marks(each)
    elif isinstance(schema, dict):
        if CHOICES in schema or OWN in schema or "pattern" in schema:
            yield schema
        yield from _find_marks(list(schema.values()))


def _find_latest(kind: str, tool: Tool, by: Actor) -> list[Choice]:
    """
    Return the latest records of a kind.

    Of what cannot be undone nothing is suggested: one names whom it is to happen to.
    """
    if tool.effect in (Effect.EXTERNAL, Effect.IRREVERSIBLE):
        return []
    rows = list(refs.visible(kind, by=by).order_by("-pk")[:LATEST])
    names = wording.find_names((row._meta.db_table, row.pk) for row in rows)
    return [(f"{kind}:{row.pk}", names.get((row._meta.db_table, row.pk), "")) for row in rows]


def _find_pipelines(by: Actor) -> list[Choice]:
    rows = Pipeline.objects.visible_to(by).order_by("archived_at", "order", "pk")[: MOST + 1]
    return [(row.ref, _in_use(row.name, row.archived_at)) for row in rows]


def _find_stages(by: Actor) -> list[Choice]:
    rows = Stage.objects.visible_to(by).filter(archived_at=None, pipeline__archived_at=None)
    ordered = rows.select_related("pipeline").order_by("pipeline__order", "pipeline_id", "order")
    return [(row.ref, f"{row.pipeline.name}: {row.name}") for row in ordered[: MOST + 1]]


def _find_members(by: Actor) -> list[Choice]:
    rows = Membership.objects.visible_to(by).active().select_related("user").order_by("pk")
    return [(row.user.email, str(row.user)) for row in rows[: MOST + 1]]


def _in_use(name: str, archived_at: object) -> str:
    return name if archived_at is None else f"{name} (put away)"


def _few(choices: list[Choice]) -> list[Choice]:
    return choices if len(choices) <= MOST else []


CHOOSE = {"pipeline": _find_pipelines, "stage": _find_stages, "member": _find_members}
