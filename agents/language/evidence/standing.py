"""Where cards come to stand: moved, closed, reopened."""

from collections.abc import Iterator
from dataclasses import replace

from agents.language.evidence.candidates import ENOUGH, Candidate
from agents.language.evidence.evidence import Said
from agents.language.frames import Impossible, Unclear
from agents.language.operations import moves
from agents.language.operations.moves import BACK, NEXT, Target
from agents.language.organization.mentions import Mention
from agents.language.organization.sets import Set
from agents.language.words import lexicon, reasons, senses
from agents.language.words.tokens import stem, words
from agents.language.words.wording import bag

ENDINGS = {"won": "won", "win": "won", "lost": "lost"}
PUTTING = bag("put place set reopen enter leave keep mark")
ALONG = bag("forward on along ahead further up")
BEHIND = bag("back backward backwards")
WONDERING = bag("ask asks asked wonder wonders wondered whether")
UNSURE = WONDERING | bag(
    "if when until unless how why what who which before hope hopes think thinks want wants wanted"
    " expect expects almost nearly"
)
OWNING = bag("a an my your his her its our their some no")


def moving(said: Said) -> Iterator[Candidate]:
    """Somebody or something is to stand in a stage, or stands there by what is told."""
    stages = [m for m in said.of("stage") if not _is_vague(m) and not _is_of_field(said, m)]
    found = [(_weigh(said, m), m) for m in stages]
    found = [(score, m) for score, m in found if score > 0]
    if found:
        score, stage = max(found, key=lambda each: (each[0], each[1].at))
        target = Target("stage", stage.means, said.frame.text(stage.at, stage.end))
        yield from _to(said, target, score, set(stage.places))
    if not any(score >= ENOUGH for score, _ in found):
        yield from _happened(said)
    for target, places, score in _relative(said):
        yield from _to(said, target, score, places)
    yield from _ended(said)
    if not found:
        yield from _by_verb(said)


def _by_verb(said: Said) -> Iterator[Candidate]:
    """A verb alone says where to: promote her, win the deal, close it as lost."""
    at = said.first()
    low = said.low(at)
    if said.has("to", "into"):
        return
    along = {"demote": "previous"} | dict.fromkeys(bag("advance promote progress graduate"), "next")
    ends = {"win": "won", "lose": "lost"}
    kind = along.get(low) or ends.get(said.verb, "")
    if said.verb == "complete" and said._speaks_of_card(()):
        kind = "won"
    if kind:
        yield from _to(said, Target(kind), 3.6, {at})


def _is_of_field(said: Said, stage: Mention) -> bool:
    """Whether a word of a stage's name is one of a longer field's: her standing order."""
    return any(
        m.overlaps(stage) and m.end - m.at > stage.end - stage.at and m.means[0].sure > 1
        for m in said.of("field")
    )


def _is_vague(stage: Mention) -> bool:
    """Whether a part of a name fits several stages of one pipeline: close, of won and lost."""
    boards = [term.pipeline for term in stage.means]
    return stage.means[0].sure == 1 and len(set(boards)) < len(boards)


def _weigh(said: Said, stage: Mention) -> float:
    """Return how much says that a stage is where something comes to be, and not where it is."""
    at, low = said.before(stage.at)
    last = said.is_last(stage.end)
    term = stage.means[0]
    alone = len({each.ref for each in stage.means}) == 1
    score = {3: 0.5, 2: 0.0, 1: -0.5 if alone else -1.0}[term.sure] + (1.0 if last else 0.0)
    if _is_denied(said, stage) and not said.says("will not fix"):
        return 0
    asked = any(said.low(i) in WONDERING for i in range(said.at, stage.at))
    if asked or (low == "to" and said.low(at - 1) in bag("according due thanks owing")):
        return 0
    put_beside = said.low(stage.at - 1) in (":", "=") and last and said.of("contact", "position")
    if _is_predicate(said, stage, low) or low in senses.LEADING or put_beside:
        score += 3
    elif term.sure == 1 and said.low(stage.at - 1) in OWNING:
        return 0  # she got her samples
    elif low in senses.BECOMING and not _is_asked_of(said, at):
        score += 2.5 if last or term.sure == 3 else 1
    elif low in senses.STANDING and _puts(said, at):
        score += 2.5
    elif at < said.at or _only_name_before(said, stage.at):
        score += 2.5 if last else 0
    elif low in ("be", "becomes") or _deserves(said, at):
        score += 2.5
    elif at >= said.at and said.message.tokens[at].stem in senses.CUES["go"] and last:
        score += 2.5  # make her an offer, put it in progress
    elif said.verb in ("mark", "set") and lexicon.noun(low) == "position" and last:
        score += 2.5  # mark his pledge received
    else:
        return 0
    follows = said.low(stage.end)
    if not last and (follows == "'s" or lexicon.noun(follows) in bag("position contact task")):
        score -= 2
    return score


