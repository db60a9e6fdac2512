"""The organization's own words: its pipelines, stages, people, fields and the values they hold."""

from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from agents.language.organization import values
from agents.language.words import lexicon
from agents.language.words.tokens import Token, stem, words
from agents.language.words.wording import bag
from audit.actors import Actor
from crm.models import CustomField, Membership
from crm.models.fields import FieldType
from pipelines.models import Pipeline, Stage

SMALL = bag("the a an of in on at to for with and or by is")


@dataclass(frozen=True)
class Term:
    """
    Something that is called by some words.

    :param kind: pipeline, stage, member, field, value or tag
    :param on: what a field is on: contact, company, position, task or any
    :param name: the field's name as conditions have it after the kind: source, custom.plan
    :param type: what a field holds: text, number, money, date, yes_no, reference
    :param value: what a value is, as it is written; of a stage its kind
    :param sure: 3 as it is called, 2 as it is also called, 1 by a part of it
    """

    kind: str
    called: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    ref: str = ""
    on: str = ""
    name: str = ""
    type: str = ""
    value: Any = None
    pipeline: str = ""
    sure: int = 3
    order: int = 0


@dataclass
class Vocabulary:
    """All terms, found by the stem they begin with."""

    pipelines: list[Pipeline] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    members: list[Membership] = field(default_factory=list)
    customs: list[CustomField] = field(default_factory=list)
    terms: dict[str, list[Term]] = field(default_factory=lambda: defaultdict(list))
    known: set[str] = field(default_factory=set)

    def add(self, called: str, kind: str, **about: Any) -> None:
        """Let something be called so."""
        said = words(called)
        if not said:
            return
        term = Term(
            kind,
            called,
            tuple(each.low for each in said),
            tuple(each.stem for each in said),
            **about,
        )
        self.terms[term.stems[0]].append(term)
        self.known.update(term.words)

    def find(
        self, tokens: Sequence[Token], at: int, kinds: Iterable[str] = ()
    ) -> list[tuple[int, Term]]:
        """
        Return the terms that begin at `at` with where each ends: the longest, of these the surest.

        What is written as it is called comes before what only has the same stem.
        """
        if at >= len(tokens):
            return []
        wanted, found = set(kinds), []
        if tokens[at].kind == "quote":
            return self._find_quoted(tokens, at, wanted)
        for term in self.terms.get(tokens[at].stem, ()):
            if (not wanted or term.kind in wanted) and (end := _match(term, tokens, at)):
                exact = sum(a.low == b for a, b in zip(tokens[at:end], term.words, strict=False))
                found.append((end, exact == len(term.words), term))
        found.sort(key=lambda each: (-each[0], -each[2].sure, -each[1]))
        if not found:
            return []
        best = (found[0][0], found[0][2].sure, found[0][1])
        same = [each for each in found if (each[0], each[2].sure, each[1]) == best]
        return [(end, term) for end, _, term in same]

    def _find_quoted(
        self, tokens: Sequence[Token], at: int, wanted: set[str]
    ) -> list[tuple[int, Term]]:
        inner = words(tokens[at].text)
        found = self.find(inner, 0, wanted) if inner else []
        return [(at + 1, term) for end, term in found if end == len(inner)]

    def correct(self, word: str) -> str | None:
        """
        Return the word of ours, or of the language, that a misspelt one is; None if unsure.

        What puts away is meant by one slip at most: what has arrived is not archived.
        """
        near: dict[str, int] = {}
        for known in self.known | LANGUAGE:
            most = 1 if len(word) < 7 or stem(known) in PUTTING_AWAY else 2
            if abs(len(known) - len(word)) <= most and len(known) > 3 and known[0] == word[0]:
                distance = DamerauLevenshtein.distance(word, known, score_cutoff=most)
                if distance <= most:
                    near[known] = distance
        best = [known for known in near if near[known] == min(near.values())]
        if len({stem(each) for each in best}) != 1:
            return None
        return min(best, key=lambda each: (abs(len(each) - len(word)), each))

    def pipeline(self, ref: str) -> Pipeline:
        return next(each for each in self.pipelines if each.ref == ref)

    def stage(self, ref: str) -> Stage:
        return next(each for each in self.stages if each.ref == ref)

    def member(self, ref: str) -> Membership:
        return next(each for each in self.members if each.ref == ref)

    def stages_of(self, pipeline: str) -> list[Stage]:
        """Return a pipeline's stages, in order."""
        return [each for each in self.stages if f"pipeline:{each.pipeline_id}" == pipeline]


