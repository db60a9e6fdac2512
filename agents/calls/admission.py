"""
Who is let in: one read in the call's own transaction, after the switch lock.

What a token or a session said is only who calls. Name, role, scope, limits and every switch are
read here, so that what was turned off a moment ago stops the call.
"""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection

from agents import personas
from agents.catalogue.registry import Tool
from agents.models import ToolSwitch
from agents.reading import recalling
from agents.reading.recalling import Recalled
from agents.tokens import NotLetIn
from audit import clock
from audit.actions import Refusal
from audit.actors import Actor, ActorKind
from audit.models import Outcome
from crm.models import Organization
from crm.permissions import Permission, allows
from pipelines import rows

USED_EVERY = timedelta(minutes=1)  # how exact `last_used_at` is


class Stopped(Refusal):
    """This is switched off."""

    outcome = Outcome.DENIED
    http = 403


class OutOfScope(Refusal):
    """This tool is not among those the caller may use."""

    outcome = Outcome.DENIED


@dataclass(frozen=True, kw_only=True)
class Caller:
    """
    Whoever was let in, and what the same read found besides.

    :param tools: the only tools it may use, and its persona's; None of a person
    :param owner_id: the user who answers for an agent
    :param earlier: digest and answer of the call that took effect under the same key
    :param was_refused: people refused calls of this tool by this caller
    :param has_policies: the organization may have policies of its own
    :param recalled: what an agent read of the marks that were asked for
    """

    actor: Actor
    organization: Organization
    tools: frozenset[str] | None = None
    persona: str = ""
    learning: bool = False
    owner_id: int | None = None
    earlier: tuple[str, dict[str, Any]] | None = None
    was_refused: bool = False
    has_policies: bool = True
    recalled: Recalled | None = None

    @property
    def is_agent(self) -> bool:
        return self.actor.kind is ActorKind.AGENT

    def may_use(self, tool: Tool) -> bool:
        """Whether scope, or a person's role, has room for `tool`."""
        if self.tools is None:
            return allows(self.actor, tool.needs)
        return tool.name in self.tools


_AGENT = """
    select {organization},
        s.off_at, s.because, t.id, t.revoked_at, t.expires_at, t.last_used_at, c.digest, c.answer,
        exists (select from approvals_approval r
            where r.organization_id = o.id and r.asked_by_kind = 'agent' and r.asked_by_id = a.id
              and r.tool = %(tool)s and r.decision = 'refused' and r.lifted_at is null),
        exists (select from approvals_policy y where y.organization_id = o.id),
        a.name, a.version, a.persona, a.scope, a.learning_mode, a.disabled_at, m.user_id,
        (select array_agg(p.pipeline_id) from agents_agentpipeline p where p.agent_id = a.id),
        {read}
    from agents_agent a
    join crm_organization o on o.id = a.organization_id
    left join crm_membership m on m.id = a.owner_id
"""
_PERSON = """
    select {organization},
        s.off_at, s.because, t.id, t.revoked_at, t.expires_at, t.last_used_at, c.digest, c.answer,
        false, true,
        coalesce(nullif(u.name, ''), u.email), m.role, m.ended_at, m.joined_at, u.is_active
    from crm_membership m
    join crm_organization o on o.id = m.organization_id
    join crm_user u on u.id = m.user_id
"""
_BESIDES = """
    left join agents_toolswitch s on s.organization_id = o.id and s.tool = %(tool)s
    left join agents_token t on t.digest = %(token)s
    left join agents_call c
        on c.organization_id = o.id and c.actor = %(actor)s and c.key = %(key)s
"""
_USED = """
    update agents_token set last_used_at = %s
    where id = (select id from agents_token where id = %s for update skip locked)
"""


def admit(
    by: Actor,
    *,
    tool: str = "",
    key: str = "",
    token: bytes | None = None,
    check: bool = True,
    written: frozenset[int] = frozenset(),
) -> Caller:
    """
    Let `by` in as who they are now.

    :param tool: the name of the tool that is called, if one is
    :param key: the call's idempotency key
    :param token: digest of the token that was shown, if one was
    :param check: refuse where a switch is off; else only find out who it is
    :param written: marks of what an agent writes; what it read of them is found out, too
    :raises NotLetIn: if the token is no longer good, or whoever it names is gone
    :raises Stopped: if agents, this agent or the tool are switched off
    """
    given = {
        "id": by.id,
        "organization": by.organization_id,
        "actor": by.ref,
        "tool": tool,
        "key": key or None,
        "token": token,
    }
    found = _read(by, given, written)
    width = len(rows.shape_of(Organization).columns)
    organization = rows.build(Organization, found[:width])
    off_at, because, *credential, digest, answer, refused, policies = found[width : width + 10]
    described = found[width + 10 :]
    if token is not None:
        _check_token(*credential)
    caller = Caller(
        organization=organization,
        earlier=(digest, json.loads(answer)) if digest else None,
        was_refused=refused,
        has_policies=policies,
        **_describe(by, described, written),
    )
    if organization.archived_at is not None:
        raise NotLetIn("This organization was archived.")
    if check:
        _check_switches(caller, described, tool, off_at, because)
    return caller


