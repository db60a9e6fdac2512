"""Questions about one record: whose it is, where it stands, what it holds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.language.frames import Frame, Impossible, Plan, Step, Unclear, row_ref, words_of
from agents.language.operations.owners import owned_kind
from agents.language.organization import sets
from agents.language.organization.sets import Set
from agents.language.questions import subjects
from agents.language.questions.grouping import PEOPLE
from agents.language.words import lexicon
from agents.language.words.wording import bag, sayings
from crm import refs

WHO = sayings(
    "who, whose, which of us, which one of us, which colleague, who of us, which team member, "
    "what colleague, which of my colleagues, who among us, whom"
)
OWNING = bag(
    "owns own owner responsible handles handling handle manages manage managing charge "
    "assigned looking looks takes taking represents represent working works serves covers "
    "covering runs leads holds has deals dealing caring responsibility belongs belong"
)
STAGED = bag("stage column phase step status")
SHORT = 6  # words of a question that need not say of whom
FIGURED = bag("average total sum many much highest lowest median most fewest least")


def subject(frame: Frame, at: int, end: int) -> Set | None:
    """Return the one whom a question is about, where nothing else is said."""
    if at >= end:
        return None
    of = frame.read(at, end)
    if of.unknown or not (of.names or of.pronoun or (of.noun and not of.plural and not of.atoms)):
        return None
    return of


def end_of(frame: Frame) -> int:
    end = frame.end
    while end > frame.at and (
        frame.tokens[end - 1].kind == "mark"
        or frame.low(end - 1) in bag("now currently right today at")
    ):
        end -= 1
    return end


def look_up(frame: Frame, ref: str, path: str, label: str) -> bool:
    """Add the call that looks at a record, and that a field of it is said."""
    frame.plan.steps.append(Step("get_object", {"ref": ref}, "looked up"))
    frame.plan.render.append({"as": "attribute", "ref": ref, "path": path, "label": label})
    frame.plan.about = [ref]
    return True


def owner_question(frame: Frame, words: Sequence[str]) -> bool:
    """Who owns Karen; which of us is in charge of the Acme deal; whose is Karen."""
    start = _who(frame)
    whose = words[:1] == ["whose"] and bool(bag("is are") & set(words))
    if start is None or not (whose or OWNING & set(words)):
        return False
    found = subjects.split(frame, start, end_of(frame))
    if found is None:
        return _owner_of_noun(frame, start)
    of, rest = found
    left = [at for at in rest if frame.low(at) not in OWNING | bag("charge care after over")]
    if whose:
        left = [at for at in left if lexicon.noun(frame.low(at)) != "contact"]
    more = [at for at in left if subjects.says_more(frame, [at])]
    if more and not _are_of_a_title(frame, of, more):
        return False
    hints = frozenset(frame.tokens[at].stem for at in more)
    return _look_up_owner(replace(frame, hints=frame.hints | hints), of)


def _are_of_a_title(frame: Frame, of: Set, places: Sequence[int]) -> bool:
    """Whether words are of what a card of somebody is called: Dirk's printer ticket."""
    if of.noun and of.names:
        cards = sets.query(Set(names=of.names), "position", frame.scope.by)
        said = {frame.tokens[at].stem for at in places}
        return any(
            said <= words_of(card) for card in cards.select_related("pipeline", "stage")[:50]
        )
    return False


def _owner_of_noun(frame: Frame, start: int) -> bool:
    """Who owns this deal."""
    first = next((at for at in range(start, frame.end) if frame.low(at) in OWNING), frame.end)
    while frame.low(first) in OWNING | bag("charge care after over for of to by is"):
        first += 1
    of = subject(frame, first, end_of(frame))
    return of is not None and _look_up_owner(frame, of)


def _look_up_owner(frame: Frame, of: Set) -> bool:
    kind = owned_kind(frame, of)
    rows = frame.rows(of, kind)
    if of.pronoun == "many" and len(rows) > 1:
        return _list_owners(frame, rows, kind)
    row = rows[0]
    path = "task.assignee" if kind == "task" else f"{kind}.owner"
    return look_up(frame, row_ref(row), path, "owner")


def _list_owners(frame: Frame, rows: Sequence[Any], kind: str) -> bool:
    """Who owns them: each with its owner; of a card that is told anyway."""
    refs = [row_ref(row) for row in rows]
    pick = {"position": "", "task": "task.assignee"}.get(kind, f"{kind}.owner")
    frame.plan.render.append({"as": "rows", "refs": refs, "kind": kind, "pick": pick})
    frame.plan.about = refs
    return True


