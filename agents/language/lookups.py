"""Questions about one record: whose, where, when, what, and whether."""

from collections.abc import Sequence
from dataclasses import replace

from agents.language import sets
from agents.language.frames import Frame, Step, Unclear, noun_of, row_ref
from agents.language.measuring import SCAFFOLD
from agents.language.moves import owned_kind
from agents.language.sets import Set
from agents.language.wording import bag, sayings


# --- About one record -----------------------------------------------------------------------------
def subject(frame: Frame, at: int, end: int) -> Set | None:
    """Return the one whom a question is about."""
    if at >= end:
        return None
    of = frame.read(at, end)
    if of.unknown or not (of.names or of.pronoun or (of.noun and not of.plural and not of.atoms)):
        return None
    return of


def owner_question(frame: Frame, words: Sequence[str]) -> bool:
    """Who owns Karen; who is responsible for the Acme deal; whose is Karen."""
    for said in sayings(
        "who owns, who is responsible for, who looks after, who handles, "
        "who manages, who is the owner of, who is in charge of, who is handling, "
        "who is looking after, who has, who is assigned to, who takes care of, "
        "who is working on, whose is, who represents"
    ):
        if tuple(words[: len(said)]) == said:
            of = subject(frame, frame.at + len(said), end_of(frame))
            if of is None:
                return False
            kind = owned_kind(frame, of)
            row = frame.rows(of, kind)[0]
            return _look_up(
                frame, row_ref(row), "task.assignee" if kind == "task" else f"{kind}.owner", "owner"
            )
    return False


def end_of(frame: Frame) -> int:
    end = frame.end
    while end > frame.at and (
        frame.tokens[end - 1].kind == "mark"
        or frame.low(end - 1) in bag("now currently right today at")
    ):
        end -= 1
    return end


def _look_up(frame: Frame, ref: str, path: str, label: str) -> bool:
    frame.plan.steps.append(Step("get_object", {"ref": ref}, "looked up"))
    frame.plan.render.append({"as": "attribute", "ref": ref, "path": path, "label": label})
    frame.plan.about = [ref]
    return True


def when_question(frame: Frame, words: Sequence[str]) -> bool:
    if words[:1] != ["when"]:
        return False
    if "last" in words or bag("contacted speak talk spoke spoken heard hear touch") & set(words):
        skipped = bag(
            "when did was were we last contacted speak talk to with spoke hear "
            "heard from contact in touch have had i the time is been spoken"
        )
        places = [i for i in range(frame.at, end_of(frame)) if frame.low(i) not in skipped]
        if places and (of := subject(frame, places[0], places[-1] + 1)):
            row = frame.rows(of, "contact")[0]
            return _look_up(frame, row_ref(row), "contact.last_contacted_at", "last contact")
    for path, said in (
        ("position.entered_stage_at", ("enter", "entered", "move", "moved", "reach", "get", "go")),
        ("position.closed_at", ("close", "closed", "won", "win", "lost", "lose", "signed")),
        ("contact.created_at", ("created", "added", "join", "joined")),
    ):
        verb = next((i for i in range(frame.at, frame.end) if frame.low(i) in said), None)
        if verb is not None and (of := subject(frame, frame.at + 2, verb)):
            kind = path.partition(".")[0]
            row = frame.rows(of, kind)[0]
            label = {
                "position.entered_stage_at": "time of entering the stage",
                "position.closed_at": "closed",
                "contact.created_at": "created",
            }[path]
            return _look_up(frame, row_ref(row), path, label)
    return False


def where_question(frame: Frame, words: Sequence[str]) -> bool:
    """Where is Karen; which stage is Karen in."""
    joined = " ".join(words)
    staged = joined.startswith(
        (
            "which stage is",
            "what stage is",
            "in which stage is",
            "in what stage is",
            "which stage are",
            "what is the stage of",
            "what stage does",
        )
    )
    if not staged and not joined.startswith(
        ("where is", "where does", "where are", "how far is", "how far along is")
    ):
        return False
    skipped = bag(
        "where is which what stage in does stand standing now at are the how "
        "far along of right currently sit sitting"
    )
    places = [
        i
        for i in range(frame.at, end_of(frame))
        if frame.low(i) not in skipped or (frame.tokens[i].is_capital and i > frame.at)
    ]
    of = subject(frame, places[0], places[-1] + 1) if places else None
    if of is None:
        return False
    cards = frame.rows(replace(of, plural=True), "position")
    for card in cards[:10]:
        frame.plan.steps.append(Step("get_object", {"ref": row_ref(card)}, "looked up"))
    frame.plan.render.append({"as": "standing", "refs": [row_ref(card) for card in cards[:10]]})
    frame.plan.about = [row_ref(card) for card in cards]
    return True