def _is_denied(said: Said, stage: Mention) -> bool:
    """Whether it is not to stand there; who is meant is no denial: those not in Austin to Demo."""
    marker, low = said.before(stage.at)
    if low not in ("to", "into"):
        return said.negated(stage.at)
    return said.no_longer or any(
        said.low(i) in senses.NEGATORS and _goes(said, i + 1) for i in range(said.at, marker)
    )


def _goes(said: Said, at: int) -> bool:
    """Whether a verb of going stands here: not move, not be put."""
    words = senses.MODALS | senses.BECOMING | bag("to yet")
    return said.low(at) in words or said.message.tokens[at].stem in senses.CUES["go"]


def _happened(said: Said) -> Iterator[Candidate]:
    """What a stage is called has happened: we agreed terms with her, where Terms agreed is one."""
    told = {said.message.tokens[i].stem: i for i in said.places() if not said._within_name(i)}
    if said._describes_many() is not None or not said.of("contact", "position"):
        return
    if said.has(*senses.NEGATORS, *UNSURE, *senses.MODALS - bag("have has had did")):
        return
    parts = {term.ref: term for m in said.of("stage") for term in m.means}
    fitting = []
    for stage in said.frame.scope.words.stages:
        name = [each for each in words(stage.name) if each.low not in senses.PLAIN]
        if f"stage:{stage.pk}" in parts and len(name) > 1 and all(n.stem in told for n in name):
            fitting.append((stage, {told[each.stem] for each in name}))
    if len(fitting) == 1 and max(fitting[0][1]) - min(fitting[0][1]) <= 5:
        stage, places = fitting[0]
        target = Target("stage", (parts[f"stage:{stage.pk}"],), stage.name)
        yield from _to(said, target, 3.5, places)


def _is_asked_of(said: Said, at: int) -> bool:
    """Whether a verb of being only tells of those meant: who are in Demo."""
    return at - 1 > said.at and said.low(at - 1) in bag("who that which")


def _is_predicate(said: Said, stage: Mention, before: str) -> bool:
    """A stage's name as a verb: triaged, resolve, reject; has been withdrawn."""
    token = said.message.tokens[stage.at]
    if stage.at == said.first() and said.verb in ("raise", "lower"):
        return False
    if (stage.end - stage.at > 2 and not said.says("will not fix")) or (
        token.is_capital and stage.at > said.at
    ):
        return False
    if said.low(stage.at - 1) in bag("the a an his her their its our my this that"):
        return False
    if token.low.endswith("ing"):
        return False
    word = stage.means[0].words[0]
    verbal = word.endswith(("ed", "en", "wn", "de", "n't", "nt", "will")) or token.low != word
    if not verbal:
        return False
    opens = all(
        said.low(i) in lexicon.FILLERS | bag("please can could would you we i to should")
        for i in range(said.at, stage.at)
    )
    told = before in senses.MODALS | bag(
        "has have been had was were is are be to we he she they it you one"
    )
    named = said.message.mentions.covering(stage.at - 1, "contact", "position") is not None
    return opens or told or named


