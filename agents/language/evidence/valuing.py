"""What fields come to hold: values, amounts, yes and no, by what is told or asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import Said
from agents.language.frames import Impossible, Made, Step, row_ref
from agents.language.operations.fields import FIXED, TOOLS, put, write
from agents.language.organization.mentions import Mention
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import Term
from agents.language.words import amounts, lexicon, senses
from agents.language.words.amounts import Amount
from agents.language.words.wording import bag

WORTH = Term("field", "value", (), (), on="position", name="value_cents", type="money", sure=2)
STAFF = Term("field", "employees", (), (), on="company", name="employees", type="number")
WISHING = bag("must should want wants again may wish please")
HEADS = bag("people employees staff heads persons")
APPEARS = bag("get gets to is : = as are becomes become on at has have now be with")
WORTHY = bag("to is : = at make makes made set becomes adjust change correct than only for")
COMPARING = bag("least most over under above below between exceeding beyond")
COMPARATIVES = bag("more less fewer higher lower greater larger smaller bigger older longer better")
STATES = bag(
    "is are was awarded has have needs need pays pay wants want takes take be becomes gets get"
    " earns earn costs cost could can stands brings asks comes goes won makes stretch agreed"
)
LIVING = bag("live lives living moved relocated resides based")
PLACES = bag("city region country source language job_title")  # set only where it is plain
REFUSES = bag("not never without longer none no")
ENDED = bag("stopped ended lost cancelled canceled dropped quit terminated")
SETTLED = ("owner", "open_tasks", "tags", "company", "name", "title", "subtype")  # read elsewhere


def valuing(said: Said) -> Iterator[Candidate]:
    """Whatever a unit says a field holds."""
    yield from _amounts(said)
    yield from _values(said)
    yield from _flags(said)
    yield from _addresses(said)
    yield from _texts(said)


# --- Numbers and money ----------------------------------------------------------------------------
def _amounts(said: Said) -> Iterator[Candidate]:
    scaled = next(
        ((sense, f) for sense, f in (("twice", 2.0), ("half", 0.5)) if said.cue(sense) is not None),
        None,
    )
    if scaled is not None and (field := _field_of(said, None)):
        at = said.cue(scaled[0])
        taken = {at or said.at, *field[1]}
        yield from _change_number(said, field[0], taken, 4.0, lambda held: held * scaled[1])
    numbers = [m for m in said.of("amount") if _counts(said, m)] or _spelt(said)
    if not numbers:
        return
    number = numbers[0]
    field = _field_of(said, number)
    if field is None:
        return
    term, places, sure = field
    which = any(places == set(m.places) and said.tells_which(m) for m in said.of("field"))
    if which:
        places = set()
    elif not places and said._describes_many() is not None:
        return  # of many, only what is named is changed
    taken = (
        set(number.places)
        | places
        | _lead(said, min({number.at, *(p for p in places if p < number.at)}))
    )
    taken |= {
        i
        for i in said.places()
        if said.low(i) in bag("by more less off another only per additional fewer extra")
    }
    sign = _direction(said, number)
    amount: Amount = number.means[0]
    if sign:
        yield from _change_number(
            said, term, taken, 4.0 + sure, lambda held: held + sign * _step(held, amount, term)
        )
    elif not amount.percent:
        value = amount.cents if term.type == "money" else amount.plain
        marked = said.low(number.at - 1) in APPEARS | bag(
            "of than only pays from least about exactly"
        )
        if said.unit.mood == "said" and not (marked or _tells_state(said, number)):
            return
        score = 2.2 + sure + 0.8 * marked + 0.5 * said.is_last(number.end)
        yield from _write(said, term, value, taken, score, amount.currency)


def _counts(said: Said, number: Mention) -> bool:
    """Whether a number may be what a field comes to be: not “not 5”, no part of a day or a name."""
    if any(said.message.mentions.covering(i, "day", "position", "quote") for i in number.places):
        return False
    spans = [m for m in said.of("length") if m.overlaps(number)]
    if spans and not any(m.overlaps(spans[0]) for m in _numeric(said)):
        return False
    before = (said.low(number.at - 2), said.low(number.at - 1))
    compared = before[1] == "than" and before[0] in COMPARATIVES
    return (
        before[1] not in bag("not from before") | COMPARING
        and not compared
        and before != ("instead", "of")
    )


def _numeric(said: Said) -> list[Mention]:
    """Return where fields of numbers are named."""
    return [m for m in said.of("field") if any(t.type in ("money", "number") for t in m.means)]


def _spelt(said: Said) -> list[Mention]:
    """One more bedroom, a year of experience: small numbers that are words elsewhere."""
    for i in said.places():
        if said.low(i) == "one" and (found := amounts.read(said.message.tokens[: said.end], i)):
            return [Mention("amount", i, found[0], (found[1],))]
    return []


def _field_of(said: Said, number: Mention | None) -> tuple[Term, set[int], float] | None:
    """Return the field of which a number is, the places that say so, and how sure that is."""
    best: tuple[float, Term, Mention] | None = None
    for mention in said.of("field"):
        terms = [t for t in mention.means if t.type in ("money", "number") and t.name not in FIXED]
        if not terms or said.message.mentions.covering(mention.at, "day"):
            continue
        if terms[0].sure == 1 and lexicon.noun(said.low(mention.at)) == "position":
            continue
        near = abs(mention.at - number.end) <= 2 if number else True
        score = {3: 1.5, 2: 1.2, 1: 0.7}[terms[0].sure] + 0.3 * near
        if terms[0].on == "contact" and terms[0].sure == 1 and said.of("position"):
            continue
        if best is None or score > best[0]:
            best = (score, terms[0], mention)
    if best is not None:
        return best[1], set(best[2].places), best[0]
    elsewhere = _said_before(said)
    if elsewhere is not None and number is not None:
        if _direction(said, number):
            return elsewhere, set(), 1.0
        if (at := _changes_it(said)) is not None:
            return elsewhere, {at - 1, at}, 1.2
    if number is None:
        return (WORTH, set(), 0.5) if _is_about_card(said) else None
    if said.of("company") and said.low(number.end) in HEADS:
        return STAFF, {number.end}, 1.5
    amount = number.means[0]
    if (
        amount.currency or amount.percent or abs(amount.number) >= 100 or _direction(said, number)
    ) and _is_about_card(said):
        texts = [m for m in said.of("field") if m.end == number.at - 1 and m.means[0].sure > 1]
        if any(m.means[0].type == "text" for m in texts):
            return None  # a phone number that is none
        marked = said.low(number.at - 1) in WORTHY or said.low(said.at) in WORTHY or said.has("now")
        if not (marked or _direction(said, number)):
            return None
        return (
            WORTH,
            set(),
            0.8 if amount.currency or said.low(said.at) in bag("make set adjust") else 0.4,
        )
    return None


def _changes_it(said: Said) -> int | None:
    """Return where a number that was spoken of is what is changed: lower it to 5000."""
    at = next((i for i in said.places() if said.low(i) == "it"), None)
    verb = at is not None and said.low(at - 1) in lexicon.VERBS
    return at if verb and at is not None and said.low(at + 1) in bag("to at down up") else None


def _said_before(said: Said) -> Term | None:
    """Return the field of numbers that the message named before."""
    named = said.message.condition.of("field", end=said.at)
    named += said.message.mentions.of("field", end=said.at)
    terms = [t for m in named for t in m.means if t.type in ("money", "number") and t.sure > 1]
    return terms[-1] if terms else None


def _is_about_card(said: Said) -> bool:
    """Whether what is spoken of has a worth: no other field is named that the number may be of."""
    return not any(
        t.type in ("money", "number") and t.sure > 1
        for m in said.of("field")
        for t in m.means
        if t.name != "value_cents"
    )


def _tells_state(said: Said, number: Mention) -> bool:
    """Whether a verb tells what is so, and not what has changed: has, needs, pays; not gave up."""
    return said.has("now") or any(
        said.low(i) in STATES or said.low(i) in lexicon.VERBS for i in range(said.at, number.at)
    )


def _direction(said: Said, number: Mention) -> int:
    """Return 1 where a number is added, -1 where it is taken off, 0 where it is what there is."""
    end = number.end
    while (named := said.message.mentions.starting(end, "field", "length")) is not None:
        end = named.end  # 4 kilos a week more
    beside = {said.low(i) for i in (number.at - 2, number.at - 1, number.end, number.end + 1)}
    beside |= {said.low(end)} & bag("more less fewer extra")
    if not (
        beside & bag("by more less off another additional fewer extra further add")
        or number.means[0].percent
    ):
        return 0
    if beside & bag("less off fewer"):
        return -1
    if beside & bag("more another additional extra further"):
        return 0 if said.low(number.at - 1) in ("than", "no") else 1
    down = {said.cue("down", said.at, number.at), said.cue("down", number.end)} - {None}
    return -1 if down else 1 if said.cue("up") is not None or "by" in beside else 0


def _step(held: float, amount: Amount, term: Term) -> float:
    return (
        held * amount.number / 100
        if amount.percent
        else amount.number * (100 if term.type == "money" else 1)
    )


def _change_number(
    said: Said, term: Term, taken: set[int], score: float, new: Any
) -> Iterator[Candidate]:
    of = said.subject(taken, term.on)
    if of is None:
        return

    def make() -> None:
        said.hint(taken)
        kind = term.on
        rows = said.frame.rows(of, kind, only_open=True)
        tool, argument = TOOLS[kind]
        for row in rows:
            held = None if isinstance(row, Made) else _held(row, term)
            if held is None:
                raise Impossible(f"There is no {term.called} to change; nothing was changed.")
            changes: dict[str, Any] = {}
            put(changes, term, round(new(held)), said.frame)
            ref = row_ref(row)
            said.frame.plan.steps.append(
                Step(tool, {argument: ref, **changes}, f"{term.called} changed", (ref,))
            )
        said.frame.plan.count += len(rows)
        said.frame.plan.about = [row_ref(row) for row in rows]

    yield Candidate("number", score, frozenset(taken), make)


def _held(row: Any, term: Term) -> float | None:
    held = (
        row.properties.get(term.name.removeprefix("custom."))
        if term.name.startswith("custom.")
        else getattr(row, term.name, None)
    )
    return held if isinstance(held, int | float) else None


# --- Values that are chosen from ------------------------------------------------------------------
def _values(said: Said) -> Iterator[Candidate]:
    for mention in said.of("value"):
        terms = [t for t in mention.means if t.name not in FIXED and t.on != "company"]
        if not terms or _refused(said, mention) or _is_of_text(said, mention):
            continue
        field = _field_beside(said, mention, terms)
        named = {(t.on, t.name) for t in field.means} if field else set()
        fitting = [t for t in terms if (t.on, t.name) in named] or terms
        if len({(t.on, t.name) for t in fitting}) > 1:
            fitting = (
                [t for t in fitting if t.on == "position"] if _speaks_of_card(said) else fitting
            )
        term = fitting[0]
        taken = set(mention.places) | (set(field.places) if field else set())
        score = _weigh(said, mention, field)
        which = said.tells_which(mention) and said.low(said.at) not in lexicon.VERBS
        if score and not which:
            taken |= _lead(said, min(taken))
            yield from _write(said, term, term.value, taken, score)


TEXTED = bag("to is : = as becomes")


def _is_of_text(said: Said, value: Mention) -> bool:
    """Whether a value is but a word of what a field of text comes to hold: is Fleet manager."""
    return any(
        field.end == value.at - 1
        and said.low(field.end) in TEXTED
        and not said.is_last(value.end)
        and bool(_plain_texts(field))
        for field in said.of("field")
    )


def _plain_texts(field: Mention) -> list[Term]:
    """Return the fields of text that a mention names in full."""
    names = (*FIXED, *SETTLED)
    return [t for t in field.means if t.type == "text" and t.sure > 1 and t.name not in names]


def _field_beside(said: Said, value: Mention, terms: Sequence[Term]) -> Mention | None:
    """Return where the field of a value is named, the nearest; not within or beside another's."""
    others = [v for v in said.of("value") if v != value]
    fields = [
        m
        for m in said.of("field")
        if any(_same(t, terms) for t in m.means)
        and not any(m.overlaps(v) for v in said.of("value"))
        and not any(v.end == m.at and any(_same(t, v.means) for t in m.means) for v in others)
    ]
    return min(fields, key=lambda m: abs(m.at - value.at), default=None)