PUTTING_AWAY = {stem(word) for word, meant in lexicon.VERBS.items() if meant == "archive"}
LANGUAGE = {
    word
    for word in [
        *lexicon.VERBS,
        *lexicon.NOUNS,
        *lexicon.PARTICIPLES,
        *[
            "overdue",
            "unassigned",
            "pipeline",
            "stage",
            "owner",
            "tomorrow",
            "yesterday",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "january",
            "february",
            "march",
            "april",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
            "quarter",
            "month",
            "week",
            "oldest",
            "newest",
            "biggest",
            "highest",
            "lowest",
            "silent",
            "contacted",
            "without",
            "created",
            "closing",
            "assigned",
            "value",
            "worth",
            "priority",
            "address",
            "phone",
            "number",
            "average",
            "total",
            "many",
            "much",
            "between",
            "before",
            "after",
            "since",
            "until",
            "more",
            "than",
            "least",
            "every",
            "change",
            "pipeline",
            "contacts",
            "deals",
            "tickets",
            "candidates",
            "tasks",
            "everyone",
            "again",
        ],
    ]
    if len(word) > 3
}


_built: OrderedDict[Hashable, Vocabulary] = OrderedDict()  # by what it was built of
MOST_BUILT = 64  # organizations whose words a process keeps


def load(by: Actor) -> Vocabulary:
    """
    Return the words of `by`'s organization, as far as `by` may see it.

    What they are built of is read each time; built they are only where it is not as it was.
    """
    own = Vocabulary()
    own.pipelines = list(Pipeline.objects.visible_to(by).in_use().order_by("order", "pk"))
    own.stages = list(
        Stage.objects.visible_to(by)
        .in_use()
        .filter(pipeline__archived_at=None)
        .order_by("pipeline__order", "pipeline_id", "order", "pk")
    )
    own.members = list(
        Membership.objects.visible_to(by)
        .filter(ended_at=None)
        .select_related("user")
        .order_by("pk")
    )
    own.customs = list(CustomField.objects.visible_to(by).filter(archived_at=None).order_by("pk"))
    held = [
        (on, name, value)
        for on in values.TABLES
        for name, value in values.read(on, _keys(own, on), by=by)
    ]
    tags = values.read_tags(by=by)
    source = (
        by.tenant_id,
        tuple((each.pk, each.name) for each in own.pipelines),
        tuple((each.pk, each.name, each.kind, each.pipeline_id) for each in own.stages),
        tuple((each.pk, each.user.name, each.user.email) for each in own.members),
        tuple(
            (each.pk, each.on, each.key, each.label, each.type, tuple(each.choices))
            for each in own.customs
        ),
        tuple(held),
        tuple(tags),
    )
    built = _built.get(source)
    if built is None:
        built = _built[source] = _build(own, held, tags)
        while len(_built) > MOST_BUILT:
            with suppress(KeyError):  # another thread was faster
                _built.popitem(last=False)
    return built


def _build(
    own: Vocabulary, held: Sequence[tuple[str, str, str]], tags: Sequence[str]
) -> Vocabulary:
    _add_boards(own)
    _add_members(own)
    _add_fields(own)
    for on, name, value in held:
        _add_value(own, on, name, value)
    for tag in tags:
        own.add(tag, "tag", on="contact", name="tags", value=tag)
    for custom in own.customs:
        for choice in custom.choices:
            own.add(choice, "value", on=custom.on, name=f"custom.{custom.key}", value=choice)
    return own


