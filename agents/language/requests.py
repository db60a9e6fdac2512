"""
Requests: a message split into clauses, each read by what its verb asks for.

What is only told (“Tom is ill, so give his deals to Mira”) lets things be spoken of, and asks for
nothing. What is denied (“do not move Karen”) is not done.
"""

from collections.abc import Callable
from dataclasses import replace

from agents.language.evidence import reader, repairs
from agents.language.evidence.clauses import NOUNLIKE, clauses
from agents.language.evidence.suppositions import holds_now, trim
from agents.language.frames import Frame, Impossible, Plan, Unclear
from agents.language.organization import sets
from agents.language.organization.mentions import RECORDS, WORDS, link
from agents.language.organization.scopes import Scope
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import LANGUAGE
from agents.language.questions import measuring, questions
from agents.language.verbs import (
    additions,
    chores,
    edits,
    letters,
    moves,
    notes,
    removals,
    shifting,
    tags,
    ticking,
)
from agents.language.words import lexicon, senses
from agents.language.words.tokens import Token, plain, stem, tokenize
from agents.language.words.wording import bag, sayings

Handler = Callable[[Frame], None]


HANDLERS: dict[str, Handler] = {
    "move": moves.move,
    "assign": moves.assign,
    "unassign": moves.unassign,
    "win": moves.close_frame,
    "lose": moves.close_frame,
    "close": moves.close_frame,
    "reopen": moves.reopen,
    "set": edits.set_fields,
    "rename": edits.rename,
    "raise": shifting.change_amount,
    "lower": shifting.change_amount,
    "clear": edits.clear,
    "mark": edits.mark,
    "tag": tags.tag,
    "untag": tags.untag,
    "postpone": shifting.postpone,
    "complete": ticking.complete,
    "add": additions.add,
    "log": notes.log_frame,
    "remind": chores.remind,
    "schedule": chores.do_later,
    "follow": chores.do_later,
    "call": chores.do_later,
    "email": letters.draft,
    "draft": letters.draft,
    "archive": removals.archive,
    "restore": removals.restore,
    "show": questions.ask,
}


UNSUPPORTED = {
    "merge": "Merging contacts is done on their pages",
    "export": "Exports are on the page of the list",
    "import": "Files are brought in on the import page",
    "print": "I cannot print",
    "translate": "I cannot translate",
    "invite": "People are let in by an owner, in the settings",
    "pay": "I cannot pay",
    "buy": "I cannot buy",
    "fly": "I cannot do that",
    "sing": "I cannot do that",
    "tweet": "I cannot post anywhere",
    "fax": "I cannot send faxes",
    "upload": "I cannot upload files",
    "download": "I cannot download files",
    "charge": "I cannot charge anybody",
    "refund": "I cannot refund",
    "sms": "I cannot send text messages",
    "text": "I cannot send text messages",
    "clone": "I cannot copy records",
    "duplicate": "I cannot copy records",
    "copy": "I cannot copy records",
    "encrypt": "I cannot do that",
    "order": "I cannot order anything",
    "hack": "I cannot do that",
    "install": "I cannot do that",
    "dial": "I cannot make calls",
    "whatsapp": "I cannot send text messages",
    "post": "I cannot post anywhere",
    "split": "I cannot split records",
    "fire": "That is not for me to do",
    "hire": "That is done by moving a candidate",
}


QUESTION = bag(
    "who what which how when where why whose whom is are was were do does did has have had am "
    "should would could may might any"
)


NOTHING = "Nothing was changed."


def understand(text: str, scope: Scope) -> Plan:
    """
    Return what a message asks for.

    :raises Unclear: if something is to be settled first
    :raises Impossible: if it cannot be done here
    """
    source = plain(text)
    source, tokens = repairs.mend(source, tokenize(source), scope)
    tokens = repairs.spell_out(repairs.settle(tokens, scope))
    ways = [_by_verb, _by_evidence]
    ways.reverse()
    first: Unclear | Impossible | None = None
    kept = list(scope.sets)
    for way in ways:
        scope.sets[:] = kept
        try:
            plan = way(source, list(tokens), scope)
        except (Unclear, Impossible) as problem:
            if way is ways[0] and _is_definite(problem, by_verb=way is _by_verb):
                raise
            first = _worse(first, problem)
        else:
            return plan
    assert first is not None
    if not _names(first) and (unknown := _unknown_verb(tokens, scope)):
        raise Impossible(f"I do not know how to {unknown} anything. {NOTHING}") from None
    if getattr(first, "candidates", None) or (mended := _mended(source, tokens, scope)) is None:
        raise first
    scope.sets[:] = kept
    try:
        return _by_evidence(*mended, scope)
    except (Unclear, Impossible):
        raise first from None