def attribute(frame: Frame, words: Sequence[str]) -> bool:
    """What is Karen's phone number; which plan is Karen on; how many seats does Karen have."""
    if (
        words[:1]
        not in (
            ["what"],
            ["which"],
            ["how"],
            ["tell"],
            ["give"],
            ["show"],
            ["whats"],
            ["who"],
            ["do"],
            ["find"],
            ["get"],
        )
        and "'s" not in words
    ):
        return False
    end = end_of(frame)
    for at in range(frame.at, end):
        for stop, term in frame.scope.words.find(frame.tokens[:end], at, ["field"]):
            of = _asked_of(frame, at, stop, end)
            if of is None:
                continue
            kind = (
                "position"
                if term.on == "position" or (term.on == "any" and of.kind == "position")
                else "contact"
                if term.on in ("contact", "any")
                else term.on
            )
            if of.kind == "task":
                return False
            rows = frame.rows(of, kind)
            if len(rows) > 3:
                return False
            for row in rows:
                _look_up(
                    frame,
                    row_ref(row),
                    f"{kind}.{'next_follow_up_at' if term.name == 'due' else term.name}",
                    term.called,
                )
            return True
    return False


def _asked_of(frame: Frame, at: int, stop: int, end: int) -> Set | None:
    """Return whose field is asked for: named before it with a possessive, or after it."""
    if frame.tokens[at - 1].kind == "possessive" and at - 1 > frame.at and stop >= end:
        start = frame.at
        while frame.low(start) in SCAFFOLD and start < at - 1:
            start += 1
        return _one(frame, start, at - 1)
    if frame.low(at - 1) in ("her", "his", "its", "their") and stop >= end:
        return Set(pronoun="one", text=frame.low(at - 1))
    if frame.low(stop) in ("of", "for") and not any(
        frame.low(i) in bag("average total sum many much highest lowest median most")
        for i in range(frame.at, at)
    ):
        return _one(frame, stop + 1, end)
    if frame.low(stop) in bag("is does has do are did") and frame.low(at - 1) in bag(
        "which what many much of whose"
    ):
        last = end
        while last > stop and frame.low(last - 1) in bag(
            "on have in at from have? pay owe got use has get with"
        ):
            last -= 1
        return _one(frame, stop + 1, last)
    return None


def _one(frame: Frame, at: int, end: int) -> Set | None:
    of = subject(frame, at, end)
    if of is None or of.plural or of.all or (of.atoms and not of.names):
        return None
    if of.names and any(name.kind == "company" for name in of.names) and not of.kind:
        return None
    return of


def yes_no(frame: Frame, words: Sequence[str]) -> bool:
    """Is Karen in Demo; does Karen have an open task; are there overdue deals."""
    if words[:1] not in (
        ["is"],
        ["are"],
        ["does"],
        ["do"],
        ["has"],
        ["have"],
        ["did"],
        ["was"],
        ["were"],
    ):
        return False
    start = frame.at + 1 + (frame.low(frame.at + 1) in ("there", "we", "any"))
    of = frame.read(start, end_of(frame))
    frame.check_understood(of)
    if of.is_empty:
        return False
    kind = of.kind or (
        "contact"
        if all(atom.on in ("contact", "any", "company") for atom in of.every_atom())
        else "position"
    )
    kind = "position" if any(atom.on == "position" for atom in of.every_atom()) else kind
    if of.pronoun:
        known = frame.antecedents(of.pronoun)
        for ref in known:
            if not ref.startswith("$"):
                of.ref_ids.setdefault(ref.partition(":")[0], []).append(int(ref.partition(":")[2]))
    try:
        rows = list(sets.query(of, kind, frame.scope.by)[:200])
    except sets.Unfit:
        raise Unclear("Can you ask that in another way?") from None
    text = "Yes" if rows else "No"
    count = (
        f": {len(rows)} {noun_of(kind, one=len(rows) == 1)}"
        if len(rows) > 1 or (rows and words[:1] == ["are"])
        else ""
    )
    frame.plan.render.append({"as": "text", "text": f"{text}{count}."})
    frame.plan.about = [row_ref(row) for row in rows] or frame.plan.about
    return True
