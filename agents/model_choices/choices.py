"""
Choices of models: made by people alone; what costs money or says where data go, by owners alone.

A key comes in and is never given out again: what is logged is that one was set, or removed.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from pydantic import SecretStr

from agents.agents import OnlyPeople
from agents.conversations.models import LOCAL
from agents.events import ModelChoiceChanged
from agents.model_choices import addresses, sealing
from agents.model_choices.addresses import OWN_SERVER, PROVIDERS, NotAnAddress, address_of
from agents.models import Agent, ModelChoice
from audit import clock, undo
from audit.actions import Refusal, action, record
from audit.actors import Actor, ActorKind
from audit.models import Outcome
from crm import fields, refs
from crm.fields import FieldError
from crm.models import Organization
from crm.permissions import Permission, allows

MANNER = ("temperature", "tone", "tone_words", "language")
OWNERS = ("model", "fallback", "base_url", "input_cents", "output_cents", "limit_cents")
LONGEST_KEY = 500
undo.restrict([ModelChoice._meta.db_table], lambda actor: allows(actor, Permission.ADMINISTER))
_MODEL = re.compile(r"[a-z_]+/[A-Za-z0-9][A-Za-z0-9._:/@+-]*", re.ASCII)


class OwnersOnly(Refusal):
    """Which model thinks, at what cost and by which key is for owners to say."""

    outcome = Outcome.DENIED


def change(
    *,
    by: Actor,
    changes: Mapping[str, Any],
    agent: Agent | None = None,
    key: SecretStr | None = None,
    reason: str = "",
) -> ModelChoice:
    """
    Change which model thinks, and how: for the organization, or for one agent.

    :param changes: any of `MANNER` and, of an owner, `OWNERS`; None or "" empties
    :param key: what opens the model's address from now on; "" removes the one there is
    :raises OnlyPeople: if `by` is an agent or acts for one
    :raises OwnersOnly: if a manager changes what owners decide
    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    _check_allowed(by, changes, key)
    whose = Organization.objects.visible_to(by).get() if agent is None else agent
    with action(
        "model_choices.change",
        by=by,
        reason=reason,
        target=whose,
        arguments={**changes, **({} if key is None else {"key": _said_of(key)})},
    ):
        choice = _find(by, agent)
        for name, value in fields.clean(ModelChoice, changes, allowed={*MANNER, *OWNERS}).items():
            setattr(choice, name, value)
        _check(choice)
        if key is not None:
            _set_key(choice, key)
        choice.save()
        changed = sorted(changes)
        record(
            ModelChoiceChanged(
                agent_id=agent.pk if agent else None, fields=changed, key=_said_of(key)
            ),
            on=whose,
            summary=_sum_up(whose.name, changed, key),
        )
    return choice


def find(by: Actor, agent: Agent | None = None) -> ModelChoice:
    """Return what is set for the organization or an agent; an empty choice where nothing is."""
    found = ModelChoice.objects.visible_to(by).filter(agent=agent).first()
    return found or ModelChoice(organization_id=by.tenant_id, agent=agent, created_by=by.ref)


def reseal(choice: ModelChoice, *, by: Actor) -> None:
    """Seal a key anew with the first of the secrets; it stays the same."""
    with action("model_choices.reseal", by=by, target=choice):
        choice = refs.lock(choice)
        key = sealing.unseal(choice.key, organization_id=choice.organization_id)
        choice.key = sealing.seal(key, organization_id=choice.organization_id)
        choice.save(update_fields=["key"])


def _find(by: Actor, agent: Agent | None) -> ModelChoice:
    """Return the row to change, locked where it is there."""
    # The organization's row is the turn: two who set the first choice at once make one.
    Organization.objects.select_for_update().visible_to(by).get()
    return find(by, agent)


def _check_allowed(by: Actor, changes: Mapping[str, Any], key: SecretStr | None) -> None:
    if by.kind not in (ActorKind.PERSON, ActorKind.SYSTEM):
        raise OnlyPeople
    if not allows(by, Permission.CONFIGURE):
        raise OwnersOnly
    costs = key is not None or set(changes) & set(OWNERS)
    if costs and not allows(by, Permission.ADMINISTER):
        raise OwnersOnly


def _check(choice: ModelChoice) -> None:
    wrong = {
        name: says
        for name, says in {
            "model": _find_wrong_model(choice.model),
            "fallback": _find_wrong_fallback(choice),
            "temperature": "From 0 to 2." if not 0 <= (choice.temperature or 0) <= 2 else "",
            "base_url": _clean_address(choice),
            "tone_words": (
                "Say how it is to speak."
                if choice.tone == "custom" and not choice.tone_words
                else ""
            ),
        }.items()
        if says
    }
    if wrong:
        raise FieldError(wrong)


def _find_wrong_model(model: str) -> str:
    if model in ("", LOCAL, settings.WHEELHOUSE_MODEL, settings.WHEELHOUSE_FALLBACK_MODEL):
        return ""
    if not _MODEL.fullmatch(model):
        return "A provider and a name, such as openai/gpt-5, or local/planner."
    provider = model.partition("/")[0]
    if provider not in PROVIDERS:
        return f"There is no provider {provider} here; there are {', '.join(PROVIDERS)}."
    return ""


def _find_wrong_fallback(choice: ModelChoice) -> str:
    if choice.fallback in ("", LOCAL):
        return ""
    if not choice.model:
        return "First say which model is asked before it."
    if choice.fallback.partition("/")[0] != choice.model.partition("/")[0]:
        return "Of the same provider, for it is asked with the same key; or local/planner."
    return _find_wrong_model(choice.fallback)


def _clean_address(choice: ModelChoice) -> str:
    """Clean the address in place; say what is wrong with it."""
    if not choice.base_url:
        return ""
    if choice.model.partition("/")[0] not in ("", OWN_SERVER):
        return f"A server of your own speaks OpenAI's protocol: its models are {OWN_SERVER}/…"
    try:
        choice.base_url = addresses.clean(choice.base_url)
    except NotAnAddress as problem:
        return str(problem)
    return ""


def _set_key(choice: ModelChoice, key: SecretStr) -> None:
    text = key.get_secret_value()
    if not text:
        choice.key, choice.key_for, choice.key_set_at = "", "", None
        return
    if len(text) > LONGEST_KEY or not text.isascii() or not text.isprintable() or " " in text:
        raise FieldError({"key": f"At most {LONGEST_KEY} plain characters, without spaces."})
    if not choice.model or choice.model == LOCAL:
        raise FieldError({"key": "First say which model it opens."})
    choice.key = sealing.seal(key, organization_id=choice.organization_id)
    choice.key_for = address_of(choice.model, choice.base_url)
    choice.key_set_at = clock.now()


def _said_of(key: SecretStr | None) -> str:
    if key is None:
        return ""
    return "set" if key.get_secret_value() else "removed"


def _sum_up(name: str, changed: list[str], key: SecretStr | None) -> str:
    said = [f"{', '.join(changed).replace('_', ' ')} changed"] if changed else []
    said += [f"key {_said_of(key)}"] if key is not None else []
    return f"The model of {name}: {'; '.join(said) or 'nothing changed'}"
