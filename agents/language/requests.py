"""
Requests: what a message asks for or asks about.

What is to be done is read by what the whole of it tells (`evidence`), what is asked is answered
clause by clause (`questions`). What is only told (“Tom is ill, so give his deals to Mira”) lets
things be spoken of, and what is denied (“do not move Karen”) is not done.
"""

from dataclasses import replace

from agents.language.evidence import missing, reader, repairs, spelling
from agents.language.evidence.clauses import NOUNLIKE, OBJECTS, clauses
from agents.language.evidence.suppositions import trim
from agents.language.frames import Frame, Impossible, Plan, Unclear
from agents.language.organization.scopes import Scope
from agents.language.organization.sets import Atom, Set
from agents.language.questions import hypotheticals, listing, measuring, questions
from agents.language.words import lexicon
from agents.language.words.tokens import Token, plain, stem, tokenize
from agents.language.words.wording import bag, sayings

NOTHING = "Nothing was changed."
ASKING = bag("who what which how when where why whose whom is are was were do does did has am any")
MEASURES = bag("number average total sum median")
DENYING = sayings("do not, leave them, leave it, leave everything, forget it, never mind")


def understand(text: str, scope: Scope) -> Plan:
    """
    Return what a message asks for.

    Where nothing of it is understood, misspelt words are read as those that were meant.

    :raises Unclear: if something is to be settled first
    :raises Impossible: if it cannot be done here
    """
    source = plain(text)
    source, tokens = repairs.mend(source, tokenize(source), scope)
    tokens = repairs.spell_out(repairs.settle(tokens, scope))
    kept = list(scope.sets)
    try:
        return _read(source, list(tokens), scope)
    except Unclear as unclear:
        if unclear.candidates:
            raise
        if unknown := spelling.unknown_verb(tokens, scope):
            raise Impossible(f"I do not know how to {unknown} anything. {NOTHING}") from None
        mended = spelling.mended(source, tokens, scope)
        if mended is None:
            raise
        scope.sets[:] = kept
        try:
            return _read(*mended, scope)
        except (Unclear, Impossible):
            raise unclear from None


def _read(source: str, tokens: list[Token], scope: Scope) -> Plan:
    frame = Frame(scope, tokens, 0, len(tokens), source, Plan())
    found = clauses(tokens, scope)
    kept = list(scope.sets)
    if len(found) == 1 and (_is_considered(replace(frame)) or _is_listed(replace(frame))):
        return frame.plan
    if reader.read(frame):
        return frame.plan
    scope.sets[:] = kept
    frame = replace(frame, plan=Plan())
    asked = [_clause(replace(frame, at=at, end=end), alone=len(found) == 1) for at, end in found]
    if not any(asked):
        missing.ask(frame)
    return frame.plan


def _clause(frame: Frame, *, alone: bool) -> bool:
    """Read one clause; return whether it asks for anything."""
    _strip(frame)
    if frame.at >= frame.end or _echoes(frame):
        return False
    if (asking := questions.find(frame)) is not None:
        questions.ask(replace(asking, end=trim(asking)))
    elif _is_denied(frame):
        frame.plan.says.append(NOTHING)
    elif hypotheticals.consider(frame) or _is_called_off(frame):
        pass
    elif _is_question(frame):
        questions.ask(replace(frame, end=trim(frame)))
    elif verb_end := _shows(frame):
        questions.ask(
            replace(frame, verb="show", word=frame.low(frame.at), at=verb_end, end=trim(frame))
        )
    elif not alone and reader.read(frame):
        pass
    elif _orders(frame):
        missing.ask(frame)
    elif not _is_noun_phrase(frame):
        _let_be_spoken_of(frame)
        return False
    else:
        questions.ask(frame)
    return True


def _is_considered(frame: Frame) -> bool:
    _strip(frame)
    return questions.find(frame) is None and hypotheticals.consider(frame)


def _is_listed(frame: Frame) -> bool:
    """Customers in Boston who pay over 500: records that are only described."""
    _strip(frame)
    if not listing.is_list(frame):
        return False
    questions.ask(replace(frame, end=trim(frame)))
    return True


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


def _echoes(frame: Frame) -> bool:
    """Can you do that: says nothing more."""
    said = " ".join(each.low for each in frame.tokens[frame.at : frame.end] if each.kind != "mark")
    return said in lexicon.ECHOES


def _is_denied(frame: Frame) -> bool:
    """Do not move her; never mind; leave it."""
    return frame.lows(frame.at, 2) in DENYING or frame.low(frame.at) in ("never", "nevermind")


def _is_question(frame: Frame) -> bool:
    low, after = frame.low(frame.at), frame.low(frame.at + 1)
    if low in ASKING:
        return True
    figures = low in MEASURES or (low, after) in sayings("the number, the average, the total")
    return figures or (low in ("in", "at") and after in ("which", "what"))


def _shows(frame: Frame) -> int | None:
    """Return where what is to be shown begins: show me the deals, break them down."""
    low, after = frame.low(frame.at), frame.low(frame.at + 1)
    if (low, after) == ("give", "me"):
        return frame.at + 2
    if (pair := lexicon.PARTICLES.get((low, after))) is not None:
        return frame.at + 2 if pair == "show" else None
    meant = low if low in lexicon.VERBS else frame.scope.words.correct(low) or low
    verb = lexicon.VERBS.get(meant) or (low.endswith("ing") and lexicon.VERB_STEMS.get(stem(low)))
    return frame.at + 1 if verb == "show" else None


def _is_called_off(frame: Frame) -> bool:
    """Cancel; stop: whatever it was."""
    alone = lexicon.VERBS.get(frame.low(frame.at)) == "cancel" and frame.end - frame.at <= 2
    if alone:
        frame.plan.says.append(NOTHING)
    return alone


def _orders(frame: Frame) -> bool:
    """Whether a verb plainly asks for something to be done."""
    low, after = frame.low(frame.at), frame.low(frame.at + 1)
    if low not in lexicon.VERBS and (low, after) not in lexicon.PARTICLES:
        return False
    return low not in NOUNLIKE or after in OBJECTS or frame.tokens[frame.at + 1].is_capital


def _is_noun_phrase(frame: Frame) -> bool:
    """Open deals per owner; customers in Boston: records alone are shown, or counted by group."""
    alone = all(each.kind == "mark" for each in frame.tokens[frame.end :]) and not frame.plan.steps
    if not alone or frame.scope.sets:
        return False
    grouped = measuring.find_group(frame)
    of = frame.read(frame.at, grouped if grouped is not None else trim(frame))
    if of.unknown or of.pronoun or not (of.noun or of.names or of.atoms or of.either):
        return False
    several = any(len(name.ids) > 1 for name in of.names)
    return not (several and not of.noun and not of.atoms)


def _let_be_spoken_of(frame: Frame) -> None:
    """Let what is only told be spoken of: Tom has a bunch of overdue tasks in the backlog."""
    for skip in (0, 1):
        of = frame.read(frame.at + skip, frame.end)
        if of.unknown and not of.names:
            continue  # what is not understood may narrow it
        if of.names or of.atoms:
            frame.scope.sets.append(of)
            break
    if any(each.atoms or each.names for each in frame.scope.sets):
        return
    for i in range(frame.at, frame.end):
        found = frame.scope.words.find(frame.tokens[: frame.end], i, ["member"])
        if found:
            owner = Atom("any", "owner", "=", found[0][1].ref)
            frame.scope.sets.append(Set(atoms=[owner], text=frame.tokens[i].text))
            return
