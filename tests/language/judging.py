"""
Judging a conversation: right, a wrong change, a needless question, refused though possible, a
wrong answer, or one the planner broke on.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction

from audit.actions import tenant
from crm.models import Contact, Task
from pipelines.models import Position
from tests.language import answers, states
from tests.language.grounds import Ground, frozen
from tests.language.holding import Held, hold

HERE = Path(__file__).parent
RIGHT, WRONG, NEEDLESS, REFUSED = "right", "wrong change", "needless question", "refused"
ANSWER, BROKE = "wrong answer", "broke"
OUTCOMES = [RIGHT, WRONG, NEEDLESS, REFUSED, ANSWER, BROKE]
FAULTS = (
    *(ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
    DatabaseError,
)  # of the planner
SILENT = {
    "outcome",
    "lost_reason",
}  # follow from the stage, and are compared only where they are said
SPOKEN = {"figures", "names", "days"}  # what an answer can be held to
HELD_WITHIN = {"text", "title", "stages", "lost_reason"}  # words to be found, not all there is
AS_TYPED = {"subtype", "source"}  # with custom fields: values that others have, to the letter


@dataclass
class Verdict:
    """What came of a conversation, and why."""

    outcome: str
    because: str
    took: list[float] = field(default_factory=list)
    says: list[str] = field(default_factory=list)


def read_all(part: str) -> Iterator[dict[str, Any]]:
    """Return the conversations of a folder: requests, earlier, later, latest or unread."""
    for file in sorted((HERE / part).glob("*.json")):
        for number, each in enumerate(json.loads(file.read_text()), start=1):
            yield {"id": f"{file.stem}:{number}", **each}


def judge(conversation: Mapping[str, Any], ground: Ground) -> Verdict:
    """
    Hold a conversation in a transaction that leaves nothing, and judge it.

    Where the planner raises that is judged, too: one that breaks must not hide all others.
    """
    turns = [{"says": each} if isinstance(each, str) else each for each in conversation["turns"]]
    with frozen(ground.now), transaction.atomic():
        with tenant(ground.organization.pk):
            before = states.read()
            page = find_page(conversation.get("page"))
        try:
            confirms = {n: each["confirm"] for n, each in enumerate(turns) if each.get("confirm")}
            says = [each["says"] for each in turns]
            held = hold(says, by=ground.by, page=page, confirms=confirms)
            with tenant(ground.organization.pk):
                after = states.read()
        except FAULTS as error:
            return Verdict(BROKE, repr(error), says=[""])
        finally:
            transaction.set_rollback(True)
    today = datetime.fromisoformat(ground.now).date()
    verdict = compare(conversation, turns, held, before, after, today=today)
    verdict.took = [took for turn in held for took in turn.took]
    verdict.says = [turn.says for turn in held]
    return verdict


def find_page(external_id: str | None) -> str | None:
    """Return the reference of the record of an external id."""
    for model in (Contact, Position, Task) if external_id else ():
        row = model.objects.filter(external_id=external_id).first()
        if row is not None:
            return str(row.ref)
    return None


def compare(
    conversation: Mapping[str, Any],
    turns: list[dict[str, Any]],
    held: list[Held],
    before: states.State,
    after: states.State,
    *,
    today: date,
) -> Verdict:
    """Compare the end state and the answers with what must be."""
    changes, new = states.compare(before, after)
    wanted = conversation.get("changes", {})
    wrong = _wrong_changes(changes, wanted, before) or _wrong_rows(
        new, conversation.get("creates", [])
    )
    asked = [
        turn for turn, said in zip(turns, held, strict=True) if said.asks and not turn.get("asks")
    ]
    unmade = _unmade(changes, wanted, before) or _missing_rows(new, conversation.get("creates", []))
    if wrong:
        return Verdict(WRONG, wrong)
    if asked:
        return Verdict(NEEDLESS, f"asked after: {asked[0]['says']}")
    if unmade:
        in_vain = any(said.confirmed for said in held)
        return Verdict(NEEDLESS if in_vain else REFUSED, unmade)
    for turn, said in zip(turns, held, strict=True):
        if problem := _misses(turn, said, today):
            return Verdict(ANSWER, problem)
    is_answer = conversation.get("expects") == "answer" and not SPOKEN & set(turns[-1])
    if is_answer and answers.declines(held[-1].says):
        return Verdict(ANSWER, f"is no answer: {held[-1].says[:160]}")
    return Verdict(RIGHT, "")


def _same(name: str, wanted: Any, found: Any) -> bool:
    """Whether a field is as it must be; case is of no matter in what people write freely."""
    if wanted in (None, "") or found in (None, ""):
        return wanted in (None, "", []) and found in (None, "", [])
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(wanted, list):
        return sorted(map(answers.fold, wanted)) == sorted(map(answers.fold, found))
    if isinstance(wanted, str) and isinstance(found, str):
        if name in AS_TYPED or name.startswith("custom:"):
            return wanted == found
        return wanted.casefold() == found.casefold()
    return bool(wanted == found)


def _wrong_changes(changes: dict[str, Any], wanted: Mapping[str, Any], before: states.State) -> str:
    for key, fields in changes.items():
        for name, value in fields.items():
            said = wanted.get(key, {})
            if name in said and _reached(name, said[name], value):
                continue
            if name in SILENT and name not in said and "stage" in said:
                continue
            if (name == "name" and {"first_name", "last_name"} & set(said)) or (
                name in ("first_name", "last_name") and "name" in said
            ):
                continue
            if name == "currency" and "value" in said and not before.get(key, {}).get("currency"):
                continue
            return (
                f"{key}.{name} is {value!r}, was {before.get(key, {}).get(name)!r}, should be "
                f"{said.get(name, 'as it was')!r}"
            )
    return ""


def _unmade(changes: dict[str, Any], wanted: Mapping[str, Any], before: states.State) -> str:
    for key, fields in wanted.items():
        if key not in before:
            return f"there is no {key}: the expectation is wrong"
        for name, value in fields.items():
            if not _reached(name, value, changes.get(key, {}).get(name, before[key].get(name))):
                return f"{key}.{name} should have become {value!r}"
    return ""


def _reached(name: str, wanted: Any, found: Any) -> bool:
    """Whether a field of a record became what it must: of a reason, some words."""
    if name == "lost_reason" and wanted:
        return answers.fold(wanted) in answers.fold(str(found))
    return _same(name, wanted, found)


def _fits(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    for name, value in wanted.items():
        if name in HELD_WITHIN and isinstance(value, str):
            if answers.fold(value) not in answers.fold(str(row.get(name))):
                return False
        elif name == "kind" and value == "email" and row.get("kind") in ("email", "email_sent"):
            continue
        elif not _same(name, value, row.get(name)):
            return False
    return True


def _wrong_rows(new: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> str:
    left = list(wanted)
    for row in new:
        fitting = next((each for each in left if _fits(row, each)), None)
        if fitting is None:
            return f"a new row that was not asked for: {row}"
        left.remove(fitting)
    return ""


def _missing_rows(new: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> str:
    left = list(new)
    for each in wanted:
        fitting = next((row for row in left if _fits(row, each)), None)
        if fitting is None:
            return f"no new row is {each}"
        left.remove(fitting)
    return ""


def _misses(turn: Mapping[str, Any], said: Held, today: date) -> str:
    """Return what a turn's answer lacks, or nothing."""
    text = said.says
    if turn.get("asks") and not (said.asks or (answers.asks(text) and not said.wrote)):
        return f"should have asked after: {turn['says']}; said: {text[:100]}"
    if turn.get("refuses") and (said.wrote or not (said.refused or answers.refuses(text))):
        return f"should have refused: {turn['says']}; said: {text[:100]}"
    if turn.get("does") and not said.wrote:
        return f"should have done something: {turn['says']}; said: {text[:100]}"
    for figure in turn.get("figures", []):
        if not answers.holds_figure(figure, text):
            return f"{figure} is not in: {text[:160]}"
    for day in turn.get("days", []):
        if not answers.holds_day(date.fromisoformat(day), text, today=today):
            return f"{day} is not in: {text[:160]}"
    for name in answers.find_missing(turn.get("names", []), text):
        return f"{name} is not in: {text[:160]}"
    for name in turn.get("without", []):
        if answers.holds(name, text):
            return f"{name} should not be in: {text[:160]}"
    return ""