def _same(field: Term, terms: Sequence[Term]) -> bool:
    return any((field.on, field.name) == (t.on, t.name) for t in terms)


def _speaks_of_card(said: Said) -> bool:
    return bool(said.of("position")) or (
        said.message.focus is not None and said.message.focus.kind == "position"
    )


def _refused(said: Said, mention: Mention) -> bool:
    return (
        bool({said.low(mention.at - 1), said.low(mention.at - 2)} & bag("not from"))
        or said.no_longer
    )


def _weigh(said: Said, value: Mention, field: Mention | None) -> float:
    at, low = said.before(value.at)
    last = said.is_last(value.end) or (
        field is not None and said.is_last(field.end) and field.at >= value.end
    )
    exact = tuple(said.low(i) for i in value.places) == value.means[0].words
    score = (0.5 if value.means[0].sure == 3 else 0.0) - (0.0 if exact else 1.5)
    score += 1.5 if field is not None else 0.0
    if low in senses.LEADING | senses.BECOMING or said.low(value.at - 1) == ":":
        score += 2.2
    elif low == "on":
        score += 1.6
    elif low in bag("in at") and said.has(*LIVING) and said.of("contact"):
        score += 2.2
    elif (
        value.means[0].name not in PLACES
        and at >= said.at
        and said.message.tokens[at].kind == "word"
        and last
        and low not in bag("in at from of for with")
    ):
        score += 1.2
    elif last and said.has("now") and value.means[0].name not in PLACES:
        score += 1.0
    elif field is None:
        return 0
    if (
        field is not None
        and field.end == value.at
        and said.low(field.at - 1) in bag("have has get gets")
    ):
        score += 1.5
    return (
        0.3 + score + (1.2 if last else 0) + 0.3 * (said.cue("go", said.at, value.at) is not None)
    )


