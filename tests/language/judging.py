"""
Judging a conversation: right, a wrong change, a needless question, or refused though possible.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from audit.actions import tenant
from crm.models import Contact, Task
from pipelines.models import Position
from tests.language import states
from tests.language.grounds import Ground, frozen
from tests.language.holding import Held, hold

HERE = Path(__file__).parent
RIGHT, WRONG, NEEDLESS, REFUSED = "right", "wrong change", "needless question", "refused"
ANSWER = "wrong answer"
OUTCOMES = [RIGHT, WRONG, NEEDLESS, REFUSED, ANSWER]
SILENT = {
    "outcome",
    "lost_reason",
}  # follow from the stage, and are compared only where they are said


@dataclass
class Verdict:
    """What came of a conversation, and why."""

    outcome: str
    because: str
    took: list[float] = field(default_factory=list)
    says: list[str] = field(default_factory=list)


def read_all(part: str) -> Iterator[dict[str, Any]]:
    """Return the conversations of a folder: requests, earlier or unread."""
    for file in sorted((HERE / part).glob("*.json")):
        for number, each in enumerate(json.loads(file.read_text()), start=1):
            yield {"id": f"{file.stem}:{number}", **each}


def judge(conversation: Mapping[str, Any], ground: Ground) -> Verdict:
    """Hold a conversation in a transaction that leaves nothing, and judge it."""
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
        finally:
            transaction.set_rollback(True)
    verdict = compare(conversation, turns, held, before, after)
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
        return Verdict(REFUSED, unmade)
    for turn, said in zip(turns, held, strict=True):
        if problem := _misses(turn, said):
            return Verdict(ANSWER, problem)
    return Verdict(RIGHT, "")


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, list):
        return sorted(map(str, wanted)) == sorted(map(str, found or []))
    if (
        isinstance(wanted, int | float)
        and not isinstance(wanted, bool)
        and isinstance(found, int | float)
    ):
        return float(wanted) == float(found)
    if wanted in (None, "") and found in (None, ""):
        return True
    return (
        str(wanted).casefold() == str(found).casefold()
        if isinstance(wanted, str)
        else wanted == found
    )


def _wrong_changes(changes: dict[str, Any], wanted: Mapping[str, Any], before: states.State) -> str:
    for key, fields in changes.items():
        for name, value in fields.items():
            said = wanted.get(key, {})
            if name in said and _same(said[name], value):
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
            if not _same(value, changes.get(key, {}).get(name, before[key].get(name))):
                return f"{key}.{name} should have become {value!r}"
    return ""


def _fits(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    for name, value in wanted.items():
        if name in ("text", "title", "stages") and isinstance(value, str):
            if value.casefold() not in str(row.get(name)).casefold():
                return False
        elif name == "kind" and value == "email" and row.get("kind") in ("email", "email_sent"):
            continue
        elif not _same(value, row.get(name)):
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


def _misses(turn: Mapping[str, Any], said: Held) -> str:
    text = said.says
    if turn.get("asks") and not (said.asks or "?" in text):
        return f"should have asked after: {turn['says']}; said: {text[:100]}"
    numbers = {float(each.replace(",", "")) for each in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}
    for figure in turn.get("figures", []):
        if not any(
            abs(float(figure) - number) < 0.51
            if figure > 1000
            else abs(float(figure) - number) < 0.051
            for number in numbers
        ):
            return f"{figure} is not in: {text[:160]}"
    for name in turn.get("names", []):
        if name.casefold() not in text.casefold():
            return f"{name} is not in: {text[:160]}"
    for name in turn.get("without", []):
        if name.casefold() in text.casefold():
            return f"{name} should not be in: {text[:160]}"
    if turn.get("refuses") and said.wrote and not said.refused:
        return f"should have refused: {turn['says']}"
    return ""