def _unknown_verb(tokens: list[Token], scope: Scope) -> str:
    """Return the verb that a message begins with, if it is none of ours: reboot the router."""
    at = next((i for i, each in enumerate(tokens) if each.low not in lexicon.FILLERS), 0)
    first, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    if first.kind != "word" or after is None or first.low in KNOWN | senses.PLAIN:
        return ""
    known = stem(first.low) in lexicon.VERB_STEMS or lexicon.noun(first.low)
    if known or first.low in UNSUPPORTED or scope.words.correct(first.low):
        return ""
    mentions = link(scope, tokens)
    if mentions.covering(at, *RECORDS, *WORDS):
        return ""
    begins = after.low in ("the", "a", "an", "all", "our", "my") or mentions.starting(
        at + 1, *RECORDS
    )
    return first.low if begins else ""


def _mended(source: str, tokens: list[Token], scope: Scope) -> tuple[str, list[Token]] | None:
    """Return a message with its misspelt words as they were meant; None where there are none."""
    mentions = link(scope, tokens)
    said = source
    for at in reversed(range(len(tokens))):
        token = tokens[at]
        odd = token.kind == "word" and len(token.low) > 3 and token.low not in senses.PLAIN
        if not odd or token.low in KNOWN or mentions.covering(at, *RECORDS, *WORDS):
            continue
        meant = scope.words.correct(token.low)
        if meant is None or meant == token.low:
            continue
        term = scope.words.find(tokenize(meant), 0, WORDS)
        if term or (meant in lexicon.VERBS and all(t.low in lexicon.FILLERS for t in tokens[:at])):
            said = f"{said[: token.start]}{meant}{said[token.end :]}"
    return (said, tokenize(said)) if said != source else None


KNOWN = LANGUAGE | {word for words in senses.CUES.values() for word in words}


def _worse(first: Unclear | Impossible | None, other: Unclear | Impossible) -> Unclear | Impossible:
    """Return which of two problems is told: a question with candidates before a shrug."""
    if first is None or (isinstance(other, Unclear) and other.candidates and not _names(first)):
        return other
    vague = isinstance(first, Unclear) and not (first.join or first.mention or first.candidates)
    return other if vague else first


def _is_definite(problem: Unclear | Impossible, *, by_verb: bool) -> bool:
    """Whether what was asked for is plain, and only one thing is missing or in its way."""
    if isinstance(problem, Impossible):
        return by_verb
    return bool(problem.candidates or problem.join) and (not by_verb or bool(problem.candidates))


def _names(problem: Unclear | Impossible) -> bool:
    return isinstance(problem, Unclear) and bool(problem.candidates)


def _is_plain(tokens: list[Token], scope: Scope) -> bool:
    """Whether a message is one request that begins with its verb, or one question."""
    found = clauses(tokens, scope)
    first = next((each for each in tokens if each.low not in lexicon.FILLERS), tokens[0])
    asks = first.low in QUESTION or tokens[-1].low == "?"
    return first.low in UNSUPPORTED or (len(found) == 1 and (asks or first.low in lexicon.VERBS))


def _by_evidence(source: str, tokens: list[Token], scope: Scope) -> Plan:
    plan = Plan()
    if not reader.read(Frame(scope, tokens, 0, len(tokens), source, plan)):
        raise Unclear(SHRUG, join=None)
    return plan


SHRUG = "I am not sure what to do with that. Can you say it as a request or a question?"


def _by_verb(source: str, tokens: list[Token], scope: Scope) -> Plan:
    plan, asked, told = Plan(), False, False
    for at, end in clauses(tokens, scope):
        if request(Frame(scope, tokens, at, end, source, plan)):
            asked = True
        else:
            told = True
    if not asked:
        raise Unclear(SHRUG if told else "What would you like me to do?", join=None)
    return plan


