"""Choosing: which model thinks now, what opens it, how it speaks, and what it may cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from pydantic import SecretStr

from agents.conversations.models import LOCAL
from agents.model_choices import sealing
from agents.model_choices.addresses import OWN_SERVER, address_of
from agents.model_choices.models import Tone
from agents.models import ModelChoice
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
    choices = find_choices(organization, agent)
    deciding = next((choice for choice in choices if choice.model), None)
    manner = _tell_manner(choices)
    about: dict[str, Any] = {
        "temperature": _first(choice.temperature for choice in choices),
        "manner": manner,
        "limits": _find_limits(organization, choices, agent),
    }
    chosen = (
        Choice(
            model=settings.WHEELHOUSE_MODEL,
            fallback=settings.WHEELHOUSE_FALLBACK_MODEL,
            origin="environment",
            **about,
        )
        if deciding is None
        else _choose(deciding, choices, about)
    )
    if model and model != chosen.model:
        raise NoModel(f"{model} was replaced by {chosen.model} meanwhile; ask again.")
    return chosen


def find_choices(organization: Organization, agent: Any = None) -> list[ModelChoice]:
    """Return what is set: an agent's own first, then the organization's."""
    mine = Q(agent=None) | Q(agent=agent.pk) if agent is not None else Q(agent=None)
    rows = ModelChoice.objects.filter(mine, organization_id=organization.pk)
    return sorted(rows.select_related("agent"), key=lambda choice: choice.agent_id is None)


def name_model(organization: Organization, agent: Any = None) -> str:
    """Return which model would be asked, whether it can be or not."""
    named = [choice.model for choice in find_choices(organization, agent) if choice.model]
    return named[0] if named else settings.WHEELHOUSE_MODEL


def _choose(deciding: ModelChoice, choices: list[ModelChoice], about: dict[str, Any]) -> Choice:
    base_url = deciding.base_url
    if not base_url and deciding.model.startswith(f"{OWN_SERVER}/"):
        base_url = next((choice.base_url for choice in choices if choice.base_url), "")
    return Choice(
        model=deciding.model,
        fallback=deciding.fallback,
        base_url=base_url,
        key=_find_key(deciding.model, base_url, choices),
        origin=deciding.agent.name if deciding.agent is not None else "organization",
        input_cents=deciding.input_cents,
        output_cents=deciding.output_cents,
        **about,
    )


def _find_key(model: str, base_url: str, choices: Iterable[ModelChoice]) -> SecretStr | None:
    """
    Return what opens the address of a model; a key that was given for another is not sent there.

    :raises NoModel: if one is needed, and there is none
    """
    if model == LOCAL:
        return None
    address = address_of(model, base_url)
    choice = next((choice for choice in choices if choice.key and choice.key_for == address), None)
    if choice is not None:
        try:
            return sealing.unseal(choice.key, organization_id=choice.organization_id)
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


def _tell_manner(choices: list[ModelChoice]) -> str:
    toned = next((choice for choice in choices if choice.tone), None)
    language = _first(choice.language or None for choice in choices)
    said = []
    if toned is not None:
        said.append(TONES.get(Tone(toned.tone), "") or f"How you are to write: {toned.tone_words}")
    if language:
        said.append(f"Write in this language, whatever you are asked in: {language}.")
    return " ".join(said)


def _find_limits(
    organization: Organization, choices: list[ModelChoice], agent: Any
) -> tuple[Limit, ...]:
    by_agent = {choice.agent_id: choice.limit_cents for choice in choices}
    whole = Limit(agent_id=None, name=organization.name, cents=by_agent.get(None))
    if agent is None:
        return (whole,)
    return (whole, Limit(agent_id=agent.pk, name=agent.name, cents=by_agent.get(agent.pk)))


def _first[Value](values: Iterable[Value | None]) -> Value | None:
    return next((value for value in values if value is not None), None)
