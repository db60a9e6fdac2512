"""Where to and what to: destinations of moves, colleagues, and values as fields take them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from agents.language.frames import Frame, Unclear
from agents.language.organization.sets import Set, query, today
from agents.language.organization.vocabulary import Term
from agents.language.words import amounts, lexicon
from agents.language.words.tokens import stem
from agents.language.words.wording import bag, sayings
from crm.models import Membership

NEXT = sayings(
    "next stage, the next stage, next step, the next step, the next one, "
    "the following stage, the next column, next column, the next phase, "
    "the stage after, one stage forward, one step forward, a stage forward, "
    "forward one stage, one stage further, forward a stage, one stage ahead, "
    "a step forward, one stage on, one stage up, whatever comes next, "
    "the stage that follows, its next stage, their next stage, "
    "her next stage, his next stage"
)
BACK = sayings(
    "previous stage, the previous stage, the stage before, one stage back, "
    "a stage back, back one stage, back a stage, one step back, a step back, "
    "the prior stage, the last stage, the previous column, the previous one, "
    "where it was, where they were, its previous stage, "
    "their previous stage"
)
WON = {"won", "win", "success", "successful"}
DONE = bag("done closed complete completed finished resolved")
LOST = {"lost", "lose"}
TRAILING = bag(
    "stage column phase pipeline board funnel list lane please now today instead too status all "
    "step again"
)


@dataclass(frozen=True)
class Target:
    """
    Where cards are to go.

    :param kind: stage, pipeline, member, next, previous, won, lost, nobody
    :param terms: the stages, pipelines or members that the words may mean
    """

    kind: str
    terms: tuple[Term, ...] = ()
    text: str = ""


def read_target(frame: Frame, at: int, end: int) -> Target | None:
    """
    Return the destination that is all of the tokens from `at` to `end`; None if they are none.
    """
    while end > at and (
        frame.low(end - 1) in lexicon.FILLERS or frame.low(end - 1) in (".", "!", "?", ",")
    ):
        end -= 1
    said = frame.lows(at, end - at)[: end - at]
    if said in NEXT or said in sayings("forward, on, along, ahead"):
        return Target("next")
    if said in BACK or said in sayings("back, backward, backwards"):
        return Target("previous")
    start = at
    while (
        start < end
        and frame.low(start) in bag("the our a stage column pipeline status being an list board")
        and not frame.scope.words.find(frame.tokens[:end], start, ["stage", "pipeline"])
    ):
        start += 1
    if start >= end:
        return None
    words = frame.scope.words
    found = words.find(frame.tokens[:end], start, ["stage", "pipeline"])
    found = [(stop, term) for stop, term in found]
    if found:
        stop = found[0][0]
        terms = tuple(term for _, term in found)
        board = _board_after(frame, stop, end)
        if board is not None or _only(frame, stop, end):
            if board:
                terms = tuple(
                    term for term in terms if term.kind == "stage" and term.pipeline == board
                )
            stages = tuple(term for term in terms if term.kind == "stage")
            boards = tuple(term for term in terms if term.kind == "pipeline")
            says_board = stop < end and frame.low(stop) in ("pipeline", "board", "funnel")
            if stages and not (boards and says_board):
                return Target("stage", stages, frame.text(start, stop))
            if boards:
                return Target("pipeline", boards, frame.text(start, stop))
    if inside := _pipeline_then_stage(frame, start, end):
        return inside
    word = frame.low(start)
    if _only(frame, start + 1, end):
        if word in WON:
            return Target("won")
        if word in LOST:
            return Target("lost")
        if word in DONE:
            return Target("won")
    return _corrected(frame, start, end)


def _corrected(frame: Frame, at: int, end: int) -> Target | None:
    """A stage whose name is misspelt."""
    from agents.language.words.tokens import Token

    token = frame.tokens[at]
    if token.kind != "word" or len(token.low) < 4 or token.low in lexicon.VERBS:
        return None
    meant = frame.scope.words.correct(token.low)
    if meant is None or meant == token.low:
        return None
    before = frame.tokens
    frame.tokens = [
        *before[:at],
        Token(token.text, meant, stem(meant), "word", token.start, token.end),
        *before[at + 1 :],
    ]
    found = (
        read_target(frame, at, end)
        if frame.scope.words.find(frame.tokens[:end], at, ["stage", "pipeline"])
        else None
    )
    if found is None:
        frame.tokens = before
    return found


def _board_after(frame: Frame, at: int, end: int) -> str | None:
    """
    Demo in Sales, Demo stage of the Sales pipeline: return the pipeline; None if there is none.
    """
    while at < end and frame.low(at) in bag("stage column in on of the within"):
        at += 1
    found = frame.scope.words.find(frame.tokens[:end], at, ["pipeline"]) if at < end else []
    if found and _only(frame, found[0][0], end):
        return found[0][1].ref
    return None


def _pipeline_then_stage(frame: Frame, at: int, end: int) -> Target | None:
    """The Design backlog, Sales pipeline's Demo stage."""
    found = frame.scope.words.find(frame.tokens[:end], at, ["pipeline"])
    if not found:
        return None
    stop, board = found[0]
    while stop < end and (frame.low(stop) in ("pipeline", "board", "'s", "the", "stage", ",", ":")):
        stop += 1
    stages = [
        (last, term)
        for last, term in frame.scope.words.find(frame.tokens[:end], stop, ["stage"])
        if term.pipeline == board.ref
    ]
    if stages and _only(frame, stages[0][0], end):
        return Target("stage", tuple(term for _, term in stages))
    return None