def request(frame: Frame) -> bool:
    """Read one clause; return whether it asks for anything."""
    _strip(frame)
    if frame.at >= frame.end or _echoes(frame):
        return False
    low = frame.low(frame.at)
    if (asking := questions.find(frame)) is not None:
        questions.ask(replace_end(asking))
        return True
    if low in ("if", "when", "unless", "whenever") and not _question_mark(frame):
        return conditional(frame)
    if _trailing_condition(frame):
        return True
    if _denied(frame):
        frame.plan.says.append(NOTHING)
        return True
    board = frame.scope.words.find(frame.tokens, frame.at, ["stage", "pipeline"])
    alone = low in bag("text order post print split copy") and frame.at + 1 >= frame.end
    if low in UNSUPPORTED and not board and not alone:
        raise Impossible(f"{UNSUPPORTED[low]}. {NOTHING}")
    if _hypothetical(frame):
        return True
    if _is_question(frame):
        questions.ask(replace_end(frame))
        return True
    if verb := read_verb(frame):
        frame.verb, frame.word, frame.at = verb
        _handle(frame)
        return True
    return _noun_phrase(frame) or _told(frame)


def _noun_phrase(frame: Frame) -> bool:
    """Open deals per owner; customers in Boston: records alone are shown, or counted by group."""
    alone = all(each.kind == "mark" for each in frame.tokens[frame.end :]) and not frame.plan.steps
    if not alone or frame.scope.sets:
        return False
    grouped = measuring.find_group(frame)
    of = frame.read(frame.at, grouped if grouped is not None else trim(frame))
    if of.unknown or of.pronoun or not (of.noun or of.names or of.atoms or of.either):
        return False
    if of.names and not of.noun and not of.atoms and any(len(name.ids) > 1 for name in of.names):
        return False
    questions.ask(frame)
    return True


def _echoes(frame: Frame) -> bool:
    """Can you do that: says nothing more."""
    said = " ".join(each.low for each in frame.tokens[frame.at : frame.end] if each.kind != "mark")
    return said in lexicon.ECHOES


def _handle(frame: Frame) -> None:
    spoken = any(
        frame.tokens[i].kind == "quote" or frame.low(i) == ":" for i in range(frame.at, frame.end)
    )
    frame.end = frame.end if spoken and frame.verb in ("add", "log") else trim(frame)
    if frame.word in bag("put leave place attach make drop") and any(
        frame.low(i) in ("note", "comment") for i in range(frame.at, frame.at + 3)
    ):
        additions.add(frame)
        return
    if frame.word == "send" and any(
        frame.low(i) in ("email", "emails", "mail") for i in range(frame.at, frame.end)
    ):
        letters.letter_to(frame)
        return
    if frame.word == "send" and (sent := _sent(frame)):
        raise Impossible(f"I cannot send {sent}. {NOTHING}")
    if frame.word == "give" and frame.low(frame.at) == "me":
        frame.at += 1
        questions.ask(frame)
        return
    if frame.verb == "cancel":
        if frame.end - frame.at > 2:
            raise Unclear(SHRUG)
        frame.plan.says.append(NOTHING)
        return
    if frame.verb == "undo":
        raise Impossible("Say “undo that” to take back what was done last.")
    HANDLERS[frame.verb](frame)


def _sent(frame: Frame) -> str:
    """Return what is to be sent that cannot be."""
    words = {frame.low(i) for i in range(frame.at, frame.end)}
    what = words & bag(
        "sms text texts fax whatsapp invoice parcel package flowers letter postcard gift"
    )
    return (
        min(what)
        if what and not frame.scope.words.find(frame.tokens, frame.at, ["pipeline"])
        else ""
    )


def replace_end(frame: Frame) -> Frame:
    frame.end = trim(frame)
    return frame


def _strip(frame: Frame) -> None:
    """Leave politeness and what only leads over out."""
    changed = True
    while changed and frame.at < frame.end:
        changed = False
        if frame.tokens[frame.at].kind == "mark":
            frame.at, changed = frame.at + 1, True
            continue
        for said in sorted(lexicon.POLITE, key=len, reverse=True):
            if frame.lows(frame.at, len(said)) == said and frame.at + len(said) <= frame.end:
                frame.at, changed = frame.at + len(said), True
                break