# --- Yes and no -----------------------------------------------------------------------------------
def _flags(said: Said) -> Iterator[Candidate]:
    """Needs a visa after all, would like it furnished, must not be contacted."""
    for mention in said.of("field"):
        named = said.verb in ("mark", "set", "tag")
        flags = [t for t in mention.means if t.type == "yes_no"]
        flags = [t for t in flags if named or t.name != "do_not_contact"]
        if not flags or (said.of("value") and said.message.mentions.starting(mention.at, "value")):
            continue
        before = {said.low(i) for i in range(max(said.at, mention.at - 5), mention.at)}
        ended = said.cue("clear", said.at, mention.at) is not None or before & ENDED
        yes = not (said.no_longer or before & REFUSES or ended)
        if said.low(said.end - 1) in ("yes", "no", "true", "false"):
            yes = said.low(said.end - 1) in ("yes", "true")
        told = (
            said.has("after", "now", "longer", "anymore", "agreed", "too", "from") or said.no_longer
        )
        score = 2.6 + 0.3 * flags[0].sure + 0.5 * told + 0.5 * said.is_last(mention.end)
        yield from _write(said, flags[0], yes, set(mention.places), score)
    contacted = next(
        (i for i in said.places() if said.low(i) in bag("contacted contact approached bothered")),
        None,
    )
    silent = contacted is not None and said.negated(contacted) and said.has(*WISHING)
    if silent and not said.has("since", "for") and contacted is not None:
        term = Term(
            "field", "do not contact", (), (), on="contact", name="do_not_contact", type="yes_no"
        )
        yield from _write(said, term, True, {contacted}, 4.0)


