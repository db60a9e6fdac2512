"""
Frames: one clause of a request, and what is needed to settle what it means.

A clause ends in steps (calls of tools), or in one of three: something is unclear and asked about,
it cannot be done here, or nothing fits what was described.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agents.language.description import phrases
from agents.language.organization import sets
from agents.language.organization.names import Named
from agents.language.organization.scopes import Scope
from agents.language.organization.sets import Set, Unfit
from agents.language.words.tokens import Token, stem, words
from agents.language.words.wording import bag
from crm import names as called
from crm import refs
from crm.refs import Ref
from pipelines.models import Position

MOST = 500  # records of one request
SHOWN = 6  # candidates a question names


@dataclass(frozen=True)
class Step:
    """
    One call to make. An argument "$2.contact" stands for what the second step answers as contact.

    :param says: what it does, in words: Move Karen Smith to Demo
    :param about: the records it changes, by reference
    """

    tool: str
    arguments: dict[str, Any]
    says: str = ""
    about: tuple[str, ...] = ()


class Unclear(Exception):
    """
    Something is to be settled first.

    :param mention: the words that may mean several, in small letters
    :param candidates: what they may mean: reference and label
    :param join: how an answer in words goes on with what was said: “to” for a missing destination
    """

    def __init__(
        self,
        question: str,
        *,
        mention: str = "",
        candidates: Sequence[tuple[str, str]] = (),
        join: str | None = None,
    ) -> None:
        super().__init__(question)
        self.question, self.mention = question, mention
        self.candidates, self.join = list(candidates), join


class Impossible(Exception):
    """This cannot be done here, or there is nothing to do; the text says so."""


@dataclass
class Plan:
    """
    What a message asks for.

    :param steps: in order; nothing of them is done before all of the message is understood
    :param says: a sentence to begin the reply with
    :param destructive: something is put away
    :param offer: what is offered once it is done: text and steps
    :param asked: the question that was asked last, in full
    """

    steps: list[Step] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    count: int = 0
    destructive: bool = False
    offer: dict[str, Any] | None = None
    render: list[dict[str, Any]] = field(default_factory=list)
    asked: str = ""


@dataclass
class Frame:
    """
    One clause: its tokens from `at` to before `end`, where `source` is the whole message.

    :param verb: what is done with what it describes: show, change; empty where it is not known
    :param word: the verb as it was said
    :param hints: stems of what is said beside, which may tell one card of somebody from another
    """

    scope: Scope
    tokens: list[Token]
    at: int
    end: int
    source: str
    plan: Plan
    verb: str = ""
    word: str = ""
    hints: frozenset[str] = frozenset()

    # --- Reading ----------------------------------------------------------------------------------
    def low(self, at: int) -> str:
        return self.tokens[at].low if 0 <= at < self.end else ""

    def lows(self, at: int, size: int) -> tuple[str, ...]:
        return tuple(each.low for each in self.tokens[at : min(at + size, self.end)])

    def text(self, at: int, end: int) -> str:
        """Return the text as it was written, quotes around all of it aside."""
        part = self.tokens[at:end]
        while part and part[-1].low in (".", ",", "!", "?", ";"):
            part = part[:-1]
        if not part:
            return ""
        if len(part) == 1 and part[0].kind == "quote":
            return part[0].text
        return self.source[part[0].start : part[-1].end]

    def read(self, at: int, end: int) -> Set:
        """Return what the tokens describe; whoever resolves it says what was not understood."""
        return phrases.read(self.scope, self.tokens, at, end)

    def find(self, word: str, at: int | None = None) -> int | None:
        """Return where a word stands."""
        start = self.at if at is None else at
        return next((i for i in range(start, self.end) if self.tokens[i].low == word), None)

    # --- Resolving --------------------------------------------------------------------------------
    def rows(
        self, of: Set, kind: str, *, only_open: bool = False, boards: Sequence[int] | None = None
    ) -> list[Any]:
        """
        Return the records of `kind` that a set means.

        :param only_open: of cards that nothing was said about, those under way
        :param boards: cards stand in one of these pipelines
        :raises Unclear: if words were not understood, or several fit where one is meant
        :raises Impossible: if nothing fits
        """
        self.check_understood(of)
        if of.noun in ("ones", "one") and self.scope.sets and not of.names:
            whose = [atom for atom in self.scope.sets[-1].atoms if atom.name == "owner"][-1:]
            of = replace(of, atoms=[*of.atoms, *whose], names=list(self.scope.sets[-1].names))
        if of.pronoun:
            return self._spoken_of(of, kind, boards)
        if not of.says() and not (of.noun and (of.all or of.plural)):
            if of.noun and (page := self._on_page(kind)):
                return page
            raise Unclear(f"Which {noun_of(kind, one=True)} do you mean?", join="")
        if of.names:
            return self._named(_narrowed(of), kind, only_open, boards)
        found = self._query(of, kind, only_open, boards)
        if not found:
            raise Impossible(
                f"No {noun_of(kind, one=True)} fits {_quote(of.text)}; nothing was changed."
            )
        if len(found) > 1 and not (of.plural or of.all or of.pick):
            raise self._which(of.text, found, kind)
        self.scope.sets.append(of)
        return found

    def check_understood(self, of: Set) -> None:
        """:raises Unclear: names the words that say nothing here"""
        if of.unknown:
            said = " ".join(of.unknown[:4])
            raise Unclear(
                f"I do not know what “{said}” means here. Can you say it in other words?",
                mention=said.casefold(),
            )

    def _query(
        self, of: Set, kind: str, only_open: bool, boards: Sequence[int] | None
    ) -> list[Any]:
        try:
            rows = sets.query(of, kind, self.scope.by)
            if boards is not None and kind == "position":
                rows = rows.filter(pipeline__in=list(boards))
            if only_open and kind == "position" and not says_standing(of):
                rows = rows.filter(closed_at=None)
            if kind == "task" and not any(
                atom.on in ("state",) or atom.name == "done_at" for atom in of.atoms
            ):
                rows = rows.filter(done_at=None)
            if of.pick:
                if kind == "position" and not says_standing(of):
                    rows = rows.filter(closed_at=None)
                return self._first(sets.order(rows, of.pick, kind), of, kind)
        except Unfit as unfit:
            raise Unclear(
                f"A {noun_of(kind, one=True)} has no {unfit.atom.name.replace('_', ' ')}. What "
                "do you mean?"
            ) from None
        if of.limit and not of.pick and len(rows) > of.limit and not of.all:
            raise Unclear(f"Which {of.limit} of the {len(rows)} do you mean?", join="")
        if of.names and not of.all:
            # Of few, an order and a limit would have the database go through all there are.
            return sorted(rows, key=lambda row: int(row.pk))
        return list(rows.order_by("pk")[: MOST + 1])

    def _first(self, ordered: Any, of: Set, kind: str) -> list[Any]:
        """
        Return the first of some records in order.

        :raises Unclear: if others are their equals, and something is to be changed
        """
        assert of.pick is not None
        limit, keys = of.pick.limit, ordered.query.order_by[:-1]
        rows = list(ordered[: limit + SHOWN])
        columns = [key.expression.name for key in keys]
        told = list(ordered.values_list(*columns)[: limit + SHOWN])
        tied = (
            [row for row, key in zip(rows, told, strict=True) if key == told[limit - 1]]
            if len(rows) > limit
            else []
        )
        if self.verb not in ("", "show") and len(rows) > limit and told[limit] == told[limit - 1]:
            raise self._which(of.text, tied, kind)
        return rows[:limit]

    def _named(
        self, of: Set, kind: str, only_open: bool, boards: Sequence[int] | None
    ) -> list[Any]:
        """Return the records of who is named, each settled for itself."""
        found: list[Any] = []
        wanted = of.names
        for name in wanted:
            alone = Set(
                kind=of.kind,
                atoms=of.atoms,
                either=of.either,
                names=[name],
                without=of.without,
                pick=of.pick,
                plural=of.plural,
                all=of.all,
                text=of.text,
                ref_ids=of.ref_ids,
            )
            rows = self._query(alone, kind, False, boards)
            if not rows and kind == "position":
                raise self._no_card(name, of, boards)
            if not rows:
                raise Impossible(
                    f"No {noun_of(kind, one=True)} fits {_quote(of.text)}; nothing was changed."
                )
            found += self._one_of(rows, name, kind, of, only_open)
        unique = {row.pk: row for row in found}
        self.scope.sets.append(of)
        return list(unique.values())

    def _no_card(self, name: Named, of: Set, boards: Sequence[int] | None) -> Exception:
        who = name.labels[0] if len(name.labels) == 1 else name.text
        if boards is not None and len(boards) == 1:
            board = next(
                (each.name for each in self.scope.words.pipelines if each.pk == boards[0]),
                "that pipeline",
            )
            return Impossible(f"{who} is not in {board}; nothing was changed.")
        if of.atoms or of.either:
            return Impossible(f"No card of {who} fits that; nothing was changed.")
        return Impossible(f"{who} has no card there; nothing was changed.")

    def _one_of(
        self, rows: list[Any], name: Named, kind: str, of: Set, only_open: bool
    ) -> list[Any]:
        """Return whom one name means among the rows that fit."""
        if len(rows) == 1:
            return rows
        if name.kind == "contact" and len(name.ids) > 1 and not (of.all and not of.noun):
            people = {getattr(row, "contact_id", row.pk) for row in rows}
            if len(people) > 1 and not self._means_all(name, of):
                raise self._which_contact(name, sorted(people))
        if kind == "position" and not (of.plural or of.all):
            return [self._likeliest(name.text, rows)]
        if kind == "position" and only_open and not says_standing(of):
            return [row for row in rows if row.closed_at is None] or rows
        if kind in ("contact", "company") and name.kind == kind and not self._means_all(name, of):
            raise self._which(name.text, rows, kind)
        if name.kind == "company" and kind != "company" and not (of.plural or of.all):
            raise self._which(name.text, rows, kind)
        if kind == "task" and not (of.plural or of.all):
            raise self._which(name.text, rows, kind)
        return rows

    def _likeliest(self, text: str, rows: Sequence[Any]) -> Any:
        """
        Return the one card that is meant: the only one under way, or what its own words tell.

        :raises Unclear: if several may be
        """
        still = [row for row in rows if row.closed_at is None]
        if len(still) == 1 and not self.hints & CLOSED:
            return still[0]
        some = [row for row in rows if row.closed_at] if self.hints & CLOSED else still
        told = {row.pk: len(self.hints & words_of(row)) for row in rows}
        best = [row for row in rows if told[row.pk] == max(told.values())]
        if max(told.values()) and len(best) == 1:
            return best[0]
        best = [row for row in best if row in some] or some or list(rows)
        if len(best) == 1:
            return best[0]
        raise self._which(text, best, "position")

    def _means_all(self, name: Named, of: Set) -> bool:
        return (of.all or of.plural) and name.kind == "company"

    def _which_contact(self, name: Named, ids: Sequence[int]) -> Unclear:
        label = dict(zip(name.ids, name.labels, strict=False))
        candidates = [(f"contact:{pk}", label.get(pk, f"contact:{pk}")) for pk in ids]
        return which(name.text, candidates)

    def _which(self, text: str, rows: Sequence[Any], kind: str) -> Unclear:
        found = called.find([Ref(kind, row.pk) for row in rows[:SHOWN]], by=self.scope.by)
        candidates = [
            (f"{kind}:{row.pk}", _label(row, found.get(f"{kind}:{row.pk}", "")))
            for row in rows[:SHOWN]
        ]
        return which(text, candidates, more=len(rows) - len(candidates))

    # --- What was spoken of -----------------------------------------------------------------------
    def _spoken_of(self, of: Set, kind: str, boards: Sequence[int] | None) -> list[Any]:
        if not self.plan.about and of.pronoun in ("many", "it", "one") and (told := self._told()):
            if told.names and of.pronoun != "many":
                told = Set(names=told.names, text=told.text)
            both = replace(told, atoms=[*told.atoms, *of.atoms], either=[*told.either, *of.either])
            both.plural = both.plural or of.plural
            return self.rows(both, kind, only_open=True, boards=boards)
        known = self.antecedents(of.pronoun)
        if not known:
            raise Unclear("Whom or what do you mean?", join="")
        if known[0].startswith("$"):
            return [Made(known, kind)]
        found: list[Any] = []
        extra = Set(atoms=of.atoms, either=of.either, plural=True, all=True, text=of.text)
        for other in dict.fromkeys(ref.partition(":")[0] for ref in known):
            ids = [int(ref.partition(":")[2]) for ref in known if ref.startswith(f"{other}:")]
            extra.ref_ids = {other: ids}
            rows = self._query(extra, kind, False, boards) if other in sets.KINDS else []
            if other == "contact" and kind == "position" and len(ids) == 1 and len(rows) > 1:
                rows = [self._likeliest(of.text, rows)]
            found += sorted(
                rows, key=lambda row: known.index(row_ref(row)) if row_ref(row) in known else 0
            )
        if not found:
            raise Impossible(
                f"None of them is a {noun_of(kind, one=True)} that fits; nothing was changed."
            )
        if of.pronoun.startswith(("it", "one")) and len(found) > 1 and not of.plural:
            if kind == "position" and self.hints:
                return [self._likeliest(of.text, found)]
            raise self._which(of.text, found, kind)
        if of.pick:
            rows = sets.order(
                refs.visible(kind, by=self.scope.by).filter(pk__in=[row.pk for row in found]),
                of.pick,
                kind,
            )
            found = list(rows[: of.pick.limit])
        return found

    def _told(self) -> Set | None:
        """
        Return the records that this message has spoken of before, without asking for anything.
        """
        told = [each for each in self.scope.sets if each.noun or each.names or len(each.atoms) > 1]
        return told[-1] if told and not told[-1].pronoun else None

    def antecedents(self, pronoun: str) -> list[str]:
        """Return the references that a pronoun may stand for."""
        made = [ref for ref in self.plan.about if ref]
        known = made or [ref for ref in self.scope.about if not ref.startswith("member:")]
        if pronoun.startswith("at:"):
            at = int(pronoun.removeprefix("at:"))
            ordered = known if len(known) > 1 else self.scope.earlier
            there = len(ordered) > 1 and -len(ordered) <= at < len(ordered)
            return [ordered[at]] if there else []
        if pronoun == "rest":
            return [ref for ref in self.scope.earlier if ref not in known]
        if not made and pronoun in ("it", "one") and len(known) != 1 and self.scope.page:
            return [self.scope.page]
        told = self._told()
        if not known and told is not None and told.names:
            return [f"{name.kind}:{pk}" for name in told.names for pk in name.ids]
        return known or ([self.scope.page] if self.scope.page else [])

    def _on_page(self, kind: str) -> list[Any]:
        """
        Return the record of the page, or what was spoken of, where a noun alone names it: the
        deal.
        """
        known = self.antecedents("it")
        if known and known[0].startswith("$"):
            return [Made(known, kind)]
        if len(known) != 1:
            return []
        other, _, pk = known[0].partition(":")
        if other not in sets.KINDS:
            return []
        of = Set(ref_ids={other: [int(pk)]}, plural=True, text="it")
        rows = self._query(of, kind, False, None)
        if len(rows) > 1 and kind == "position":
            still = [row for row in rows if row.closed_at is None]
            if len(still) != 1:
                raise self._which("it", still or rows, kind)
            return still
        return rows

    # --- Steps ------------------------------------------------------------------------------------
    def apply(
        self, tool: str, argument: str, rows: Sequence[Any], arguments: dict[str, Any], says: str
    ) -> None:
        """Add the call of a tool for each of some rows: alone, or as one for each board."""
        refs_of = tuple(row_ref(row) for row in rows)
        self.plan.count += len(rows)
        self.plan.about = list(refs_of)
        if len(rows) == 1:
            one = {argument: refs_of[0], **arguments}
            self.plan.steps.append(Step(tool, one, f"{says}", refs_of))
            return
        if len(rows) > MOST:
            raise Impossible(
                f"That is more than {MOST} records at once; narrow it down. Nothing was changed."
            )
        boards: dict[int, list[str]] = {}
        for row in rows:
            boards.setdefault(getattr(row, "pipeline_id", 0), []).append(row_ref(row))
        for some in boards.values():
            if len(some) == 1:
                self.plan.steps.append(
                    Step(tool, {argument: some[0], **arguments}, says, tuple(some))
                )
                continue
            bulk = {"tool": tool, "arguments": arguments, "refs": some}
            self.plan.steps.append(Step("bulk_update", bulk, says, tuple(some)))


def _narrowed(of: Set) -> Set:
    """Karen at Acme: the company only tells which Karen."""
    kinds = {name.kind for name in of.names}
    if not (kinds > {"company"} and kinds & {"contact", "position", "task"}):
        return of
    firms = [pk for name in of.names if name.kind == "company" for pk in name.ids]
    people = [name for name in of.names if name.kind != "company"]
    return replace(of, names=people, ref_ids={**of.ref_ids, "company": firms})


class Made:
    """A record that an earlier step of the plan makes; known by reference once it is made."""

    def __init__(self, known: Sequence[str], kind: str) -> None:
        wanted = [ref for ref in known if ref.endswith(f".{kind}")]
        self.ref = (wanted or list(known))[0]
        self.kind = kind
        self.pk = 0
        self.closed_at = None
        self.pipeline_id = 0


# What says that a card is meant that is not under way.
CLOSED = frozenset(stem(word) for word in ("old", "closed", "past", "finished", "former"))


def words_of(card: Position) -> set[str]:
    """Return the stems of what a card is called by: its title, pipeline and stage."""
    said = f"{card.title} {card.pipeline.name} {card.stage.name}"
    return {each.stem for each in words(said) if len(each.low) > 2 or each.low.isdigit()}


def row_ref(row: Any) -> str:
    """Return a row's reference."""
    return str(row.ref)


