"""
What a message is understood in: the organization's words and names, the day, what was spoken of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.language.organization import vocabulary
from agents.language.organization.names import Names
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import Term, Vocabulary
from agents.language.words.dates import Calendar
from audit import clock
from audit.actors import Actor
from crm.models import Organization


@dataclass
class Scope:
    """
    What one message is understood in.

    :param page: the reference of what the person looks at; empty where they look at nothing
    :param about: references that were spoken of last, in the order they were shown
    :param earlier: those spoken of before that
    :param bound: what words of this message were settled to mean, after a question
    :param sets: what this message has described so far
    :param leaning: of date fields, whether they are of what was
    :param asked: the question that was asked last, in full; empty where none was
    """

    by: Actor
    words: Vocabulary
    names: Names
    calendar: Calendar
    organization: Organization
    page: str = ""
    about: list[str] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    bound: dict[str, list[str]] = field(default_factory=dict)
    sets: list[Set] = field(default_factory=list)
    asked: str = ""
    leaning: dict[tuple[str, str], bool] = field(default_factory=dict)

    @property
    def me(self) -> str:
        """The reference of whoever speaks, as a member."""
        return f"member:{self.by.membership_id}"

    def board(self) -> str:
        """Return the pipeline of the page, if it is about one."""
        return self.page if self.page.startswith("pipeline:") else ""

    def stage_terms(self, terms: Sequence[Term], pipeline: str) -> list[Term]:
        """Return the stages among terms, those of one pipeline where that is known."""
        stages = [term for term in terms if term.kind == "stage"]
        inside = [term for term in stages if term.pipeline == pipeline]
        return inside or stages


def open_scope(by: Actor, *, page: str = "", about: Sequence[str] = ()) -> Scope:
    """Read what there is to talk about."""
    organization = Organization.objects.get(pk=by.tenant_id)
    return Scope(
        by=by,
        words=vocabulary.load(by),
        names=Names(by),
        calendar=Calendar(clock.today(), month_first=organization.country in ("US", "PH")),
        organization=organization,
        page=page,
        about=list(about),
    )