# --- Addresses and other texts --------------------------------------------------------------------
def _addresses(said: Said) -> Iterator[Candidate]:
    if said.cue("add") is not None and said.has("add", "create", "new") and not said.of("contact"):
        return
    for mention in said.of("email", "phone"):
        if said.message.mentions.covering(mention.at, "contact", "member"):
            continue
        name = (
            mention.kind
            if mention.kind == "email"
            else "mobile"
            if said.has("mobile", "cell")
            else "phone"
        )
        term = Term("field", name, (), (), on="contact", name=name, type="text")
        if said.named("contact") or said.message.focus or said.frame.scope.page:
            yield from _write(said, term, mention.means[0], set(mention.places), 4.0)


def _texts(said: Said) -> Iterator[Candidate]:
    """A field of text, and behind to or is what it comes to be."""
    for mention in said.of("field"):
        terms = _plain_texts(mention)
        if not terms or not _is_owned(said, mention):
            continue
        for i in range(mention.end, said.end - 1):
            stop = _before_next_field(said, i + 1)
            first = said.message.mentions.starting(i + 1, "value", "quote")
            known = first is not None and (first.end >= stop or said.is_last(first.end))
            quoted = said.message.tokens[i + 1].kind == "quote"
            numbered = terms[0].name in ("phone", "mobile", "email")
            if numbered and not (said.verb == "set" and said.low(i) in ("to", ":", "=")):
                continue
            if said.low(i) in bag("to is : = as becomes") and (quoted or not known):
                value = said.frame.text(i + 1, stop)
                taken = set(mention.places) | set(range(i, stop))
                if (
                    value
                    and stop - i <= 8
                    and not said.message.mentions.of("email", "phone", at=i, end=stop)
                ):
                    yield from _write(said, terms[0], value, taken, 3.4)
                break


