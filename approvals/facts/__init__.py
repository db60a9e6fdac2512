"""
Facts: what policies compare. A fact is a function of a proposal; its docstring is its label.

Put the function, decorated with `@fact`, in a module of this package, and every policy can read it.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from approvals.proposals import Proposal, canonical
from crm.conditions import Field, FieldCatalogue, kinds


class Kind(StrEnum):
    """What a fact's value is, which decides how it is compared and how it reads."""

    TEXT = "text"
    NAME = "name"  # of something in our code, as move_contact
    NUMBER = "number"
    SHARE = "share"
    MONEY = "money"
    YES_NO = "yes_no"
    LIST = "list"


COMPARED_AS: dict[Kind, kinds.Kind] = {
    Kind.TEXT: kinds.TEXT,
    Kind.NAME: kinds.TEXT,
    Kind.NUMBER: kinds.Number(),
    Kind.SHARE: kinds.Number(),
    Kind.MONEY: kinds.Number(),
    Kind.YES_NO: kinds.YesNo(),
    Kind.LIST: kinds.Texts(),
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """
    One thing policy may ask about a proposal.

    :param label: how it is called in a sentence: confidence
    :param find: returns its value, a JSON value; None where that is not known
    :param unknown: what to say where it is not known
    :param claimed: the caller says so; it can make an answer stricter, never laxer
    :param binds: a decision holds only while it stays as it was; so what changes by itself, or
        cannot change, does not bind
    """

    name: str
    label: str
    kind: Kind
    find: Callable[[Proposal], Any]
    unknown: str
    claimed: bool
    binds: bool


FACTS: dict[str, Fact] = {}


class DuplicateFact(RuntimeError):
    """Two facts have one name."""


def fact(
    kind: Kind, *, unknown: str = "", claimed: bool = False, binds: bool = False
) -> Callable[[Callable[[Proposal], Any]], Callable[[Proposal], Any]]:
    """Make the decorated function a fact of its own name; see `Fact` for the parameters."""

    def register(find: Callable[[Proposal], Any]) -> Callable[[Proposal], Any]:
        name = find.__name__
        if name in FACTS:
            raise DuplicateFact(name)
        label = (inspect.getdoc(find) or "").partition("\n")[0].removesuffix(".")
        FACTS[name] = Fact(
            name=name,
            label=label[:1].lower() + label[1:],
            kind=kind,
            find=find,
            unknown=unknown,
            claimed=claimed,
            binds=binds,
        )
        return find

    return register


def find_binding(proposal: Proposal) -> dict[str, Any]:
    """Return the facts of our own that a decision about `proposal` is bound to."""
    found = {name: fact.find(proposal) for name, fact in FACTS.items() if fact.binds}
    bound: dict[str, Any] = canonical(found)
    return bound


class Findings(Mapping[str, Any]):
    """
    The facts about one proposal, each found once, and only when somebody asks.

    `compared` is what was made of them, by the identity of the comparison, which lives longer.
    """

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.compared: dict[tuple[int, bool], dict[str, Any]] = {}
        self._found: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._found:
            self._found[name] = FACTS[name].find(self.proposal)
        return self._found[name]

    def __iter__(self) -> Any:
        return iter(FACTS)

    def __len__(self) -> int:
        return len(FACTS)


for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

# What a policy's condition may compare.
CATALOGUE = FieldCatalogue(
    "fact",
    fields=[
        Field(path=fact.name, label=fact.label, kind=COMPARED_AS[fact.kind])
        for fact in FACTS.values()
    ],
)