def which(text: str, candidates: Sequence[tuple[str, str]], *, more: int = 0) -> Unclear:
    """Return the question which of several is meant."""
    shown = list(candidates[:SHOWN])
    more += len(candidates) - len(shown)
    listed = "; ".join(f"{at}. {label}" for at, (_, label) in enumerate(shown, start=1))
    rest = f"; and {more} more" if more > 0 else ""
    return Unclear(
        f"Which “{text}” do you mean? {listed}{rest}", mention=_plain(text), candidates=shown
    )


def noun_of(kind: str, *, one: bool = False) -> str:
    """Return what records of a kind are called."""
    nouns = {
        "position": "cards",
        "contact": "contacts",
        "company": "companies",
        "task": "tasks",
        "activity": "activities",
    }
    plural = nouns.get(kind, f"{kind}s")
    singular = {"companies": "company", "activities": "activity"}.get(plural, plural[:-1])
    return singular if one else plural


def _label(row: Any, name: str) -> str:
    if isinstance(row, Position):
        title = f"{row.title}, " if row.title else ""
        return f"{title}{name} ({row.stage.name})"
    firm = getattr(getattr(row, "company", None), "name", "")
    said = name or getattr(row, "title", "") or str(row)
    return f"{said} ({firm})" if firm else said


def _plain(text: str) -> str:
    from agents.language.words.tokens import fold, tokenize

    return " ".join(each.low for each in tokenize(fold(text)))


def _quote(text: str) -> str:
    return f"“{text}”" if text else "that"


def says_standing(of: Set) -> bool:
    """Whether a set says where cards stand or how they ended."""
    return any(
        atom.op not in ("!=", "not_in")
        and (
            atom.name in bag("stage outcome closed_at open closed unstarted overdue")
            or atom.on == "noun"
        )
        for atom in of.every_atom()
    )