def _only(frame: Frame, at: int, end: int) -> bool:
    """Whether nothing follows that says anything."""
    return all(frame.low(i) in TRAILING or frame.tokens[i].kind == "mark" for i in range(at, end))


def read_member(frame: Frame, at: int, end: int) -> str | None:
    """
    Return the e-mail of the colleague that the tokens name, "" for nobody; None if they name none.

    :raises Unclear: if several colleagues are called so
    """
    while end > at and (
        frame.low(end - 1) in TRAILING
        or frame.tokens[end - 1].kind == "mark"
        or frame.low(end - 1) in lexicon.FILLERS
    ):
        end -= 1
    while at < end and frame.low(at) in bag("the colleague our user agent member rep"):
        at += 1
    said = frame.lows(at, end - at)[: end - at]
    if said in sayings("nobody, no one, noone, none, no body"):
        return ""
    if said in sayings("me, myself, my self, us, mine"):
        return email_of(frame, frame.scope.me)
    if said in sayings("him, her, them"):
        known = [ref for ref in frame.scope.about if ref.startswith("member:")]
        known = known or [
            atom.value
            for of in frame.scope.sets
            for atom in of.atoms
            if atom.name == "owner" and isinstance(atom.value, str)
        ]
        return email_of(frame, known[-1]) if known else None
    if said[:1] in sayings("whoever, whomever, someone") or "whoever" in said[:3]:
        return _whoever(frame, at, end)
    if at < end and frame.tokens[at].kind == "email" and end == at + 1:
        found = frame.scope.words.terms.get(frame.tokens[at].low, [])
        if found:
            return str(found[0].value)
        raise Unclear(
            f"Nobody here has the address {frame.tokens[at].text}. Who do you mean?", join="to"
        )
    terms = frame.scope.words.find(frame.tokens[:end], at, ["member"])
    if not terms or terms[0][0] < end:
        return _misspelt_member(frame, at, end)
    refs = sorted({term.ref for _, term in terms})
    mention = " ".join(said)
    if mention in frame.scope.bound:
        refs = frame.scope.bound[mention]
    if len(refs) > 1:
        from agents.language.frames import which

        members = [(ref, str(frame.scope.words.member(ref).user)) for ref in refs]
        raise which(frame.text(at, end), members)
    return email_of(frame, refs[0])


def _misspelt_member(frame: Frame, at: int, end: int) -> str | None:
    from rapidfuzz.distance import DamerauLevenshtein

    if end - at not in (1, 2) or frame.tokens[at].kind != "word" or len(frame.low(at)) < 4:
        return None
    said = " ".join(frame.lows(at, end - at))
    near = {
        term.ref
        for terms in frame.scope.words.terms.values()
        for term in terms
        if term.kind == "member"
        and DamerauLevenshtein.distance(" ".join(term.words), said) <= (1 if len(said) < 7 else 2)
    }
    return email_of(frame, near.pop()) if len(near) == 1 else None


def _whoever(frame: Frame, at: int, end: int) -> str:
    """Whoever has the fewest open deals: return the e-mail of that colleague."""
    words = [frame.low(i) for i in range(at, end)]
    fewest = any(each in ("fewest", "least", "lowest", "smallest") for each in words)
    if not fewest and "most" not in words:
        raise Unclear("To whom?", join="to")
    start = (
        at
        + next(
            i for i, word in enumerate(words) if word in bag("fewest least lowest smallest most")
        )
        + 1
    )
    of = frame.read(start, end)
    frame.check_understood(of)
    kind = of.kind or "position"
    rows = query(of, kind, frame.scope.by)
    rows = rows.filter(closed_at=None) if kind == "position" else rows
    rows = rows.filter(done_at=None) if kind == "task" else rows
    owner = "assignee" if kind == "task" else "owner"
    counts = {row[owner]: row["n"] for row in rows.order_by().values(owner).annotate(n=Count("pk"))}
    joined = (
        Membership.objects.visible_to(frame.scope.by).active().select_related("user").order_by("pk")
    )
    ranked = sorted(
        joined,
        key=lambda member: (
            counts.get(member.pk, 0) if fewest else -counts.get(member.pk, 0),
            member.pk,
        ),
    )
    if len(ranked) > 1 and counts.get(ranked[0].pk, 0) == counts.get(ranked[1].pk, 0):
        tied = [each for each in ranked if counts.get(each.pk, 0) == counts.get(ranked[0].pk, 0)]
        named = " and ".join(str(each.user) for each in tied[:3])
        raise Unclear(f"{named} have equally many. Which of them?", join="to")
    return str(ranked[0].user.email)


