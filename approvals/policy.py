"""
Policy: may this be done, must somebody be asked, or not at all?

It decides on facts of our own. What a caller claims can only make the answer stricter, and what is
not known never lets anything pass.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from approvals import sentences
from approvals.comparing import compare
from approvals.defaults import HIGH_RISK, SHIPPED
from approvals.facts import Findings
from approvals.models import Answer
from approvals.proposals import Effect, Proposal, canonical
from approvals.rules import Rule, Scope, read_rule
from audit import clock
from audit.actions import PLAIN
from audit.actors import ActorKind
from crm.models import Role

MOST_NAMED = 3  # records, in a reason that is some records' own
MOST_TRACED = 100  # comparisons of single records, in the trace of a call about many

STRICTNESS = {Answer.ALLOW: 0, Answer.ASK: 1, Answer.DENY: 2}

# What holds where no rule says anything.
BY_EFFECT = {
    Effect.READ: Answer.ALLOW,
    Effect.REVERSIBLE: Answer.ALLOW,
    Effect.EXTERNAL: Answer.ASK,
    Effect.IRREVERSIBLE: Answer.ASK,
}
EFFECT_SAYS = {
    Effect.EXTERNAL: "it reaches people outside",
    Effect.IRREVERSIBLE: "it cannot be undone",
}


# Written by hand, because every call of every tool waits for it. Not `visible_to`: a policy of a
# closed board binds those, too, who may not see it.
_IN_FORCE = """
    select id, key, answer, "when", because, tool, agent_id, pipeline_id, stage_id, decides_role,
        decides_member_id
    from approvals_policy
    where organization_id = %s and disabled_at is null and (expires_at is null or expires_at > %s)
        and tool in ('', %s) and (agent_id is null or agent_id = %s)
        and (pipeline_id is null or pipeline_id = %s) and (stage_id is null or stage_id = %s)
    order by id
"""


FindPolicies = Callable[[Proposal], list[Rule]]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """
    What policy answers, and how it came to it.

    :param because: sentences for people, without full stop
    :param trace: each comparison that was made: policy, scope, field, operator, threshold, actual,
        result and the answer it would lead to
    :param decides_role: who decides, where it asks: that role or a higher one
    :param decides_member_id: the membership of whoever decides instead, or an owner
    :param high_risk: not for the agent's own owner to decide
    """

    answer: Answer
    because: list[str]
    trace: list[dict[str, Any]]
    decides_role: str = Role.MANAGER.value
    decides_member_id: int | None = None
    high_risk: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as the ledger keeps it."""
        return {
            "answer": self.answer.value,
            "because": self.because,
            "decides": self.decides_role if self.answer == Answer.ASK else None,
            "trace": self.trace,
        }


@dataclass(frozen=True, kw_only=True)
class Check:
    """One rule held against one proposal."""

    rule: Rule
    comparisons: list[dict[str, Any]]

    @property
    def holds(self) -> bool:
        return all(each["holds"] for each in self.comparisons)


def judge(proposal: Proposal) -> Verdict:
    """
    Say whether `proposal` may be done; of many records, the strictest answer of any decides.

    See `judge_one`; each record is judged as if the call were about it alone.
    """
    verdict = judge_one(proposal)
    if not proposal.parts:
        return verdict
    # What is in force is the same for records that stand alike, and is asked for once.
    in_force = cache_of_policies()
    return _join(verdict, [(part.title, judge_one(part, find=in_force)) for part in proposal.parts])


def cache_of_policies() -> FindPolicies:
    """Return a `find_policies` that asks once for all proposals that the same rules are about."""
    known: dict[tuple[Any, ...], list[Rule]] = {}

    def find(proposal: Proposal) -> list[Rule]:
        about = _scope_of(proposal)
        if about not in known:
            known[about] = find_policies(proposal)
        return known[about]

    return find


def judge_one(proposal: Proposal, *, find: FindPolicies | None = None) -> Verdict:
    """
    Say whether `proposal` may be done, needs a person, or is denied.

    Per key the narrowest rule speaks, then the strictest answer counts; where no rule says
    anything, the effect of the tool decides. Reads are never queued, only allowed or denied.
    Costs one query for the policies, and one more for an agent that may still be learning.

    :param find: finds the rules in force; `find_policies`, if not given
    """
    findings = Findings(proposal)
    own = (find or find_policies)(proposal)
    rules = find_governing([*own, *SHIPPED]) if own else _SHIPPED_ALONE
    if proposal.effect is Effect.READ:
        rules = [rule for rule in rules if rule.answer == Answer.DENY]
    checks = [Check(rule=rule, comparisons=compare(rule, findings)) for rule in rules]
    held = [check for check in checks if check.holds]
    answer = strictest(check.rule.answer for check in held) or default_of(proposal)
    speaking = [check for check in held if check.rule.answer == answer]
    return Verdict(
        answer=answer,
        because=_say(answer, speaking, findings),
        trace=_trace(checks, proposal, decided=bool(held)),
        decides_role=_find_role(speaking),
        decides_member_id=_find_member(speaking),
        high_risk=answer == Answer.ASK and _is_high_risk(held, proposal),
    )


def find_policies(proposal: Proposal) -> list[Rule]:
    """Return the organization's rules that are in force and in scope, in one query at most."""
    if proposal.no_policies:
        return []
    organization, *scope, _ = _scope_of(proposal)
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [organization, clock.real_now(), *scope])
        return [read_rule(row) for row in cursor.fetchall()]


def _scope_of(proposal: Proposal) -> tuple[Any, ...]:
    """Return what decides which rules are about a proposal."""
    return (
        *(proposal.organization_id, proposal.tool, _agent_id(proposal)),
        *(proposal.pipeline_id, proposal.stage_id, proposal.no_policies),
    )


