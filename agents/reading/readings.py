"""
What agents were given to read: noted as they read it, so that what they copy is known again.

A result says by its types which of its fields hold text from records; the reference beside such a
field says whose. People are not models: of them nothing is noted.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any, get_args

from django.db import connection
from pydantic import BaseModel

from agents.catalogue import finding, registry
from agents.catalogue.untrusted import AS_STORED, Stored, clean, clean_all
from agents.reading import marks
from audit import clock
from audit.actors import Actor, ActorKind
from crm import refs

KEPT = timedelta(days=30)
FRESH = timedelta(hours=1)  # how exact `read_at` is
MOST_KEPT = 50_000  # texts of one agent
LONGEST = 4_000  # characters of a text that are kept, for people to see
LONGEST_FIELD = 60
SHORT = 200  # characters of a text that is looked over for what it may ask

# What people set up here: an agent is told its names, and uses them as they are.
CONFIGURED = frozenset({"pipeline", "stage", "member", "organization", "emailtemplate"})
# Of a call that waits or waited: what the agent itself wrote, and what people decided. And what we
# give to be given back.
NOT_READ = frozenset(
    {
        *("after", "arguments", "arguments_as_decided", "reason", "because", "trace", "note"),
        *("taints", "sources", "selection", "reads"),
    }
)

_NOTE = """
    insert into agents_reading
        (organization_id, agent_id, source, field, digest, text, marks, verbs, is_prose,
         first_read_at, read_at)
    select %(organization)s, %(agent)s, g.source, g.field, g.digest, g.said, g.marks::bigint[],
        g.verbs::text[], g.is_prose, %(now)s, %(now)s
    from unnest(%(source)s::text[], %(field)s::text[], %(digest)s::text[], %(said)s::text[],
        %(marks)s::text[], %(verbs)s::text[], %(is_prose)s::boolean[])
        as g(source, field, digest, said, marks, verbs, is_prose)
    left join lateral (
        select r.id from agents_reading r where r.agent_id = %(agent)s and r.source = g.source
            and r.field = g.field and r.digest = g.digest and r.read_at > %(fresh)s limit 1
    ) known on true
    where known.id is null
    order by g.source, g.field, g.digest
    on conflict (agent_id, source, field, digest) do update set read_at = excluded.read_at
"""


@dataclass(frozen=True)
class Read:
    """
    One text that is given back.

    :param source: the reference of the row it is of; "" where none is known
    :param whole: all of it is somebody's text; else only what in it leads somewhere is marked
    :param ours: a sentence of ours that quotes it; so it tells nobody to do anything
    """

    source: str
    field: str
    text: str
    whole: bool = True
    ours: bool = False


@dataclass(frozen=True)
class Known:
    """
    By what a text is known again.

    :param verbs: what it may ask for, where it is short
    :param is_prose: it is long enough to ask for anything
    """

    digest: str
    marks: frozenset[int]
    verbs: frozenset[str]
    is_prose: bool


def note(reads: Iterable[Read], *, by: Actor, but: Iterable[str] = ()) -> None:
    """
    Remember that an agent was given these texts, in one statement, in the present transaction.

    :param but: texts that it wrote itself in the same call; looked at only where there is need
    """
    if by.kind is not ActorKind.AGENT:
        return
    own: set[str] | None = None
    told: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    for read in reads:
        if (known := know(read)) is None:
            continue
        own = set(but) if own is None else own
        if read.text in own:
            continue
        listed = ",".join(map(str, marks.within(by.tenant_id, known.marks)))
        verbs = ",".join(sorted(known.verbs))
        key = (read.source[:60], clean(read.field, at_most=LONGEST_FIELD), known.digest)
        said = read.text[:LONGEST].replace("\x00", "")
        told[key] = (said, f"{{{listed}}}", f"{{{verbs}}}", known.is_prose)
    if told:
        _write(told, by)


def gather(answer: BaseModel, source: str = "") -> Iterator[Read]:
    """
    Return each text in a result that its types say is from a record.

    :param source: whose text it is where nothing beside it says so
    """
    own = _find_own(answer) or source
    for name, marker in _fields_of(type(answer)):
        value = getattr(answer, name)
        if marker is None:
            yield from _gather_inside(value, own)
            continue
        beside = getattr(answer, name.removesuffix("_name"), "") if name != "name" else ""
        whose = beside if refs.is_reference(beside) else own
        for field, text in texts_in(value, "" if name == "properties" else name):
            of_people = whose.partition(":")[0] in CONFIGURED
            yield Read(whose, field, text, marker.noted and not of_people, marker.ours)


def give(answer: BaseModel, *, by: Actor) -> dict[str, Any]:
    """Return one result as `give_all` does several."""
    return give_all([answer], by=by)[0]


def give_all(answers: Sequence[BaseModel], *, by: Actor) -> list[dict[str, Any]]:
    """
    Return results as JSON for whoever reads them, and note that an agent did.

    A person, who is no model, gets texts as they are stored.
    """
    note((read for each in answers for read in gather(each)), by=by)
    as_stored = AS_STORED if by.is_person else None
    return [each.model_dump(mode="json", context=as_stored) for each in answers]


def give_values(values: Sequence[Any], *, by: Actor) -> list[Any]:
    """Return JSON values as `give_all` does; they have no types, so any text may be a record's."""
    note((read for each in values for read in gather_values(each)), by=by)
    return list(values) if by.is_person else clean_all(values)