def read_verb(frame: Frame) -> tuple[str, str, int] | None:
    """Return what a verb asks for, the verb, and where its object begins."""
    low, second = frame.low(frame.at), frame.low(frame.at + 1)
    if (low, second) in lexicon.PARTICLES:
        return lexicon.PARTICLES[(low, second)], low, frame.at + 2
    for (verb, particle), meaning in lexicon.PARTICLES.items():
        if (
            low == verb
            and meaning in bag("assign postpone complete restore archive")
            and any(
                frame.low(i) == particle
                and frame.low(i + 1) in ("", "to", ".", "by", "until", "on")
                for i in range(frame.at + 2, frame.end)
            )
        ):
            if (
                (verb, particle) == ("push", "back")
                and moves.split_target(replace(frame, at=frame.at + 1)) is not None
            ):  # fmt: skip
                continue
            place = next(i for i in range(frame.at + 2, frame.end) if frame.low(i) == particle)
            if particle != "over":
                frame.tokens = [*frame.tokens[:place], *frame.tokens[place + 1 :]]
                frame.end -= 1
            return meaning, low, frame.at + 1
    if low in lexicon.VERBS:
        return lexicon.VERBS[low], low, frame.at + 1
    if low.endswith("ing") and stem(low) in lexicon.VERB_STEMS:
        return lexicon.VERB_STEMS[stem(low)], low, frame.at + 1
    token = frame.tokens[frame.at]
    if (token.kind == "word" and len(low) > 3 and not token.is_capital) or frame.at == 0:
        meant = frame.scope.words.correct(low) if low not in lexicon.VERBS else None
        if meant in lexicon.VERBS and meant is not None:
            return lexicon.VERBS[meant], meant, frame.at + 1
    return None


# --- Questions, denials, conditions ---------------------------------------------------------------
def _question_mark(frame: Frame) -> bool:
    return frame.low(frame.end - 1) == "?"


def _is_question(frame: Frame) -> bool:
    low = frame.low(frame.at)
    if low in bag("who what which how when where why whose whom"):
        return True
    if low in bag("is are was were do does did has am any"):
        return True
    if low in bag("number average total sum median") or frame.lows(frame.at, 2) in sayings(
        "the number, the average, the total"
    ):
        return read_verb(frame) is None or low in ("average", "total", "sum")
    return low in ("in", "at") and frame.low(frame.at + 1) in ("which", "what")


def _hypothetical(frame: Frame) -> bool:
    """
    Should I move Karen; what would happen if …; did you move her; how do I …: nothing is done.
    """
    words = frame.lows(frame.at, 6)
    asks_me = words[:2] in sayings(
        "should i, should we, can i, may i, could i, shall i, shall we, might we"
    ) and _question_mark(frame)
    would = words[:3] in sayings("what would happen, what happens if, what will happen") or words[
        :2
    ] == ("what", "if")
    how = words[:3] in sayings(
        "how do i, how can i, how would i, how do you, how do we, how to move"
    ) or words[:2] == ("how", "to")
    did = words[:2] in (("did", "you"), ("have", "you")) or (
        words[:2] in sayings("has anyone, did anyone, did someone, has somebody, did we, did i")
        and any(
            frame.low(i) in lexicon.PARTICIPLES or frame.low(i) in lexicon.VERBS
            for i in range(frame.at + 2, frame.end)
        )
    )
    why = words[:2] in sayings("why did, why was, why were, why has") or words[:2] in sayings(
        "who moved, who changed, who archived, who deleted, who assigned, who added"
    )
    passive = (
        words[:1] in sayings("was, were, has, is")
        and _question_mark(frame)
        and any(
            frame.low(i) in bag("moved archived deleted reassigned changed updated")
            for i in range(frame.at, frame.end)
        )
    )
    if asks_me:
        frame.plan.says.append(
            f"That is for you to decide; {NOTHING.lower()} Say it as a request, and I do it."
        )
    elif would:
        frame.plan.says.append(f"I cannot say what would come of it; {NOTHING.lower()}")
    elif how:
        frame.plan.says.append(
            "Say it here in your own words, such as “move Karen to the next stage”, or drag the "
            f"card on the board. {NOTHING}"
        )
    elif did or why or passive:
        frame.plan.says.append(
            f"What was done, when and by whom is on the timeline of each record. {NOTHING}"
        )
    else:
        return False
    return True


def _denied(frame: Frame) -> bool:
    words = frame.lows(frame.at, 3)
    return (
        words[:2] == ("do", "not")
        or words[:1] == ("never",)
        or words[:2] in sayings("leave them, leave it, leave everything, forget it, never mind")
        or words[:1] == ("nevermind",)
    )