def _puts(said: Said, at: int) -> bool:
    """Whether something is put there: put her in, belongs in, should be in, reopen at."""
    moved = said.verb == "move" and said.low(said.first()) not in PUTTING
    if moved and said._describes_many() is not None:
        return False  # move all deals in Demo: where they are
    before = {said.low(i) for i in range(max(said.at, at - 4), at)}
    placing = senses.BECOMING - {"=", ":"} | bag(
        "put place set reopen belongs belong back enter stage start"
    )
    placed = any(
        said.message.tokens[i].stem in senses.CUES["go"] for i in range(max(said.at, at - 3), at)
    )
    verb = placed or said.low(said.at) in PUTTING
    return bool(before & placing or verb or said.has("reopen", "put")) and not before & bag(
        "who that which"
    )


def _deserves(said: Said, at: int) -> bool:
    return said.low(at) in bag("deserves deserve needs reached reaches reach enters entered")


def _only_name_before(said: Said, until: int) -> bool:
    return all(
        said.message.mentions.covering(i, "contact", "position", "company")
        or said.message.tokens[i].kind in ("mark", "possessive")
        or said.low(i) in senses.ADVERBS | lexicon.FILLERS
        or lexicon.noun(said.low(i)) == "position"
        for i in range(said.at, until)
    )


def _relative(said: Said) -> Iterator[tuple[Target, set[int], float]]:
    """To the next stage; a stage forward; one step back."""
    low = [said.low(i) for i in said.places()]
    for kind, ways in (("next", NEXT), ("previous", BACK)):
        for way in ways:
            size = len(way)
            for i in range(len(low) - size + 1):
                if tuple(low[i : i + size]) == way and (size > 1 or kind == "next"):
                    places = set(range(said.at + i, said.at + i + size))
                    asked = said.cue("go") is not None or said.before(said.at + i)[1] == "to"
                    yield Target(kind), places, 4.0 if asked else 1.0
    for i in said.places():
        if said.low(i) in bag("stage step column notch") and said.cue("go") is not None:
            along = said.low(i + 1)
            if along in ALONG | BEHIND:
                kind = "next" if along in ALONG else "previous"
                yield Target(kind), {i - 1, i, i + 1}, 4.5


def _ended(said: Said) -> Iterator[Candidate]:
    """Won or lost, where no stage of the name is meant: that is a win, is lost."""
    for i in said.places():
        outcome = ENDINGS.get(said.low(i))
        held = said.message.mentions.covering(i, "stage", "contact")
        if outcome is None or (held is not None and (held.kind != "stage" or held.sure >= 1)):
            continue
        if i == said.first() and said.low(i) == "win":
            continue  # win her deal
        _, before = said.before(i)
        told = before in senses.BECOMING | senses.LEADING or i == said.at
        if told and said.is_last(i + 1) and not said.negated(i):
            yield from _to(said, Target(outcome), 3.5, {i})


def _to(said: Said, target: Target, score: float, places: set[int]) -> Iterator[Candidate]:
    taken = places | _predicate(said, min(places))
    of = said.subject(taken, "position")
    if of is None:
        return

    def make() -> None:
        said.hint(taken)
        _stand(said, of, target)

    yield Candidate("move", score, frozenset(taken), make)


def _predicate(said: Said, at: int) -> set[int]:
    """Return the places before an argument that only lead to it: should go straight to."""
    places = set()
    i = at - 1
    words = senses.ADVERBS | senses.LEADING | senses.STANDING | senses.MODALS | senses.BECOMING
    while i >= said.at and (
        said.low(i) in words - bag("them him her it his its their my our both")
        or said.message.tokens[i].stem in senses.CUES["go"]
    ):
        if said.message.mentions.covering(i, "stage") is not None:
            break  # where they are, and not where they go
        places.add(i)
        i -= 1
    return places


def _stand(said: Said, of: Set, target: Target) -> None:
    """Move the cards; what was closed is reopened, and what is lost says why."""
    frame = said.frame
    lost = target.kind == "lost" or (target.kind == "stage" and _kind(target) == "lost")
    if target.kind == "stage" and _kind(target) == "active" and _reopens(said):
        return _reopen(said, of, target)
    if lost and not _is_ordered(said) and _is_put_otherwise(said):
        return
    if lost:
        return _lose(said, of, target)
    moves.move_to(frame, of, target)


