"""
What a call carries of what its agent read, field by field.

An agent that copies text copies what somebody else wanted there; so each text it writes is compared
with those it was given to read. What names the thing the call is about, or repeats what is in the
field already, is no copy.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import models

from agents.calls.admission import Caller
from agents.catalogue import registry
from agents.catalogue.arguments import Arguments
from agents.catalogue.registry import About, Tool
from agents.reading import marks, readings, recalling
from agents.reading.recalling import Found, Memory, OfAgent, OfConversation
from approvals.proposals import Taint
from crm import addresses, companies, refs
from crm.models import Contact, CustomField
from crm.models.fields import FieldType
from crm.permissions import Permission

MOST_SAID = 12  # of these, those a person is shown
SAID_OF_EACH = 3  # sources of one argument
EXCERPT = 300  # characters
# Own fields of what a call is about that hold where it can be reached: to use these is no copying.
OWN_ADDRESSES = ("email", "other_emails", "phone", "mobile", "linkedin_url", "website", "domain")
Recall = Callable[[frozenset[int]], Sequence[Found]]
# An argument that names a row by something it is known by: whose field that is.
COMPANY, COMPANY_DOMAIN = "company", "company_domain"  # made known where there is none
KNOWN_BY = {
    COMPANY: ("company", ("name", "domain")),
    COMPANY_DOMAIN: ("company", ("domain", "website")),
    "owner": ("member", ("email", "name")),
    "assignee": ("member", ("email", "name")),
}
# Takes back only what the caller did itself, however many rows that are.
OWN_WORK = "undo_action"


@dataclass(frozen=True)
class Written:
    """
    One text of a call, by where it is: properties.website.

    :param company: the names and domains beside it that say which company is meant
    """

    argument: str
    text: str
    marks: frozenset[int]
    company: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names on the way to it."""
        return self.argument.split(".")


def find(
    tool: Tool,
    about: About,
    read: Arguments,
    *,
    caller: Caller,
    told: OfConversation | None = None,
) -> tuple[Taint, ...]:
    """
    Return what a call carries of what an agent read, or a model was told that speaks for a person.

    Of people who call for themselves, or of a read, nothing.

    :param told: what the model was told; None where the call is nobody's but the caller's own
    """
    memory = told or (OfAgent(caller.actor, caller.recalled) if caller.is_agent else None)
    if memory is None or not tool.writes:
        return ()
    given = tool.signature.canonical(read)
    named = {text for _, text in _leaves(given) if refs.is_reference(text)}
    taints = [
        *_compare(_written(given, about.subject, memory), tool, memory.find, caller),
        *_compare(_outgoing(about, memory), tool, _of_any(memory, caller, but=named), caller),
        *_steering(tool, about, memory),
    ]
    return tuple(sorted(taints, key=lambda each: not each.reaches)[:MOST_SAID])


def show(taint: Taint) -> dict[str, Any]:
    """Return a taint as the answer to a call tells it."""
    return {"argument": taint.argument, "source": taint.source, "field": taint.field}


# --- Data: what is copied -------------------------------------------------------------------------
def _written(
    given: Mapping[str, Any], subject: models.Model | None, memory: Memory
) -> list[Written]:
    """Return the texts of a call that have marks, but for what its subject says there already."""
    found = []
    texts = dict(_leaves(given))
    for argument, text in _leaves(given):
        known = marks.find(text) - memory.own
        if known and (left := known - _held(subject, argument)):
            found.append(Written(argument, text, left, _company_beside(argument, texts)))
    return found


