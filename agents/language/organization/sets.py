"""
Sets of records, as a phrase describes them: what holds of them, in which order, how many.

What a phrase says is kept as atoms on the kind of record it is about; which kind the set is of is
settled last, so that “Tom's open deals at Acme” can be cards, or the contacts they are about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from agents.language.organization.names import Named
from audit import clock
from audit.actors import Actor
from crm import refs
from crm.conditions import Condition
from crm.models import Contact, Task
from pipelines.models import Position

KINDS = ("position", "contact", "company", "task", "activity")


@dataclass(frozen=True)
class Atom:
    """
    One thing that holds: of `on`, the field `name` compares with `value` by `op`.

    `on` is a kind; or state, where what is meant depends on the kind of the set: open, closed,
    overdue, unstarted, unowned; or any, where every kind has a field of that name.
    """

    on: str
    name: str
    op: str = "="
    value: Any = None

    def negated(self) -> "Atom":
        return replace(self, op=OPPOSITE[self.op])


@dataclass(frozen=True)
class Touch:
    """
    Something that passed between us and a contact.

    :param kinds: of activity, any of which it is
    :param bounds: comparisons with when it was
    :param owner: the reference of whoever of us it was; empty for anybody
    """

    kinds: tuple[str, ...]
    bounds: tuple[tuple[str, Any], ...] = ()
    owner: str = ""


OPPOSITE = {
    "=": "!=",
    "!=": "=",
    "in": "not_in",
    "not_in": "in",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "contains": "not_contains",
    "not_contains": "contains",
    "is_empty": "is_not_empty",
    "is_not_empty": "is_empty",
    "before": ">=",
    "after": "<=",
}


@dataclass(frozen=True)
class Pick:
    """The first `limit` in order of a field; of several fields the first that tells them apart."""

    on: str
    names: tuple[str, ...]
    ascending: bool
    limit: int = 1


@dataclass
class Set:
    """
    What a phrase describes.

    :param kind: what its noun stands for; empty where it has none
    :param either: groups of alternatives; of each group one list of atoms holds
    :param names: who or what is named; each for itself
    :param pronoun: it, one, many, self, rest, or the place in a list: at:0
    :param noun: the noun as it was said
    """

    kind: str = ""
    atoms: list[Atom] = field(default_factory=list)
    either: list[list[list[Atom]]] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    without: list[Named] = field(default_factory=list)
    pronoun: str = ""
    pick: Pick | None = None
    limit: int = 0
    plural: bool = False
    all: bool = False
    noun: str = ""
    text: str = ""
    unknown: list[str] = field(default_factory=list)
    ref_ids: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (
            self.atoms
            or self.either
            or self.names
            or self.pronoun
            or self.noun
            or self.pick
            or self.ref_ids
        )

    def says(self) -> bool:
        """Whether anything narrows it down."""
        return bool(self.atoms or self.either or self.names or self.pick or self.ref_ids)

    def every_atom(self) -> Iterable[Atom]:
        yield from self.atoms
        for group in self.either:
            for atoms in group:
                yield from atoms


def meant(atom: Atom, kind: str) -> Atom:
    """Return what a noun says of a kind: of cards the stage, of people their type."""
    stage, subtype = atom.value
    said: Atom = stage if kind == "position" else subtype
    return said if atom.op == "=" else said.negated()


def today() -> date:
    return clock.today()


def query(of: Set, kind: str, by: Actor) -> Any:
    """Return the rows of `kind` that a set describes; without its order."""
    rows = refs.visible(kind, by=by).in_use()
    for atom in of.atoms:
        rows = rows.filter(_hold(atom, kind, by)) if not _on_card(atom, kind) else rows
    rows = _hold_cards([atom for atom in of.atoms if _on_card(atom, kind)], kind, rows, by)
    for group in of.either:
        one = Q()
        for atoms in group:
            every = Q()
            for atom in atoms:
                every &= _hold(atom, kind, by)
            one |= every
        rows = rows.filter(one)
    for other in dict.fromkeys(name.kind for name in of.names):
        named = Q()
        for name in of.names:
            if name.kind == other:
                named |= lead(other, name.ids, kind, by)
        rows = rows.filter(named)
    for name in of.without:
        rows = rows.exclude(lead(name.kind, name.ids, kind, by))
    for other, ids in of.ref_ids.items():
        rows = rows.filter(lead(other, ids, kind, by))
    return rows


def order(rows: Any, pick: Pick, kind: str) -> Any:
    """Return rows in the order of a superlative; what holds nothing is left out."""
    if pick.on == "due":
        pick = replace(pick, on=kind, names=("due_at" if kind == "task" else "next_follow_up_at",))
    paths = [_column(pick.on if pick.on != "any" else kind, name, kind) for name in pick.names]
    rows = rows.filter(**{f"{paths[0]}__isnull": False})
    keys = [
        F(path).asc(nulls_last=True) if pick.ascending else F(path).desc(nulls_last=True)
        for path in paths
    ]
    return rows.order_by(*keys, "pk")


def comparisons(
    of: Set, kind: str
) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]] | None:
    """
    Return a set as conditions of `kind`, all of which hold and of which one holds; None if not
    one.
    """
    if (
        of.without
        or len(of.either) > 1
        or of.ref_ids
        or any(name.kind not in ("contact", "company", kind) for name in of.names)
    ):
        return None
    every: list[dict[str, Any]] = []
    for atom in of.atoms:
        found = _compare(atom, kind)
        if found is None:
            return None
        every += found
    for_names = _compare_names(of.names, kind)
    if for_names is None:
        return None
    either: list[list[dict[str, Any]]] = []
    for group in of.either:
        for atoms in group:
            compared = [_compare(atom, kind) for atom in atoms]
            if any(each is None for each in compared):
                return None
            either.append([one for each in compared for one in each or []])
    return every + for_names, either


def lead(other: str, ids: Sequence[int], kind: str, by: Actor) -> Q:
    """Return what rows of `kind` belong to rows of another kind."""
    ids = list(ids)
    if other == kind:
        return Q(pk__in=ids)
    if other == "contact" and kind in ("position", "task", "activity"):
        return Q(contact__in=ids)
    if other == "company" and kind == "contact":
        return Q(company__in=ids)
    if other == "company":
        return Q(contact__company__in=ids)
    if other == "contact" and kind == "company":
        return Q(pk__in=Contact.objects.visible_to(by).filter(pk__in=ids).values("company"))
    if other == "position" and kind == "contact":
        return Q(pk__in=Position.objects.visible_to(by).filter(pk__in=ids).values("contact"))
    if other == "position":
        cards = Position.objects.visible_to(by).filter(pk__in=ids)
        return Q(contact__in=cards.values("contact"))
    if other == "task" and kind == "contact":
        return Q(pk__in=Task.objects.visible_to(by).filter(pk__in=ids).values("contact"))
    return Q(pk__in=[])


# --- Atoms in the terms of one kind ---------------------------------------------------------------
def _on_card(atom: Atom, kind: str) -> bool:
    """Whether an atom is about a card of the contact or company, and not about the row itself."""
    return kind in ("contact", "company", "task") and (
        atom.on == "position"
        or (atom.name == "due" and kind != "task")
        or (
            atom.on == "state"
            and kind != "task"
            and atom.name in ("open", "closed", "unstarted", "overdue")
        )
    )


def _hold_cards(atoms: list[Atom], kind: str, rows: Any, by: Actor) -> Any:
    """Keep the rows that have one card of which all of `atoms` hold; of what is not, none may."""
    wanted = [atom for atom in atoms if not _is_not(atom)]
    for atom in atoms:
        if _is_not(atom):
            rows = rows.filter(~_has_card([_turned(atom)], kind, by))
    return rows.filter(_has_card(wanted, kind, by)) if wanted else rows


def _is_not(atom: Atom) -> bool:
    return atom.name in ("stage", "pipeline") and atom.op in ("!=", "not_in", "is_empty")


def _turned(atom: Atom) -> Atom:
    return atom.negated() if atom.op != "is_empty" else replace(atom, op="is_not_empty")


def _has_card(atoms: Iterable[Atom], kind: str, by: Actor) -> Q:
    cards = Position.objects.visible_to(by).in_use()
    for atom in atoms:
        cards = cards.filter(_hold(atom, "position", by))
    leads = {"contact": "contact", "task": "contact", "company": "contact__company"}[kind]
    outer = "contact_id" if kind == "task" else "pk"
    return Q(Exists(cards.filter(**{leads: OuterRef(outer)})))


def _hold(atom: Atom, kind: str, by: Actor) -> Q:
    """Return the filter of one atom on rows of `kind`."""
    if _on_card(atom, kind):
        return _has_card([atom], kind, by)
    if atom.name == "touch":
        return _touched(atom, kind, by)
    if atom.name == "cards":
        some = _has_card(atom.value, kind, by)
        return some if atom.op == "=" else ~some
    if kind == "company" and atom.on == "contact":
        people = Contact.objects.visible_to(by).in_use().filter(_hold(atom, "contact", by))
        return Q(Exists(people.filter(company=OuterRef("pk"))))
    found = _compare(atom, kind)
    if found is None:
        raise Unfit(atom, kind)
    return Condition.parse(found, on=kind).compile()


def _touched(atom: Atom, kind: str, by: Actor) -> Q:
    """Return the filter of whom something passed with, or nothing did."""
    touch: Touch = atom.value
    compared: list[dict[str, Any]] = [
        {"field": "activity.kind", "op": "in", "value": list(touch.kinds)},
        *(
            {"field": "activity.occurred_at", "op": op, "value": value}
            for op, value in touch.bounds
        ),
    ]
    if touch.owner:
        compared.append({"field": "activity.owner", "op": "=", "value": touch.owner})
    rows = refs.visible("activity", by=by).filter(
        Condition.parse(compared, on="activity").compile()
    )
    leads = {"contact": "contact", "company": "contact__company"}.get(kind, "contact")
    outer = "pk" if kind in ("contact", "company") else "contact_id"
    found = Exists(rows.filter(**{leads: OuterRef(outer)}))
    return Q(found) if atom.op == "=" else ~Q(found)


class Unfit(Exception):
    """Something that was said does not apply to this kind of record."""

    def __init__(self, atom: Atom, kind: str) -> None:
        super().__init__(f"{atom.name} of a {kind}")
        self.atom, self.kind = atom, kind


def _compare(atom: Atom, kind: str) -> list[dict[str, Any]] | None:
    """Return an atom as comparisons of a kind's own catalogue; None where it is none of it."""
    if atom.on == "noun":
        return _compare(meant(atom, kind), kind)
    if atom.on == "state":
        return _state(atom, kind)
    if atom.name in ("touch", "cards"):
        return None
    path = _path(atom.on, atom.name, kind)
    if path is None:
        return None
    written: dict[str, Any] = {"field": path, "op": atom.op}
    if atom.op not in ("is_empty", "is_not_empty"):
        written["value"] = atom.value
    return [written]