def _kind(target: Target) -> str:
    kinds = {str(term.value) for term in target.terms}
    return kinds.pop() if len(kinds) == 1 else ""


def _reopens(said: Said) -> bool:
    message = said.message
    return any(
        Said(message, unit).cue("reopen") is not None
        or Said(message, unit).says("open again")
        or Said(message, unit).says("back in")
        for unit in message.units
    )


def _reopen(said: Said, of: Set, target: Target | None) -> None:
    frame = replace(said.frame, hints=said.frame.hints | {stem("closed")})
    boards = sorted({int(t.pipeline.partition(":")[2]) for t in target.terms}) if target else None
    cards = frame.rows(of, "position", boards=boards if of.names else None)
    closed = [card for card in cards if getattr(card, "closed_at", None) is not None]
    if not closed:
        if target is None:
            raise Impossible("That is open already; nothing was changed.")
        return moves.move_to(said.frame, of, target)
    arguments = {}
    if target is not None:
        stage = moves.stage_for(frame, closed[0], target)
        arguments = {"to_stage": stage} if stage else {}
    frame.apply("reopen_position", "position", closed, arguments, "reopened")


def _lose(said: Said, of: Set, target: Target) -> None:
    """Close as lost: why is said beside, or asked for where it is only told."""
    beyond = max((m.end for m in said.of("stage")), default=said.end)
    reason = reasons.find(said.message.tokens, said.frame.source, beyond)
    if not reason and not _is_ordered(said):
        raise Unclear("Why was it lost?", join="because")
    frame = said.frame
    if target.kind == "stage" and not _only_lost(said, target):
        return moves.move_to(frame, of, target)
    boards = sorted({int(t.pipeline.partition(":")[2]) for t in target.terms}) or None
    cards = frame.rows(of, "position", only_open=True, boards=boards if of.names else None)
    cards = [card for card in cards if getattr(card, "outcome", "") != "lost"]
    if boards:
        cards = [card for card in cards if getattr(card, "pipeline_id", 0) in (*boards, 0)]
    if not cards:
        raise Impossible("That is lost already; nothing was changed.")
    arguments = {"outcome": "lost", "lost_reason": reason or "Not said"}
    frame.apply("close_position", "position", cards, arguments, "closed as lost")


def _is_put_otherwise(said: Said) -> bool:
    """Whether what is told here is only why something is asked for after it."""
    later = [Said(said.message, unit) for unit in said.message.units if unit.at >= said.end]
    return any(_weigh(each, m) >= ENOUGH for each in later for m in each.of("stage"))


def _only_lost(said: Said, target: Target) -> bool:
    """Whether each pipeline of the stages meant has no other way to be lost."""
    words = said.frame.scope.words
    boards = {term.pipeline for term in target.terms}
    return all(sum(s.kind == "lost" for s in words.stages_of(board)) == 1 for board in boards)


def _is_ordered(said: Said) -> bool:
    """Whether a verb asks for it: mark it as lost, reject her."""
    first = next(
        (
            i
            for i in said.places()
            if said.low(i) not in lexicon.FILLERS | bag("please can could you")
        ),
        said.at,
    )
    stage = said.message.mentions.starting(first, "stage")
    told = said.message.tokens[first].low in bag("lost") or said.low(first + 1) in senses.BECOMING
    return not told and (said.low(first) in lexicon.VERBS or stage is not None)


def reopening(said: Said) -> Iterator[Candidate]:
    """Put under way again what was closed, where no stage is named."""
    at = said.cue("reopen")
    units = [Said(said.message, unit) for unit in said.message.units if unit.at >= said.at]
    if at is None or any(_weigh(each, m) > 1 for each in units for m in each.of("stage")):
        return
    taken = frozenset({at})
    of = said.subject(taken, "position")
    if of is not None:
        yield Candidate("reopen", 4.0, taken, lambda: _reopen(said, of, None))