def _company_beside(argument: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Return what an argument, and the one beside it, say of which company is meant."""
    at, dot, name = argument.rpartition(".")
    if name not in (COMPANY, COMPANY_DOMAIN):
        return {}
    beside = {each: texts.get(f"{at}{dot}{each}", "") for each in (COMPANY, COMPANY_DOMAIN)}
    return {each: text for each, text in beside.items() if text}


def _outgoing(about: About, memory: Memory) -> list[Written]:
    """Return the texts that would go out though no argument says them: those of a draft."""
    to = _own_addresses(about.subject)
    return [
        Written(label.lower(), str(text), left)
        for label, text in about.says.items()
        if (left := marks.find(str(text)) - to - memory.own)
    ]


def _of_any(memory: Memory, caller: Caller, *, but: Collection[str]) -> Recall:
    """Return what recalls what anybody's agent read, and this caller; but for texts of some."""

    def find(given: frozenset[int]) -> list[Found]:
        own = memory.find(given) if isinstance(memory, OfConversation) else []
        noted = recalling.find_noted(given, by=caller.actor, agent_id=None)
        return [each for each in [*own, *noted] if each.source not in but]

    return find


def _compare(written: list[Written], tool: Tool, recall: Recall, caller: Caller) -> Iterator[Taint]:
    """Say which of the texts were read before."""
    if not written:
        return
    sets_up = tool.needs is Permission.CONFIGURE  # everybody is told of it as ours
    given = frozenset().union(*(each.marks for each in written))
    read = recall(given)
    for each in written:
        same = [one for one in read if one.shared & each.marks]
        copied = _but_names(each, same, caller)
        for one in copied[:SAID_OF_EACH]:
            yield Taint(
                argument=each.argument,
                source=one.source,
                field=one.field,
                digest=one.digest,
                excerpt=_excerpt(one.text, each.text),
                reaches=sets_up or _reaches(each, caller),
            )


def _leaves(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return every text in the arguments, references too, with where it is."""

    def walk(value: Any, path: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, Mapping):
            for key, each in value.items():
                yield from walk(each, f"{path}.{key}" if path else str(key))
        elif isinstance(value, list | tuple):
            for each in value:
                yield from walk(each, path)

    return walk(given, "")


def _held(subject: models.Model | None, argument: str) -> frozenset[int]:
    """Return the marks of what a call's subject says in the field that an argument is for."""
    name = argument.rpartition(".")[2]
    if subject is None:
        return frozenset()
    if name == "to_address" or name in OWN_ADDRESSES:
        return _own_addresses(subject)
    own = {**getattr(subject, "properties", {}), **vars(subject)}
    texts = [text for _, text in readings.texts_in(own.get(name), name)]
    return frozenset().union(*map(marks.find, texts))


def _own_addresses(subject: models.Model | None) -> frozenset[int]:
    """Return the marks of where a call's subject, or its company, is known to be reached."""
    rows = [subject, subject.company if isinstance(subject, Contact) else None]
    texts = [
        text
        for row in rows
        if row is not None
        for name in OWN_ADDRESSES
        for _, text in readings.texts_in(getattr(row, name, None), name)
    ]
    return frozenset().union(*map(marks.find, texts))


def _but_names(written: Written, same: list[Found], caller: Caller) -> list[Found]:
    """
    Leave out what an argument has in common with the row it only names.

    A piece of a company's name names no company: one of that name would be made known.
    """
    kind, fields = KNOWN_BY.get(written.names[-1], ("", ()))
    own = {
        one.source for one in same if one.source.partition(":")[0] == kind and one.field in fields
    }
    if own and written.company:
        own &= {_find_company(written.company, caller)}
    return [one for one in same if one.source not in own or one.field not in fields]


def _find_company(said: Mapping[str, str], caller: Caller) -> str:
    """Return the reference of the company that there is by name and domain; "" where none is."""
    try:
        domain = addresses.clean_domain(said[COMPANY_DOMAIN]) if COMPANY_DOMAIN in said else ""
    except addresses.NotAnAddress:
        return ""
    found = companies.find(name=said.get(COMPANY, ""), domain=domain, by=caller.actor)
    return found.ref if found else ""


def _excerpt(read: str, written: str) -> str:
    """Return the part of a text that was read where it has most in common with what is written."""
    shared = marks.find(written)
    pieces = [read[at : at + EXCERPT] for at in range(0, max(1, len(read)), EXCERPT // 2)]
    return max(pieces, key=lambda piece: len(marks.find(piece) & shared))


# --- Where it leads -------------------------------------------------------------------------------
def _reaches(written: Written, caller: Caller) -> bool:
    """Whether an argument says whom or what something reaches: recipient, address, owner."""
    if reaching() & {*written.names}:
        return True
    own = CustomField.objects.visible_to(caller.actor).filter(type=FieldType.URL)
    inside = {name.partition(":")[2] or name for name in written.names[1:]}
    return bool(inside) and own.filter(key__in=inside).exists()


@cache
def reaching() -> frozenset[str]:
    """Return the names of all arguments that say whom or what something reaches."""
    return frozenset().union(*(tool.signature.reaching for tool in registry.TOOLS.values()))


# --- Control: what is chosen ----------------------------------------------------------------------
def _steering(tool: Tool, about: About, memory: Memory) -> Iterator[Taint]:
    """
    Say what was just read that may have told it to change so many records at once.

    Such a call need copy nothing: which tool, and which records, is all that was asked for.
    """
    if about.records <= 1 or tool.name == OWN_WORK:
        return
    verbs = {
        readings.verb_of(each) for each in (tool.name, *(part.tool.name for part in about.parts))
    }
    for one in memory.find_asking(verbs):
        yield Taint(
            argument="",
            source=one.source,
            field=one.field,
            digest=one.digest,
            excerpt=one.text[:EXCERPT],
            steers=True,
        )