def _before_next_field(said: Said, at: int) -> int:
    """Return where a text ends: before another field is set in the same breath."""
    for field in said.of("field"):
        led = said.low(field.at - 1) in bag("and ,") and said.low(field.end) in bag("to is : =")
        if field.at > at and led:
            return field.at - 1
    return said.end


def _is_owned(said: Said, field: Mention) -> bool:
    """Whether it is said whose field it is, or asked to set it."""
    before = said.message.tokens[field.at - 1] if field.at > said.at else None
    asked = said.low(said.at) in bag("set change update correct adjust make put fill enter please")
    whose = before is not None and (
        before.kind == "possessive" or before.low in bag("his her its their")
    )
    return asked or whose or bool(said.of("contact", "position", "company"))


# --- Writing --------------------------------------------------------------------------------------
def _lead(said: Said, at: int) -> set[int]:
    places, i = set(), at - 1
    words = (
        APPEARS | senses.ADVERBS | senses.MODALS | bag("of than a pays by only with for get gets")
    )
    while i >= said.at and (
        said.low(i) in words - bag("him her it them his their its my our")
        or (said.low(i + 1) in APPEARS and said.message.tokens[i].stem in senses.CUES["go"])
    ):
        places.add(i)
        i -= 1
    return places


def _write(
    said: Said, term: Term, value: Any, taken: set[int], score: float, currency: str = ""
) -> Iterator[Candidate]:
    of = said.subject(taken, term.on if term.on != "any" else "contact")
    if of is None:
        return

    def make() -> None:
        said.hint(taken)
        changes: dict[str, Any] = {}
        put(changes, term, value, said.frame)
        if term.name == "value_cents" and currency:
            changes["currency"] = currency
        write(said.frame, _as_owner(of, term), term.on, changes)

    yield Candidate("set", score, frozenset(taken), make)


def _as_owner(of: Set, term: Term) -> Set:
    """Return whose field it is: of the contact, where a card was only spoken of beside."""
    return (
        replace(of, kind="", noun="")
        if term.on == "contact" and of.kind == "position" and of.names
        else of
    )