def _match(term: Term, tokens: Sequence[Token], at: int) -> int | None:
    """Return where a term that begins at `at` ends; small words of either side may be missing."""
    here, there = at, 0
    while there < len(term.stems):
        if here < len(tokens) and tokens[here].stem == term.stems[there]:
            here, there = here + 1, there + 1
        elif there and term.words[there] in SMALL and len(term.stems) > 2:
            there += 1
        elif (there and here < len(tokens) - 1 and tokens[here].low in ("the", "a", "an")) or (
            there and _may_join(term, tokens, here)
        ):
            here += 1
        else:
            return None
    return here


def _may_join(term: Term, tokens: Sequence[Token], at: int) -> bool:
    """Whether a small word may stand where a name has another: waiting for, waiting on."""
    joins = len(term.stems) > 2 and any(word in SMALL for word in term.words)
    return joins and at < len(tokens) - 1 and tokens[at].low in ("for", "on", "of", "to")


def _add_boards(own: Vocabulary) -> None:
    boards = {each.pk: each for each in own.pipelines}
    for board in own.pipelines:
        own.add(board.name, "pipeline", ref=board.ref)
        short = [
            each.text
            for each in words(board.name)
            if each.low not in ("pipeline", "board", "process")
        ]
        if short and len(short) < len(words(board.name)):
            own.add(" ".join(short), "pipeline", ref=board.ref, sure=2)
    for stage in own.stages:
        about = {"ref": stage.ref, "pipeline": boards[stage.pipeline_id].ref, "value": stage.kind}
        own.add(stage.name, "stage", order=stage.order, **about)
        for part in _parts(stage.name):
            own.add(part, "stage", sure=1, **about)
    for board in own.pipelines:
        for part in _parts(board.name):
            own.add(part, "pipeline", ref=board.ref, sure=1)


def _parts(name: str) -> list[str]:
    """Return the words of a name that has several, small ones aside."""
    parts = [each.text for each in words(name) if each.low not in SMALL]
    return parts if len(words(name)) > 1 else []


def _add_members(own: Vocabulary) -> None:
    for member in own.members:
        name, address = member.user.name, member.user.email
        local = address.partition("@")[0].replace(".", " ").replace("_", " ")
        forms = [name, *name.split()] if name else [local, *local.split()]
        for at, form in enumerate(dict.fromkeys(forms)):
            if len(form) > 1:
                own.add(form, "member", ref=member.ref, value=address, sure=3 if not at else 2)
        own.terms[address.casefold()].append(
            Term(
                "member", address, (address,), (address.casefold(),), ref=member.ref, value=address
            )
        )


TYPES = {
    FieldType.TEXT: "text",
    FieldType.NUMBER: "number",
    FieldType.MONEY: "money",
    FieldType.DATE: "date",
    FieldType.CHOICE: "text",
    FieldType.YES_NO: "yes_no",
    FieldType.URL: "text",
}
COLUMN_TYPES = {
    "value_cents": "money",
    "revenue_cents": "money",
    "employees": "number",
    "score": "number",
    "open_tasks": "number",
    "expected_close_on": "date",
    "next_follow_up_at": "moment",
    "entered_stage_at": "moment",
    "created_at": "moment",
    "closed_at": "moment",
    "due_at": "moment",
    "last_contacted_at": "moment",
    "do_not_contact": "yes_no",
    "owner": "member",
    "assignee": "member",
    "tags": "texts",
}


VAGUE = bag("date number amount needs type name last preferred main")