def gather_values(value: Any, source: str = "") -> Iterator[Read]:
    """Return each text in a JSON value; whose it is, the reference beside it says."""
    if isinstance(value, Mapping):
        beside = (each for each in value.values() if refs.is_reference(each))
        own = next(beside, source)
        for key, each in value.items():
            if key in NOT_READ:
                continue
            if isinstance(each, str):
                yield from (
                    Read(own, key, text, ours=key != "before") for _, text in texts_in(each)
                )
            else:
                yield from gather_values(each, own)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from gather_values(each, source)
    elif isinstance(value, str):
        yield from (Read(source, "text", text, ours=True) for _, text in texts_in(value))


def texts_in(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Return every text in a JSON value with where it is: custom.plan. References are none."""
    if isinstance(value, str):
        if value and not refs.is_reference(value):
            yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from texts_in(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each, path)


def forget_old() -> int:
    """Forget what agents read longer than `KEPT` ago, or very much else since; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select agents_forget_read(%s, %s)", [clock.real_now() - KEPT, MOST_KEPT])
        return int(cursor.fetchone()[0])


@lru_cache(maxsize=512)
def verbs_in(text: str) -> frozenset[str]:
    """Return what a short text may ask for, in the words that tools are called by."""
    if not (" " in text.strip() and _said_verbs().search(text.casefold())):
        return frozenset()
    return frozenset(finding.words_of(text)) & _tool_verbs()


def verb_of(tool: str) -> str:
    """Return what a tool does, in one word: archive of archive_contact."""
    word = tool.partition("_")[0]
    return next(iter(finding.words_of(word)), word)


# --- Inside ---------------------------------------------------------------------------------------
def _gather_inside(value: Any, source: str) -> Iterator[Read]:
    if isinstance(value, BaseModel):
        yield from gather(value, source)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _gather_inside(each, source)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _gather_inside(each, source)


@cache
def _fields_of(model: type[BaseModel]) -> list[tuple[str, Stored | None]]:
    """Return the fields of a result that may hold text from records, with how they are marked."""
    found = []
    for name, field in model.model_fields.items():
        marker = next((each for each in field.metadata if isinstance(each, Stored)), None)
        marker = marker or _find_marker(field.annotation)
        if marker is not None or _holds_models(field.annotation):
            found.append((name, marker))
    return found


def _find_marker(annotation: Any) -> Stored | None:
    inside = [*getattr(annotation, "__metadata__", ()), *get_args(annotation)]
    for each in inside:
        if isinstance(each, Stored):
            return each
        if (found := _find_marker(each)) is not None:
            return found
    return None


def _holds_models(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(_holds_models(each) for each in get_args(annotation))


def _find_own(answer: BaseModel) -> str:
    """Return the first reference among a result's fields: whose it is."""
    for value in vars(answer).values():
        if isinstance(value, str) and refs.is_reference(value):
            return value
    return ""


def know(read: Read) -> Known | None:
    """Return by what a text is known again; None where by nothing."""
    find = _find_again if len(read.text) <= marks.CACHED else _find
    return find(read.text, read.whole, read.ours)


def _find(text: str, whole: bool, ours: bool) -> Known | None:
    found = marks.find_few(text) if whole else marks.find_leads(text)
    theirs = whole and not ours
    is_prose = theirs and marks.is_prose(text)
    verbs = verbs_in(text) if theirs and not is_prose and len(text) <= SHORT else frozenset()
    if not (found or verbs or is_prose):
        return None
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()
    return Known(digest, found, verbs, is_prose)


_find_again = lru_cache(maxsize=8192)(_find)


def _write(told: Mapping[tuple[str, str, str], tuple[Any, ...]], by: Actor) -> None:
    now = clock.real_now()
    columns = list(zip(*(key + value for key, value in told.items()), strict=True))
    names = ("source", "field", "digest", "said", "marks", "verbs", "is_prose")
    given: dict[str, Any] = dict(zip(names, map(list, columns), strict=True))
    given |= {"organization": by.organization_id, "agent": by.id}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, given | {"now": now, "fresh": now - FRESH})


@cache
def _tool_verbs() -> frozenset[str]:
    return frozenset(verb_of(name) for name, tool in registry.TOOLS.items() if tool.writes)


@cache
def _said_verbs() -> re.Pattern[str]:
    """Find any word that says what a tool does, in the words people use for it."""
    wanted = _tool_verbs()
    said = {word for word, meant in finding.MEANS.items() if meant in wanted} | wanted
    return re.compile(rf"\b({'|'.join(sorted(said))})")
