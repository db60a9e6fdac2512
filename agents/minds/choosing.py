"""Choosing: which model thinks now, what opens it, how it speaks, and what it may cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from pydantic import SecretStr

from agents.conversations.models import LOCAL
from agents.minds import sealing
from agents.minds.addresses import OWN_SERVER, address_of
from agents.minds.models import Tone
from agents.models import Mind
from audit.actions import Refusal
from crm.models import Organization

TONES = {
    Tone.FORMAL: "Write formally: whole sentences, no familiarity.",
    Tone.FRIENDLY: "Write in a warm and friendly way, and stay brief.",
}


class NoModel(Refusal):
    """The model that is set cannot be asked."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """
    What thinking may cost in a month.

    :param agent_id: whose thinking; None: all of the organization's
    :param cents: minor units of the organization's currency; None: no limit
    """

    agent_id: int | None
    name: str
    cents: int | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """
    Which model thinks, and how.

    :param fallback: asked where `model` does not answer; "" is none
    :param key: None where none is needed, or the environment's is used
    :param origin: who chose it: an agent, an organization, or "environment"
    :param input_cents: of a million tokens, in minor units; None: as LiteLLM knows
    :param manner: what a model is told of how to speak
    """

    model: str
    fallback: str = ""
    base_url: str = ""
    key: SecretStr | None = None
    origin: str
    temperature: float | None = None
    manner: str = ""
    input_cents: int | None = None
    output_cents: int | None = None
    limits: tuple[Limit, ...] = ()

    @property
    def is_local(self) -> bool:
        return self.model == LOCAL


def choose(organization: Organization, *, agent: Any = None, model: str = "") -> Choice:
    """
    Return the choice in force for an organization, or one of its agents.

    :param model: the one that a job began with, which it goes on with
    :raises NoModel: if it was replaced since, or wants a key that is not there
    """
    minds = find_minds(organization, agent)
    deciding = next((mind for mind in minds if mind.model), None)
    manner = _tell_manner(minds)
    about: dict[str, Any] = {
        "temperature": _first(mind.temperature for mind in minds),
        "manner": manner,
        "limits": _find_limits(organization, minds, agent),
    }
    chosen = (
        Choice(
            model=settings.WHEELHOUSE_MODEL,
            fallback=settings.WHEELHOUSE_FALLBACK_MODEL,
            origin="environment",
            **about,
        )
        if deciding is None
        else _choose(deciding, minds, about)
    )
    if model and model != chosen.model:
        raise NoModel(f"{model} was replaced by {chosen.model} meanwhile; ask again.")
    return chosen


def find_minds(organization: Organization, agent: Any = None) -> list[Mind]:
    """Return what is set: an agent's own first, then the organization's."""
    mine = Q(agent=None) | Q(agent=agent.pk) if agent is not None else Q(agent=None)
    rows = Mind.objects.filter(mine, organization_id=organization.pk)
    return sorted(rows.select_related("agent"), key=lambda mind: mind.agent_id is None)


def name_model(organization: Organization, agent: Any = None) -> str:
    """Return which model would be asked, whether it can be or not."""
    named = [mind.model for mind in find_minds(organization, agent) if mind.model]
    return named[0] if named else settings.WHEELHOUSE_MODEL


def _choose(deciding: Mind, minds: list[Mind], about: dict[str, Any]) -> Choice:
    base_url = deciding.base_url
    if not base_url and deciding.model.startswith(f"{OWN_SERVER}/"):
        base_url = next((mind.base_url for mind in minds if mind.base_url), "")
    return Choice(
        model=deciding.model,
        fallback=deciding.fallback,
        base_url=base_url,
        key=_find_key(deciding.model, base_url, minds),
        origin=deciding.agent.name if deciding.agent is not None else "organization",
        input_cents=deciding.input_cents,
        output_cents=deciding.output_cents,
        **about,
    )


def _find_key(model: str, base_url: str, minds: Iterable[Mind]) -> SecretStr | None:
    """
    Return what opens the address of a model; a key that was given for another is not sent there.

    :raises NoModel: if one is needed, and there is none
    """
    if model == LOCAL:
        return None
    address = address_of(model, base_url)
    mind = next((mind for mind in minds if mind.key and mind.key_for == address), None)
    if mind is not None:
        try:
            return sealing.unseal(mind.key, organization_id=mind.organization_id)
        except sealing.Unreadable:
            raise NoModel(
                "The key of the model cannot be read any more; an owner can set it again."
            ) from None
    if base_url:
        return None
    # The environment's keys are for the models that the environment names.
    if model in (settings.WHEELHOUSE_MODEL, settings.WHEELHOUSE_FALLBACK_MODEL):
        return None
    raise NoModel(f"{model} needs a key; an owner can set it in Settings.")


def _tell_manner(minds: list[Mind]) -> str:
    toned = next((mind for mind in minds if mind.tone), None)
    language = _first(mind.language or None for mind in minds)
    said = []
    if toned is not None:
        said.append(TONES.get(Tone(toned.tone), "") or f"How you are to write: {toned.tone_words}")
    if language:
        said.append(f"Write in this language, whatever you are asked in: {language}.")
    return " ".join(said)


def _find_limits(organization: Organization, minds: list[Mind], agent: Any) -> tuple[Limit, ...]:
    by_agent = {mind.agent_id: mind.limit_cents for mind in minds}
    whole = Limit(agent_id=None, name=organization.name, cents=by_agent.get(None))
    if agent is None:
        return (whole,)
    return (whole, Limit(agent_id=agent.pk, name=agent.name, cents=by_agent.get(agent.pk)))


def _first[Value](values: Iterable[Value | None]) -> Value | None:
    return next((value for value in values if value is not None), None)