def _path(on: str, name: str, kind: str) -> str | None:
    if on == "any":
        if name == "due":
            return {"task": "task.due_at", "position": "position.next_follow_up_at"}.get(kind)
        if name == "owner" and kind == "task":
            return "task.assignee"
        return f"{kind}.{name}"
    if on == kind:
        return f"{kind}.{name}"
    if on == "contact" and kind in ("position", "task", "activity"):
        return f"contact.{name}"
    if on == "company":
        return {"contact": f"contact.company.{name}", "company": f"company.{name}"}.get(
            kind, f"contact.company.{name}"
        )
    return None


def _state(atom: Atom, kind: str) -> list[dict[str, Any]] | None:
    yes = atom.op == "="
    now = today().isoformat()
    empty = {True: "is_empty", False: "is_not_empty"}
    if atom.name == "unowned":
        return [{"field": _path("any", "owner", kind), "op": empty[yes]}]
    if kind == "position":
        if atom.name in ("open", "closed"):
            return [{"field": "position.closed_at", "op": empty[(atom.name == "open") == yes]}]
        if atom.name == "overdue" and yes:
            return [
                {"field": "position.next_follow_up_at", "op": "before", "value": now},
                {"field": "position.closed_at", "op": "is_empty"},
            ]
        if atom.name == "unstarted":
            return [
                {"field": "position.stage", "op": "in" if yes else "not_in", "value": atom.value}
            ]
    if kind == "task":
        if atom.name in ("open", "closed"):
            return [{"field": "task.done_at", "op": empty[(atom.name == "open") == yes]}]
        if atom.name == "overdue" and yes:
            return [
                {"field": "task.due_at", "op": "before", "value": now},
                {"field": "task.done_at", "op": "is_empty"},
            ]
    return None


def _compare_names(names: Sequence[Named], kind: str) -> list[dict[str, Any]] | None:
    if not names:
        return []
    kinds = {name.kind for name in names}
    if len(kinds) > 1:
        return None
    (other,) = kinds
    ids = [f"{other}:{pk}" for name in names for pk in name.ids]
    path = {
        ("contact", "position"): "position.contact",
        ("contact", "task"): "task.contact",
        ("contact", "activity"): "activity.contact",
        ("company", "contact"): "contact.company",
        ("company", "position"): "contact.company",
        ("company", "task"): "contact.company",
        ("company", "activity"): "contact.company",
    }.get((other, kind))
    if path is None:
        return None
    return [{"field": path, "op": "in", "value": ids[:200]}]


def _column(on: str, name: str, kind: str) -> str:
    """Return the column of a field, from rows of `kind`."""
    own = name.replace("custom.", "properties__")
    if on == kind:
        return own
    if on == "contact":
        return f"contact__{own}"
    if on == "company":
        return f"company__{own}" if kind == "contact" else f"contact__company__{own}"
    raise Unfit(Atom(on, name), kind)


def tomorrow() -> date:
    return today() + timedelta(days=1)