def conditional(frame: Frame) -> bool:
    """If she has no open task, create one; otherwise …."""
    turned = frame.low(frame.at) == "unless"
    at = frame.at + 1
    split = next((i for i in range(at, frame.end) if frame.low(i) in (",", "then")), None)
    if split is None:
        split = next(
            (
                i - 1
                for i in range(at + 2, frame.end)
                if frame.low(i) in lexicon.VERBS and frame.low(i) not in NOUNLIKE | {"need", "have"}
            ),
            None,
        )
        begin = (split or 0) + 1
    else:
        begin = split + 1
    if split is None:
        raise Unclear("What should I do then?", join=",")
    holds, of = holds_now(
        replace(
            frame, at=at, end=split + (begin == split + 1 and frame.low(split) not in (",", "then"))
        )
    )
    other = next(
        (i for i in range(begin, frame.end) if frame.low(i) in ("otherwise", "else")), frame.end
    )
    if of is not None:
        frame.scope.sets.append(of)
    if holds != turned:
        return _then(frame, begin, other)
    if other < frame.end:
        return _then(frame, other + 1, frame.end)
    frame.plan.says.append(f"That does not hold, so there is nothing to do. {NOTHING}")
    return True


def _then(frame: Frame, at: int, end: int) -> bool:
    while end > at and frame.low(end - 1) in (",", ";", "or"):
        end -= 1
    inner = replace(frame, at=at, end=end)
    for start, stop in clauses(frame.tokens[:end], frame.scope):
        if stop <= at:
            continue
        inner = replace(frame, at=max(start, at), end=stop)
        request(inner)
    return True


def _trailing_condition(frame: Frame) -> bool:
    """Create a task for Karen if she has none."""
    at = next(
        (
            i
            for i in range(frame.at + 2, frame.end)
            if frame.low(i) in ("if", "unless", "provided", "whenever")
        ),
        None,
    )
    if (
        at is None
        or _is_question(frame)
        or frame.lows(at, 3) in (("if", "possible"), ("if", "you", "can"))
        or frame.low(at - 1) in bag("as even check know ask asks asked wonder wonders wondered")
    ):
        return False
    if any(frame.tokens[i].kind == "quote" for i in range(frame.at, frame.end) if i > at):
        pass
    holds, _ = holds_now(
        replace(frame, at=at + 1 + (frame.low(at + 1) == "that")), before=(frame.at, at)
    )
    if holds == (frame.low(at) == "unless"):
        frame.plan.says.append(f"That does not hold, so there is nothing to do. {NOTHING}")
        return True
    return request(replace(frame, end=at))


# --- Passives, wishes, and what is only told ------------------------------------------------------


def _told(frame: Frame) -> bool:
    """
    Let what is only told be spoken of: Tom has a bunch of overdue tasks in the backlog.

    A new card's day (it is due on Friday) is said of what was just made.
    """
    if (
        frame.plan.about
        and frame.low(frame.at) in ("it", "they", "this", "that")
        and frame.low(frame.at + 1) in ("is", "are", "should")
    ):
        return _said_of_new(frame)
    for skip in (0, 1):
        of = frame.read(frame.at + skip, frame.end)
        if of.unknown and not of.names:
            continue  # what is not understood may narrow it
        members = [atom for atom in of.atoms if atom.name == "owner"]
        if members or of.names or of.atoms:
            frame.scope.sets.append(of)
            break
    else:
        _mention(frame)
    if not any(each.atoms or each.names for each in frame.scope.sets):
        _mention(frame)
    return False


def _mention(frame: Frame) -> None:
    for i in range(frame.at, frame.end):
        found = frame.scope.words.find(frame.tokens[: frame.end], i, ["member"])
        if found:
            frame.scope.sets.append(
                Set(
                    atoms=[sets.Atom("any", "owner", "=", found[0][1].ref)],
                    text=frame.tokens[i].text,
                )
            )
            return


def _said_of_new(frame: Frame) -> bool:
    """It is due on December 5; it is worth 20k."""
    at = frame.at + 2 + (frame.low(frame.at + 2) == "be")
    day = None
    while frame.low(at) in bag("due on by for until"):
        at += 1
    day = frame.scope.calendar.read(frame.tokens[: frame.end], at)
    known = [
        ref
        for ref in frame.plan.about
        if ref.endswith((".position", ".task")) or ref.startswith(("position:", "task:"))
    ]
    if day and known:
        from agents.language.frames import Step
        from agents.language.verbs.targets import moment

        kind = "task" if "task" in known[0] else "position"
        field = "due_at" if kind == "task" else "next_follow_up_at"
        tool = "update_task" if kind == "task" else "update_position"
        frame.plan.steps.append(
            Step(tool, {kind: known[0], field: moment(day[1].start)}, "due date set")
        )
        return True
    return False