def find_governing(rules: Iterable[Rule]) -> list[Rule]:
    """
    Return the rules that speak: of each key the narrowest.

    A rule that reads claims never displaces a wider one that does not, and never allows, so that
    nobody can talk the answer down. Of two equally narrow rules both speak.
    """
    by_key: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        if not (rule.reads_claims and rule.answer == Answer.ALLOW):
            by_key[rule.key].append(rule)
    return [rule for same in by_key.values() for rule in _narrowest(same)]


def _narrowest(rules: Sequence[Rule]) -> list[Rule]:
    ours = [rule for rule in rules if not rule.reads_claims]
    narrowest = min((rule.level for rule in ours), default=(Scope.SHIPPED + 1, True))
    stricter = [rule for rule in rules if rule.reads_claims and rule.level <= narrowest]
    first = min((rule.level for rule in stricter), default=None)
    return [rule for rule in ours if rule.level == narrowest] + [
        rule for rule in stricter if rule.level == first
    ]


def strictest(answers: Iterable[Answer]) -> Answer | None:
    """Return the strictest of `answers`; None of none."""
    return max(answers, key=lambda answer: STRICTNESS[answer], default=None)


def default_of(proposal: Proposal) -> Answer:
    """Return what holds where no rule says anything: people answer for themselves."""
    return Answer.ALLOW if proposal.by.is_person else BY_EFFECT[proposal.effect]


def _agent_id(proposal: Proposal) -> int | None:
    return proposal.by.id if proposal.by.kind is ActorKind.AGENT else None


def _is_high_risk(held: Iterable[Check], proposal: Proposal) -> bool:
    reaches = not proposal.by.is_person and BY_EFFECT[proposal.effect] == Answer.ASK
    return reaches or any(check.rule.key in HIGH_RISK for check in held)


def _say(answer: Answer, speaking: Sequence[Check], findings: Findings) -> list[str]:
    if answer == Answer.ALLOW:
        return []
    said = [sentences.say(check.rule, check.comparisons, findings) for check in speaking]
    return list(dict.fromkeys(said)) or [EFFECT_SAYS[findings.proposal.effect]]


def _find_role(speaking: Sequence[Check]) -> str:
    """Return the higher role; owners where rules name different members."""
    if len({check.rule.decides_member_id for check in speaking} - {None}) > 1:
        return Role.OWNER.value
    roles = [check.rule.decides_role for check in speaking]
    return Role.OWNER.value if Role.OWNER in roles else Role.MANAGER.value


def _find_member(speaking: Sequence[Check]) -> int | None:
    members = {check.rule.decides_member_id for check in speaking} - {None}
    return members.pop() if len(members) == 1 else None


def _join(whole: Verdict, parts: Sequence[tuple[str, Verdict]]) -> Verdict:
    """Return the strictest of the verdicts on a call and on each of its records, by title."""
    answer = strictest(verdict.answer for verdict in (whole, *(each for _, each in parts)))
    if answer is None or answer == Answer.ALLOW:
        return whole
    mine = whole.because if whole.answer == answer else []
    speaking = [(title, verdict) for title, verdict in parts if verdict.answer == answer]
    verdicts = [verdict for _, verdict in speaking] + [whole] * (whole.answer == answer)
    members = {verdict.decides_member_id for verdict in verdicts} - {None}
    owners = len(members) > 1 or any(each.decides_role == Role.OWNER for each in verdicts)
    lines = [
        line | {"record": title}
        for title, verdict in speaking
        for line in verdict.trace
        if line["result"] and line["answer"] == answer
    ]
    return Verdict(
        answer=answer,
        because=[*mine, *_say_of_each(speaking, but=mine)],
        trace=[*whole.trace, *lines[:MOST_TRACED]],
        decides_role=Role.OWNER.value if owners else Role.MANAGER.value,
        decides_member_id=members.pop() if len(members) == 1 else None,
        high_risk=any(verdict.high_risk for verdict in verdicts),
    )


def _say_of_each(speaking: Sequence[tuple[str, Verdict]], *, but: Sequence[str]) -> list[str]:
    """Return each reason that is not the whole call's with the records it is said of."""
    said: dict[str, list[str]] = defaultdict(list)
    for title, verdict in speaking:
        for reason in verdict.because:
            said[reason].append(title)
    return [
        f"{reason} ({', '.join(titles[:MOST_NAMED])}"
        + (f" and {len(titles) - MOST_NAMED} more)" if len(titles) > MOST_NAMED else ")")
        for reason, titles in said.items()
        if reason not in but
    ]


def _trace(checks: Sequence[Check], proposal: Proposal, *, decided: bool) -> list[dict[str, Any]]:
    lines = [line for check in checks for line in _lines(check)]
    if not decided:
        effect = proposal.effect.value
        lines.append(
            {
                "policy": "",
                "policy_id": None,
                "scope": "effect",
                "field": "effect",
                "operator": "=",
                "threshold": effect,
                "actual": effect,
                "result": True,
                "answer": default_of(proposal).value,
            }
        )
    return lines


def _lines(check: Check) -> list[dict[str, Any]]:
    always = [{"field": "", "op": "", "value": None, "actual": None, "holds": True}]
    return [
        {
            **check.rule.named,
            "field": each["field"],
            "operator": each["op"],
            "threshold": each["value"],
            "actual": each["actual"]
            if type(each["actual"]) in PLAIN
            else canonical(each["actual"]),
            "result": each["holds"],
        }
        for each in check.comparisons or always
    ]


_SHIPPED_ALONE = find_governing(SHIPPED)