def _add_fields(own: Vocabulary) -> None:
    for custom in own.customs:
        about = {
            "on": custom.on,
            "name": f"custom.{custom.key}",
            "type": TYPES[FieldType(custom.type)],
        }
        own.add(custom.label, "field", **about)
        bare = custom.label.partition("(")[0].strip()
        if bare and bare != custom.label:
            own.add(bare, "field", **about)  # Annual fee (DKK)
        for alias in _also_called(custom.label):
            own.add(alias, "field", **about, sure=2)
            for word in _parts(alias):
                if word not in VAGUE:
                    own.add(word, "field", **about, sure=1)
        short = [each.text for each in words(custom.label) if each.low not in VAGUE]
        if short and len(short) < len(words(custom.label)):
            own.add(" ".join(short), "field", **about, sure=2)
        parts = [each for each in words(custom.label) if each.low not in SMALL]
        for token in parts if len(parts) > 1 else ():
            if token.low not in VAGUE and lexicon.TRANSLATIONS.get(token.low, "") not in VAGUE:
                own.add(token.text, "field", **about, sure=1)
                for alias in _also_called(token.text):
                    own.add(alias, "field", **about, sure=1)
    for (on, name), aliases in lexicon.FIELDS.items():
        for alias in aliases.split(","):
            if alias.strip():
                kind = COLUMN_TYPES.get(name, "text")
                own.add(alias.strip(), "field", on=on, name=name, type=kind, sure=2)


def _also_called(label: str) -> list[str]:
    """Return a label in English, and with words that mean the same."""
    said = [lexicon.TRANSLATIONS.get(each.low, each.low) for each in words(label)]
    said = [each for each in said if each not in bag("en el de la le des du der die les")]
    forms = {" ".join(said), " ".join(each for each in reversed(said))}
    for group in lexicon.ALIKE:
        for word in said:
            if stem(word) in {stem(each) for each in group}:
                forms |= {
                    " ".join(other if each == word else each for each in said) for other in group
                }
    joined = " ".join(each.low for each in words(label))
    for word, meaning in lexicon.TRANSLATIONS.items():
        if len(word) > 3 and joined.startswith(word) and len(joined) > len(word):
            rest = joined.removeprefix(word).lstrip("s ")
            forms.add(f"{meaning} {lexicon.TRANSLATIONS.get(rest, rest)}")
    return sorted(forms - {joined})


def learn(known: Vocabulary, text: str, by: Actor) -> Vocabulary | None:
    """
    Look all rows through for values that a text names and the newest rows do not hold.

    :return: the words with those values; None if there are none
    """
    said = [each.low for each in words(text)]
    called = sorted(
        {" ".join(said[at : at + size]) for size in (1, 2, 3) for at in range(len(said) - size + 1)}
    )
    terms = defaultdict(list, {stem: list(terms) for stem, terms in known.terms.items()})
    own, found = replace(known, terms=terms, known=set(known.known)), False
    for on in values.TABLES:
        for name, value in values.find(on, _keys(own, on), called, by=by):
            found = _add_value(own, on, name, value) or found
    for tag in values.find_tags(called, by=by):
        found = found or not own.find(words(tag), 0, ["tag"])
        own.add(tag, "tag", on="contact", name="tags", value=tag)
    return own if found else None


def _keys(own: Vocabulary, on: str) -> list[str]:
    return [
        each.key for each in own.customs if each.on == on and TYPES[FieldType(each.type)] == "text"
    ]


def _add_value(own: Vocabulary, on: str, name: str, value: str) -> bool:
    """Let a value be known; return whether it was not."""
    known = own.find(words(value), 0, ["value"])
    if any((term.on, term.name, term.value) == (on, name, value) for _, term in known):
        return False
    about = {"on": on, "name": name, "value": value}
    own.add(value, "value", **about)
    for alias in _also_called(value):
        if (alias in lexicon.NOUNS or len(alias) > 3) and alias.split()[0] not in SMALL:
            own.add(alias, "value", **about, sure=2)
    return True
