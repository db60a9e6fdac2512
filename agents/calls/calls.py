"""
Calls as they come in; under a key done once, however often they are made.

Calls of one key take turns, so the second sees what the first did. What took effect is kept in the
transaction that made the effect.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from agents.calls.admission import Caller
from agents.calls.budgets import Taken
from agents.calls.results import Result
from agents.catalogue.arguments import BadArguments
from agents.reading.recalling import OfConversation
from audit import clock
from audit.actions import Refusal, describe
from audit.actors import Actor
from audit.models import Outcome
from audit.texts import storable, storable_json

KEPT = timedelta(days=30)
LONGEST_KEY = 200
LONGEST_REASON = 4_000
MOST_LOGGED = 20_000  # characters of arguments; a call that has more is logged by its names

_REMEMBER = """
    insert into agents_call (organization_id, actor, key, digest, answer)
    values (%s, %s, %s, %s, %s::jsonb)
"""


@dataclass(frozen=True, kw_only=True)
class Call:
    """
    One call as it came in.

    :param reason: why, in the caller's words
    :param confidence: how sure the caller says it is, 0 to 1
    :param key: names this call, so that repeating it returns the first answer
    :param token: digest of the token that was shown, if one was
    :param taken: what it took of the caller's budget ahead
    :param if_match: ETags, one of which what the call is about must have; None where any will do
    :param correlation: of the run or turn that the call is a part of
    :param told: what a model was told that wants it, where one speaks for a person
    """

    by: Actor
    name: str
    arguments: Mapping[str, Any]
    reason: str = ""
    confidence: float | None = None
    key: str = ""
    dry_run: bool = False
    token: bytes | None = None
    taken: Taken | None = None
    if_match: str | None = None
    correlation: UUID | None = None
    told: OfConversation | None = None


class KeyReused(Refusal):
    """This key was used for another call."""

    http = 409


def find_earlier(call: Call, caller: Caller) -> Result | None:
    """
    Return the answer of the call that took effect under the same key, if one did.

    :raises KeyReused: if it was another call
    """
    if caller.earlier is None:
        return None
    digest, answer = caller.earlier
    if digest != digest_of(call):
        raise KeyReused(
            f"The key {call.key} was used for a call with another tool or other arguments."
            " Take a new key for a new call."
        )
    return Result(**answer | {"status": Outcome(answer["status"])})


def remember(call: Call, result: Result) -> None:
    """Keep the answer under the call's key, if it has one, in the transaction of the effect."""
    if call.key:
        answer = json.dumps(result.as_json(), cls=DjangoJSONEncoder)
        with connection.cursor() as cursor:
            cursor.execute(
                _REMEMBER,
                [call.by.organization_id, call.by.ref, call.key, digest_of(call), answer],
            )


def forget_old() -> int:
    """Forget what was kept under keys longer than `KEPT` ago; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select agents_forget_calls(%s)", [clock.real_now() - KEPT])
        return int(cursor.fetchone()[0])


def digest_of(call: Call) -> str:
    """Tell this call from others: by tool and arguments."""
    text = json.dumps([call.name, call.arguments], sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def check(call: Call) -> None:
    """
    Check what a call says besides its arguments, and that the ledger can keep all of it.

    :raises BadArguments: names what does not fit
    """
    wrong = {}
    if len(call.key) > LONGEST_KEY:
        wrong["idempotency_key"] = f"must have at most {LONGEST_KEY} characters"
    if len(call.reason) > LONGEST_REASON:
        wrong["reason"] = f"must have at most {LONGEST_REASON:,} characters"
    if call.confidence is not None and not 0 <= call.confidence <= 1:
        wrong["confidence"] = "must be from 0 to 1"
    if storable(call.reason) != call.reason:
        wrong["reason"] = UNSTORABLE
    for name, value in call.arguments.items():
        text = json.dumps([name, value], cls=DjangoJSONEncoder)
        if storable_json(text) != text:
            wrong[storable(name)] = UNSTORABLE
    if wrong:
        raise BadArguments(call.name, wrong)


UNSTORABLE = "holds a character that cannot be kept: NUL, or half of one"


def loggable(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments as the ledger keeps them; of very long ones only the names."""
    kept: dict[str, Any] = describe(arguments)
    if len(json.dumps(kept, cls=DjangoJSONEncoder)) > MOST_LOGGED:
        return {name[:80]: "too long to keep" for name in list(kept)[:50]}
    return kept