def _read(by: Actor, given: dict[str, Any], written: frozenset[int]) -> tuple[Any, ...]:
    """:raises NotLetIn: if there is no such agent or membership"""
    is_agent = by.kind is ActorKind.AGENT
    if is_agent:
        given |= recalling.ask(written, by.tenant_id)
    with connection.cursor() as cursor:
        cursor.execute(_sql(of_agent=is_agent), given)
        found: tuple[Any, ...] | None = cursor.fetchone()
    if found is None:
        raise NotLetIn("Whoever this was for is no longer here.")
    return found


@cache
def _sql(*, of_agent: bool) -> str:
    if of_agent:
        sql, where = _AGENT, "where a.id = %(id)s and a.organization_id = %(organization)s"
    else:
        sql, where = _PERSON, "where m.user_id = %(id)s and m.organization_id = %(organization)s"
    columns = rows.columns_of(Organization, "o")
    return (sql + _BESIDES + where).format(organization=columns, read=recalling.COLUMN)


def _describe(by: Actor, found: tuple[Any, ...], written: frozenset[int]) -> dict[str, Any]:
    """
    Return what a caller is, out of the columns of an agent or a person.

    :raises NotLetIn: if a person is no longer a member
    """
    if by.kind is ActorKind.AGENT:
        name, version, persona, scope, learning, _, owner_id, pipelines, read = found
        limits = None if pipelines is None else frozenset(pipelines)
        return {
            "actor": replace(by, name=name, version=version, pipelines=limits),
            "tools": frozenset(scope) or personas.get(persona).scope,
            "persona": persona,
            "learning": learning,
            "owner_id": owner_id,
            "recalled": recalling.read(read, written, by.tenant_id),
        }
    name, role, ended_at, joined_at, is_active = found
    if ended_at is not None or joined_at is None or not is_active:
        raise NotLetIn("This person is no longer a member.")
    return {"actor": replace(by, name=name, role=role)}


def _check_token(token_id: int | None, revoked_at: Any, expires_at: Any, used_at: Any) -> None:
    now = clock.real_now()
    if token_id is None:
        raise NotLetIn("No such token.")
    if revoked_at is not None:
        raise NotLetIn("This token was revoked.")
    if expires_at is not None and expires_at <= now:
        raise NotLetIn("This token has expired.")
    if used_at is None or now - used_at > USED_EVERY:
        with connection.cursor() as cursor:
            cursor.execute(_USED, [now, token_id])


def _check_switches(
    caller: Caller, found: tuple[Any, ...], tool: str, off_at: Any, because: str
) -> None:
    """:raises Stopped: if something is switched off"""
    if off_at is not None:
        raise _stopped(tool, because)
    if caller.actor.kind is not ActorKind.AGENT:
        return
    if caller.organization.agents_paused_at is not None:
        home = caller.organization
        until = f"the agents of {home.name} are switched on"
        raise Stopped(f"The agents of {home.name} are paused.", off=home.ref, until=until)
    if found[5] is not None:
        name = caller.actor.name
        raise Stopped(
            f"{name} is switched off.", off=caller.actor.ref, until=f"{name} is switched on"
        )


def check_scope(caller: Caller, tool: Tool) -> None:
    """:raises OutOfScope: if the caller may not use `tool`"""
    if caller.may_use(tool):
        return
    if caller.tools is None:
        says = f"Your role, {caller.actor.role}, may not {Permission(tool.needs)} here."
        raise OutOfScope(says, needs=str(tool.needs))
    raise OutOfScope(
        f"{caller.actor.name} may not use {tool.name}; it may use"
        f" {', '.join(sorted(caller.tools))}.",
        allowed=sorted(caller.tools),
    )


def check_applied(caller: Caller, tool: Tool) -> None:
    """
    Check that the caller may use a tool that another one applies to many records.

    :raises OutOfScope: if the caller may not use it
    :raises Stopped: if it is switched off
    """
    check_scope(caller, tool)
    off = ToolSwitch.objects.visible_to(caller.actor).filter(tool=tool.name, off_at__isnull=False)
    switch = off.first()
    if switch is not None:
        raise _stopped(tool.name, switch.because)


def _stopped(tool: str, because: str) -> Stopped:
    says = f"{tool} is switched off{f': {because}' if because else ''}."
    return Stopped(says, off=tool, until=f"{tool} is switched on")
