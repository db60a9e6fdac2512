"""What a call answers, whoever asks, and the status it has over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import InterfaceError, OperationalError

from agents.catalogue.untrusted import clean, clean_all
from approvals.approvals import AlreadyDecided, BecauseMissing, OtherThanShown, RefusedBefore
from approvals.decisions import ConfirmationNeeded, Stale
from audit.actions import Refusal, describe
from audit.models import Outcome
from crm.companies import CompanyExists
from crm.contacts import ContactExists
from crm.fields import FieldError
from crm.refs import NotAReference, NotFound, WrongKind
from pipelines.gates import WrongPipeline
from pipelines.positions import Conflict

UNPROCESSABLE = 422
UNAVAILABLE = 503
AGAIN = 5  # seconds until it is worth to try again what the database did not answer
AWAY = f"The database cannot be had just now; nothing was changed. Try again in {AGAIN} s."
# What Django raises then: the connection is lost or none is to be had; it was lost before.
DATABASE_AWAY = (OperationalError, InterfaceError)
# What lower apps refuse; our own refusals say it themselves, as `http`.
STATUSES: dict[type[Refusal], int] = {
    FieldError: 400,
    NotAReference: 400,
    WrongKind: 400,
    WrongPipeline: 400,
    NotFound: 404,
    Conflict: 409,
    ContactExists: 409,
    CompanyExists: 409,
    AlreadyDecided: 409,
    OtherThanShown: 409,
    Stale: 409,
    ConfirmationNeeded: 409,
    BecauseMissing: 400,
    RefusedBefore: 403,
}
BY_OUTCOME = {Outcome.DENIED: 403, Outcome.REFUSED: UNPROCESSABLE, Outcome.FAILED: 500}
DONE, WAITING = 200, 202
LONGEST_SENTENCE = 1_000  # characters, with the names it quotes


@dataclass(frozen=True, kw_only=True)
class Result:
    """
    The answer to one call.

    :param status: done, waiting, refused, denied or failed
    :param http: the same as an HTTP status
    :param action: the reference of what the ledger recorded; None where it recorded nothing
    :param because: why not, or why not yet: sentences for people
    :param details: what a program can use of a refusal: fields, unmet, candidates …
    """

    status: Outcome
    http: int = DONE
    result: Any = None
    action: str | None = None
    approval: str | None = None
    because: list[str] = field(default_factory=list)
    summary: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return self.status == Outcome.DONE

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it under an idempotency key."""
        return {**vars(self), "details": dict(self.details)}


def cleaned(result: Result) -> Result:
    """Return `result` without what hides in names that its sentences quote; sentences are short."""
    return replace(
        result,
        because=[clean(each, at_most=LONGEST_SENTENCE) for each in result.because],
        summary=clean(result.summary, at_most=LONGEST_SENTENCE),
        details=clean_all(result.details),
    )


def of_refusal(refusal: Refusal, *, action: str | None = None) -> Result:
    """Return what a refusal answers; `action` recorded it."""
    because = refusal.details.get("because")
    return Result(
        status=refusal.outcome,
        http=status_of(refusal),
        action=action,
        approval=refusal.details.get("approval"),
        because=because if isinstance(because, list) else [str(refusal)],
        summary=str(refusal),
        details=describe(refusal.details),
    )


def of_failure(*, action: str | None) -> Result:
    """Return what a fault of ours answers: where to find it, and nothing of its insides."""
    says = "Something went wrong here; nothing was changed."
    return Result(
        status=Outcome.FAILED,
        http=BY_OUTCOME[Outcome.FAILED],
        action=action,
        because=[says],
        summary=says,
    )


def of_absence(*, action: str | None = None) -> Result:
    """Return what a call answers while the database cannot be had, or is too busy for it."""
    return Result(
        status=Outcome.FAILED,
        http=UNAVAILABLE,
        action=action,
        because=[AWAY],
        summary=AWAY,
        details={"retry_after": AGAIN},
    )


def status_of(refusal: Refusal) -> int:
    """Return a refusal's HTTP status: its class's, or that of the outcome it means."""
    own: int | None = getattr(refusal, "http", None)
    named = (STATUSES[kind] for kind in type(refusal).__mro__ if kind in STATUSES)
    return own or next(named, BY_OUTCOME[refusal.outcome])
