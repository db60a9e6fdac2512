"""The same once more of somebody else: and Amara's too."""

import re
from collections.abc import Sequence
from typing import Any

from agents.language.dialogue.conversations import Turn
from agents.language.frames import Frame, Plan, Step
from agents.language.organization import sets
from agents.language.organization.mentions import Mention, link
from agents.language.organization.scopes import Scope
from agents.language.organization.sets import Set
from agents.language.words import lexicon
from agents.language.words.tokens import Token, plain, tokenize, words
from agents.language.words.wording import bag

AROUND = bag("and also too same for the as well likewise plus do with please then now")


def read(said: str, turns: Sequence[Turn], scope: Scope) -> Plan | None:
    """
    Return what was done in the turn before, of whom is named now.

    None where more is said than who, or several are called so.
    """
    calls = [(tool, arguments) for _, tool, arguments in turns[-2].calls]
    if not turns[-2].actions or len(calls) != 1 or said.rstrip().endswith("?"):
        return None
    tool, arguments = calls[0]
    kind = next((kind for kind in ("position", "contact") if kind in arguments), None)
    source = plain(said)
    frame = Frame(scope, tokenize(source), 0, 0, source, Plan())
    frame.end = len(frame.tokens)
    named = _alone(frame) if kind and not tool.startswith(("create", "log", "undo")) else []
    if kind is None or not named:
        return None
    for each in named:
        row = _row(frame, each, kind)
        if row is None:
            return None
        frame.plan.steps.append(Step(tool, {**arguments, kind: row}, "done as well", (row,)))
        frame.plan.about.append(row)
    return frame.plan


SETTING = re.compile(
    r"^(?P<verb>make|set|change|put|raise|lower|correct|update|increase|reduce"
    r"|move|push|shift|postpone|delay|reschedule)\s+"
    r"(it|that|this)\s+((back\s+)?(to|at|until)\s+)?(?P<rest>.*\S)",
    re.IGNORECASE,
)
MOVING = bag("move push shift postpone delay reschedule")
BY_MUCH = bag("raise lower increase reduce")


def spell_out(said: str, looked: Sequence[str], scope: Scope) -> str:
    """Return “make it 100” with the field that was looked up: set its kilos to 100."""
    found = SETTING.match(plain(said))
    if found is None:
        return said
    label, ref = looked
    verb, rest = found["verb"].casefold(), tokenize(found["rest"])
    fields = scope.words.find(words(label), 0, ["field"])
    dated = any(term.type in ("date", "moment") for _, term in fields)
    fits = scope.calendar.read(rest, 0) is not None if dated else _is_value(rest)
    if not fits or (verb in MOVING and not dated):
        return said
    return f"{verb if verb in BY_MUCH else 'set'} the {label} of {ref} to {found['rest']}"


def _is_value(tokens: Sequence[Token]) -> bool:
    return any(each.kind in VALUES for each in tokens[:2])


VALUES = bag("number amount date quote email phone")


def _alone(frame: Frame) -> list[Mention]:
    """Return who is named, where nothing else is said."""
    mentions = link(frame.scope, frame.tokens)
    named = mentions.of("position", "contact")
    covered = {i for m in named for i in m.places}
    rest = [i for i, token in enumerate(frame.tokens) if i not in covered and token.kind != "mark"]
    said = all(
        frame.low(i) in AROUND
        or frame.tokens[i].kind == "possessive"
        or lexicon.noun(frame.low(i)) == "position"
        or mentions.covering(i, "pipeline")
        for i in rest
    )
    asked = any(frame.low(i) in bag("and also too same well likewise plus") for i in rest)
    return named if said and asked else []


def _row(frame: Frame, named: Mention, kind: str) -> str | None:
    """Return the one record of a kind that is named, of cards one that is under way."""
    of = Set(names=[named.means[0]], text=frame.text(named.at, named.end))
    if named.kind == "contact" and len(named.means[0].ids) > 1:
        return None
    found: Any = sets.query(of, kind, frame.scope.by)
    rows = list(found.filter(closed_at=None)[:2] if kind == "position" else found[:2])
    return str(rows[0].ref) if len(rows) == 1 else None
