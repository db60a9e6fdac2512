"""New records, by what a message tells of them: people, companies, pipelines."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.cards import place_of
from agents.language.evidence.evidence import Message, Said
from agents.language.frames import Step, Unclear
from agents.language.operations.owners import email_of
from agents.language.operations.pipelines import plan_pipeline
from agents.language.organization.mentions import Mention
from agents.language.words import lexicon, senses
from agents.language.words.wording import bag
from crm.models import Contact

NEW = bag("new")
MAKING = bag(
    "add create register enter make put open start raise enrol enroll include need set up build"
    " launch invite"
)
COLUMNS = ("subtype", "source", "city", "region", "country", "language", "job_title")


def entering(message: Message) -> Iterator[Candidate]:
    """A person, a company or a pipeline is new."""
    yield from _pipeline(message)
    yield from _company(message)
    yield from _contact(message)


def _asked(message: Message) -> bool:
    return any(each.low in MAKING for each in message.tokens)


# --- Pipelines ------------------------------------------------------------------------------------
def _pipeline(message: Message) -> Iterator[Candidate]:
    """A new pipeline: for what, or called what, with which stages."""
    tokens = message.tokens
    boards = bag("pipeline board funnel")
    at = next(
        (
            i
            for i, each in enumerate(tokens)
            if each.low in boards and not message.mentions.covering(i, "pipeline")
        ),
        None,
    )
    if at is None or not (_asked(message) or tokens[0].low == "new"):
        return
    if not {each.low for each in tokens[max(0, at - 3) : at]} & bag("a new another"):
        return
    name = _name_of_board(message, at)
    heads = bag("stages steps columns stage :")
    listed = next((i for i in range(at + 1, len(tokens)) if tokens[i].low in heads), None)
    stages = _listed(message, listed + 1) if listed is not None else []
    units = frozenset(n for n, _ in message.unread())
    if name:
        make = partial(plan_pipeline, message.frame, name, stages)
        yield Candidate("pipeline", 6.0, frozenset(), make, units)


def _name_of_board(message: Message, at: int) -> str:
    """Return what a new pipeline is called: in quotes, behind the noun, or before it."""
    tokens = message.tokens
    quotes = [m.means[0] for m in message.mentions.of("quote") if m.at > at]
    start = at + 1
    while start < len(tokens) and tokens[start].low in bag("called named , : for to"):
        start += 1
    aside = bag("the our my a an") if tokens[start - 1].low in ("for", "to") else frozenset()
    ends = bag("with having : , .")
    stop = next((i for i in range(start, len(tokens)) if tokens[i].low in ends), len(tokens))
    said = [tokens[i].text for i in range(start, stop) if tokens[i].low not in aside]
    if quotes:
        return str(quotes[0])
    if said:  # as it is written, where nothing of it is left out
        whole = len(said) == stop - start
        return message.frame.text(start, stop) if whole else " ".join(said)
    start = max(i for i in range(at) if tokens[i].low in bag("a new another")) + 1
    return message.frame.text(start, at)


def _listed(message: Message, at: int) -> list[str]:
    names, begin, tokens = [], at, message.tokens
    for i in range(at, len(tokens) + 1):
        if i == len(tokens) or tokens[i].low in bag(", and then > ; . :"):
            text = message.frame.text(begin, i)
            names += [text[:1].upper() + text[1:]] if text else []
            begin = i + 1
    return names


# --- Companies and people -------------------------------------------------------------------------
def _company(message: Message) -> Iterator[Candidate]:
    at = _announced(message, "company")
    if at is None or message.mentions.of("contact"):
        return
    name = _unknown_name(message, at)
    if not name:
        return
    details: dict[str, Any] = {"name": message.frame.text(*name)}
    domain = next(
        (each.text for each in message.tokens if each.kind == "word" and "." in each.text), ""
    )
    tokens = message.tokens
    for i, token in enumerate(tokens):
        if token.low in ("domain", "website", "site") and i + 1 < len(tokens):
            stop = i + 1 + (tokens[i + 1].low in ("is", ":"))
            domain = (
                message.frame.source[tokens[stop].start :].split()[0].strip(".,;)")
                if stop < len(tokens)
                else domain
            )
    details |= {"domain": domain} if domain else {}
    for value in message.mentions.of("value"):
        for term in value.means:
            if term.on == "company" and term.name == "industry":
                details["industry"] = term.value
    units = frozenset(n for n, _ in message.unread())

    def make() -> None:
        message.frame.plan.steps.append(Step("create_company", details, f"{details['name']} added"))
        message.frame.plan.count += 1
        message.frame.plan.about = [f"${len(message.frame.plan.steps)}.company"]

    yield Candidate("company", 6.0, frozenset(), make, units)


def _announced(message: Message, kind: str) -> int | None:
    """Return where a new record of a kind is spoken of: a new client firm, add a candidate."""
    tokens = message.tokens
    for i, token in enumerate(tokens):
        held = message.mentions.covering(i, "pipeline", "stage")
        if held is not None and (held.end - held.at > 1 or held.kind == "pipeline"):
            continue
        plural = token.low.endswith("s") and not token.low.endswith("ss")
        noun = lexicon.noun(token.low) if token.kind == "word" and not plural else ""
        value = message.mentions.starting(i, "value")
        typed = value is not None and not plural and any(t.name == "subtype" for t in value.means)
        if noun != kind and not (typed and kind == "contact"):
            continue
        if (
            kind == "contact"
            and i + 1 < len(tokens)
            and lexicon.noun(tokens[i + 1].low) == "company"
        ):
            continue
        before = {each.low for each in tokens[max(0, i - 4) : i]}
        if before & NEW or (before & MAKING and before & bag("a an another our the")):
            return i
    return None


def _contact(message: Message) -> Iterator[Candidate]:
    at = _announced(message, "contact")
    email = next(
        (
            m
            for m in message.mentions.of("email")
            if not message.mentions.covering(m.at, "contact", "member")
        ),
        None,
    )
    named_as = _named_as(message)
    if at is None and named_as is None and not (email and _asked(message)):
        return
    name = named_as or _unknown_name(message, at if at is not None else -1)
    if not name:
        return
    units = frozenset(n for n, _ in message.unread())
    yield Candidate("contact", 6.0, frozenset(), _Person(message, name, email).make, units)


def _named_as(message: Message) -> tuple[int, int] | None:
    """Return where the name of somebody stands who is added as a contact."""
    tokens = message.tokens
    for i in range(2, len(tokens) - 1):
        if tokens[i].low == "as" and lexicon.noun(tokens[-1].low) == "contact" and message.units:
            first = Said(message, message.units[0])
            start = first.first() + 1
            capitals = all(each.is_capital for each in tokens[start:i])
            known = message.mentions.covering(start, "contact") is not None
            return (start, i) if first.verb == "add" and capitals and not known else None
    return None


def _unknown_name(message: Message, after: int) -> tuple[int, int] | None:
    """Return where a name stands that nothing here is called by: the first run of capitals."""
    tokens = message.tokens
    i = after + 1
    while i < len(tokens):
        if tokens[i - 1].low in bag("from in at of through on by via to with") and i > after + 1:
            while i < len(tokens) and tokens[i].kind == "word" and tokens[i].is_capital:
                i += 1
            i += i < len(tokens) and not tokens[i].is_capital
            continue
        held = message.mentions.covering(i, "value", "stage", "pipeline", "member", "field", "day")
        known = message.mentions.covering(i, "contact")
        if (
            tokens[i].kind == "word"
            and tokens[i].low not in senses.PLAIN
            and tokens[i].is_capital
            and not (i == 0 or (held and held.end - held.at > 1) or _opens(message, i))
            and not (held and held.kind in ("value", "pipeline", "stage", "member"))
        ):
            stop = i
            while (
                stop < len(tokens)
                and tokens[stop].kind == "word"
                and (
                    tokens[stop].is_capital or tokens[stop].low in bag("de la von van der di el y")
                )
            ):
                stop += 1
            if not (known and known.means[0].whole and known.end - known.at > 1):
                return i, stop
            i = stop
        elif tokens[i].kind == "quote":
            return i, i + 1
        i += 1
    return None


def _opens(message: Message, at: int) -> bool:
    """Whether a capital only begins a sentence: a word of the language."""
    before = message.tokens[at - 1].low if at else "."
    return before in [".", "!", "?"] and message.tokens[at].low in lexicon.VERBS


class _Person:
    """What is said of somebody new."""

    def __init__(self, message: Message, name: tuple[int, int], email: Mention | None) -> None:
        self.message, self.frame = message, message.frame
        self.name = self.frame.text(*name)
        self.details: dict[str, Any] = {"name": self.name}
        if email is not None:
            self.details["email"] = email.means[0]
        phone = message.mentions.of("phone")
        if phone:
            self.details["phone"] = phone[0].means[0]
        self._fields()
        self._known(name)
        self._told(name)
        self.board, self.stage = place_of(message)
        place = [m for m in message.mentions.of("pipeline") if m.means[0].ref == self.board]
        led = any(message.tokens[m.at - 1].low in bag("to into in the") for m in place)
        if not (led and place[0].means[0].sure >= 2):
            self.board = ""

    def _fields(self) -> None:
        """Take what is said to be in a field: phone 555-1234, city Lyon."""
        tokens = self.message.tokens
        for field in self.message.mentions.of("field"):
            term = field.means[0]
            texts = term.on == "contact" and term.type == "text" and term.sure > 1
            if not texts or term.name in ("name", "company", "title") or "." in term.name:
                continue
            start = field.end + (field.end < len(tokens) and tokens[field.end].low in (":", "is"))
            ends = bag(", and with . ( ) ;")
            stop = next(
                (i for i in range(start, len(tokens)) if tokens[i].low in ends), len(tokens)
            )
            if start < stop <= start + 4 and tokens[field.at - 1].low in (",", "with", "and", "("):
                self.details.setdefault(term.name, self.frame.text(start, stop))

    def _known(self, name: tuple[int, int]) -> None:
        """Take what is linked: values of fields, the colleague, the company."""
        for value in self.message.mentions.of("value"):
            if name[0] <= value.at < name[1]:
                continue
            terms = [
                t
                for t in value.means
                if t.on == "contact" and (t.name in COLUMNS or t.name.startswith("custom."))
            ]
            for term in self._fitting(value, terms)[:1]:
                if term.name.startswith("custom."):
                    self.details.setdefault("custom", {}).setdefault(
                        term.name.removeprefix("custom."), term.value
                    )
                else:
                    self.details.setdefault(term.name, term.value)
        for member in self.message.mentions.of("member"):
            self.details["owner"] = email_of(self.frame, member.means[0].ref)
        for firm in self.message.mentions.of("company"):
            before = self.message.tokens[firm.at - 1].low
            listed = before == "," and firm.means[0].whole
            if listed or before in bag("at from of with for"):
                self.details["company"] = self.frame.text(firm.at, firm.end)

    def _fitting(self, value: Mention, terms: list[Any]) -> list[Any]:
        """Return the columns a value may be of, by the word before it: from a place, as a job."""
        before = self.message.tokens[value.at - 1].low if value.at else ""
        place = bag("city region country") if before in bag("from in lives near") else frozenset()
        return sorted(
            terms,
            key=lambda t: (t.name not in place, COLUMNS.index(t.name) if t.name in COLUMNS else 9),
        )

    def _told(self, name: tuple[int, int]) -> None:
        """Take what words before it tell: at Copperline, from Paterna, as CTO, or CTO at …."""
        tokens = self.message.tokens
        for i in range(len(tokens) - 1):
            low = tokens[i].low
            if (
                low not in bag("at from in as of")
                or not tokens[i + 1].is_capital
                or tokens[i + 1].kind != "word"
            ):
                continue
            stop = i + 1
            while stop < len(tokens) and (
                (tokens[stop].kind == "word" and tokens[stop].is_capital)
                or (tokens[stop].low == "&" and stop + 1 < len(tokens))
            ):
                stop += 1
            field = {
                "at": "company",
                "of": "company",
                "from": "city",
                "in": "city",
                "as": "job_title",
            }[low]
            if field == "city" and self.message.mentions.covering(
                i + 1, "stage", "pipeline", "company"
            ):
                field = "company" if self.message.mentions.covering(i + 1, "company") else ""
            if field and not (
                field == "job_title" and self.message.mentions.covering(i + 1, "stage")
            ):
                self.details.setdefault(field, self.frame.text(i + 1, stop))
            before = self._job_before(i)
            if low == "at" and before:
                self.details.setdefault("job_title", before)

    def _job_before(self, at: int) -> str:
        """Return the words since the comma before a place: CTO at Copperline."""
        start = at
        while start > 0 and self.message.tokens[start - 1].kind == "word":
            start -= 1
        text = self.frame.text(start, at)
        return text if 0 < at - start <= 4 and self.name not in text else ""

    def make(self) -> None:
        mine = Contact.objects.visible_to(self.frame.scope.by).in_use()
        if mine.filter(name__iexact=self.name).exists():
            raise Unclear(
                f"There is a contact called {self.name} already. Do you want another one? "
                "Say their e-mail address too."
            )
        plan = self.frame.plan
        plan.steps.append(Step("create_contact", self.details, f"{self.name} added"))
        number = len(plan.steps)
        plan.count += 1
        plan.about = [f"${number}.contact"]
        if self.board:
            given: dict[str, Any] = {"contact": f"${number}.contact", "pipeline": self.board}
            given |= {"stage": self.stage} if self.stage else {}
            plan.steps.append(Step("add_contact_to_pipeline", given, "added to the pipeline"))
            plan.about.append(f"${number + 1}.position")