def _who(frame: Frame) -> int | None:
    for said in sorted(WHO, key=len, reverse=True):
        if frame.lows(frame.at, len(said)) == said:
            return frame.at + len(said)
    asked = frame.low(frame.at) in ("which", "what") and frame.low(frame.at + 1) in PEOPLE
    return frame.at + 2 if asked else None


def where_question(frame: Frame, words: Sequence[str]) -> bool:
    """Where is Karen; which stage is Karen in; how far along is the Acme deal."""
    staged = bool(STAGED & set(words[:6])) and bool(bag("what which in") & set(words[:1]))
    placed = words[:1] == ["where"] or words[:2] == ["how", "far"]
    if not (staged or placed):
        return False
    found = subjects.split(frame, frame.at + 1, end_of(frame))
    if found is None:
        return False
    of, rest = found
    known = STAGED | bag("far along stand standing sit sitting stands is")
    if subjects.says_more(frame, [at for at in rest if frame.low(at) not in known]):
        return False
    cards = frame.rows(replace(of, plural=True), "position")
    for card in cards[:10]:
        frame.plan.steps.append(Step("get_object", {"ref": row_ref(card)}, "looked up"))
    frame.plan.render.append({"as": "standing", "refs": [row_ref(card) for card in cards[:10]]})
    frame.plan.about = [row_ref(card) for card in cards]
    return True


def attribute(frame: Frame, words: Sequence[str]) -> bool:
    """What is Karen's phone number; which plan is Karen on; what does she want to earn."""
    asks = bag("what which how tell give show whats who do find get until on whose read")
    found = subjects.split(frame, frame.at, end_of(frame))
    asked = asks & set(words[:1]) or "'s" in words or frame.tokens[-1].low == "?"
    if not asked and not (found and found[0].pronoun):
        return False
    found = found or _whom_before(frame, words)
    if found is None or any(name.kind == "company" for name in found[0].names):
        return False
    of, rest = found
    for term, spoken in subjects.find_fields(frame, rest):
        left = [at for at in rest if at not in spoken]
        figured = FIGURED - (bag("many much") if term.type in ("number", "money") else set())
        if any(frame.low(at) in figured for at in left) or subjects.says_more(frame, left):
            continue
        kind = _kind_of_field(term.on, of)
        rows = frame.rows(of, kind)
        if len(rows) > 3:
            return False
        name = "next_follow_up_at" if term.name == "due" else term.name
        for row in rows:
            look_up(frame, row_ref(row), f"{kind}.{name}", term.called)
        return True
    return False


def is_attribute(frame: Frame) -> bool:
    """Whether a clause that asks with nothing but its question mark asks for a field of one."""
    if frame.tokens[-1].low != "?" or frame.low(frame.at) in lexicon.VERBS:
        return False
    words = [frame.low(at) for at in range(frame.at, frame.end)]
    try:
        return bool(frame.scope.about) and attribute(replace(frame, plan=Plan()), words)
    except (Unclear, Impossible):
        return False


def contact_question(frame: Frame, words: Sequence[str]) -> bool:
    """Who is the contact: of the one card that was spoken of."""
    said = [word for word in words if word not in ("?", ".")]
    known = frame.antecedents("it")
    who = said[:2] == ["who", "is"] and said[2:3] in (["the"], ["our"], ["its"], ["their"])
    if not who or len(known) != 1 or not known[0].startswith("position:"):
        return False
    if lexicon.noun(said[3] if len(said) > 3 else "") != "contact" or len(said) > SHORT:
        return False
    card: Any = refs.find(known[0], "position", by=frame.scope.by)
    contact = card.contact
    frame.plan.steps.append(Step("get_object", {"ref": row_ref(contact)}, "looked up"))
    frame.plan.render.append(
        {"as": "rows", "refs": [row_ref(contact)], "kind": "contact", "calls": 1}
    )
    frame.plan.about = [row_ref(contact)]
    return True


def _whom_before(frame: Frame, words: Sequence[str]) -> tuple[Set, list[int]] | None:
    """How many seats? what plan? of the one who was spoken of, where nobody else may be meant."""
    known = frame.antecedents("it")
    if len(known) != 1 or len(words) > SHORT or bag("we our us all total") & set(words):
        return None
    places = [at for at in range(frame.at, end_of(frame)) if frame.tokens[at].kind != "mark"]
    return Set(pronoun="it", text="it"), places


def _kind_of_field(on: str, of: Set) -> str:
    if on == "position" or (on == "any" and of.kind == "position"):
        return "position"
    return "contact" if on in ("contact", "any") else on