def email_of(frame: Frame, ref: str) -> str:
    return str(frame.scope.words.member(ref).user.email)


# --- Values ---------------------------------------------------------------------------------------
def read_value(frame: Frame, term: Term, at: int, end: int) -> tuple[int, Any] | None:
    """
    Return where a value of a field ends, and the value as tools take it; None if there is none.

    :raises Unclear: if it does not fit the field
    """
    while (
        at < end
        and frame.low(at) in bag("a an the be is = : of")
        and not (term.type == "text" and end - at < 2)
    ):
        at += 1
    if at >= end:
        return None
    if (
        frame.low(at) in bag("empty nothing blank none null")
        and at + 1 == end
        and not _known(frame, term, at, end)
    ):
        return end, None
    if term.type in ("money", "number"):
        return _read_number(frame, term, at, end)
    if term.type in ("date", "moment"):
        return _read_date(frame, term, at, end)
    if term.type == "yes_no":
        word = frame.low(at)
        if word in bag("yes true on no false off"):
            return at + 1, word in ("yes", "true", "on")
        return None
    if term.type == "member":
        member = read_member(frame, at, end)
        return None if member is None else (end, member or None)
    return _read_text(frame, term, at, end)


def _known(frame: Frame, term: Term, at: int, end: int) -> bool:
    return any(
        (each.on, each.name) == (term.on, term.name)
        for _, each in frame.scope.words.find(frame.tokens[:end], at, ["value"])
    )


def _read_number(frame: Frame, term: Term, at: int, end: int) -> tuple[int, Any] | None:
    found = amounts.read(frame.tokens[:end], at)
    if found is None or found[1].percent:
        return None
    return found[0], found[1].cents if term.type == "money" else found[1].plain


def _read_date(frame: Frame, term: Term, at: int, end: int) -> tuple[int, Any] | None:
    at += frame.low(at) in ("on", "by", "until", "for")
    found = frame.scope.calendar.read(frame.tokens[:end], at)
    if found is None and (length := frame.scope.calendar.length(frame.tokens[:end], at)):
        on = frame.scope.calendar.shift(today(), length[1], length[2])
        return length[0], moment(on) if term.type == "moment" else on.isoformat()
    if found is None:
        return None
    on = found[1].start
    if not found[1].is_day and not frame.low(at).startswith("next"):
        on = max(on, today())
    return found[0], moment(on) if term.type == "moment" else on.isoformat()


def moment(on: date) -> str:
    return f"{on.isoformat()}T00:00:00Z"


def _read_text(frame: Frame, term: Term, at: int, end: int) -> tuple[int, Any] | None:
    """A text: a value as it is spelt elsewhere, a quote, or whatever is written."""
    stop = end
    while stop > at and frame.tokens[stop - 1].kind == "mark":
        stop -= 1
    spelt = [
        (last, each.value)
        for last, each in frame.scope.words.find(frame.tokens[:stop], at, ["value", "tag"])
        if (each.on, each.name) == (term.on, term.name)
    ]
    if spelt and (
        spelt[0][0] == stop
        or frame.low(spelt[0][0]) in (",", "and", "for", "on", "tier", "level", "plan")
    ):
        return spelt[0][0], spelt[0][1]
    if frame.tokens[at].kind in ("quote", "email", "phone"):
        return at + 1, frame.tokens[at].text
    text = frame.text(at, stop)
    if not text:
        return None
    if term.name == "job_title" or term.name.startswith("custom."):
        text = text[:1].upper() + text[1:] if text.islower() and _spelt_big(frame, term) else text
    return stop, text


def _spelt_big(frame: Frame, term: Term) -> bool:
    """Whether the values there are begin with a capital."""
    values = [
        str(each.value)
        for terms in frame.scope.words.terms.values()
        for each in terms
        if each.kind == "value" and each.sure == 3 and (each.on, each.name) == (term.on, term.name)
    ]
    return bool(values) and all(value[:1].isupper() for value in values)


def only_open(of: Set) -> Q:
    """Cards under way, where a set does not say otherwise."""
    return Q(closed_at=None) if not of.atoms else Q()
