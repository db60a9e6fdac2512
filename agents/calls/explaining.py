"""What would become of a call, and what would make it run by itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agents.calls import admission, dispatch, previews, reach, results, tainting
from agents.calls.admission import Caller
from agents.calls.calls import Call
from agents.catalogue import registry
from agents.catalogue.context import Context
from agents.catalogue.registry import Tool
from approvals import approvals, learning
from approvals.facts import FACTS
from approvals.models import Answer
from approvals.policy import Verdict
from approvals.proposals import Proposal
from audit.actions import Refusal
from crm.fields import FieldError

# What would have to hold instead, where a comparison made the answer stricter.
INSTEAD = {
    "<": "{label} of at least {threshold}",
    "<=": "{label} above {threshold}",
    ">": "{label} of at most {threshold}",
    ">=": "{label} below {threshold}",
}


def explain(
    context: Context, name: str, arguments: Mapping[str, Any], *, confidence: float | None
) -> dict[str, Any]:
    """
    Return what would become of a call by `context.by`, as `explain_policy` answers it.

    :param confidence: that would be claimed, 0 to 1; that of the present call where it is None

    :raises NoSuchTool: if there is none of that name
    :raises BadArguments: if the arguments do not fit it
    """
    caller = admission.admit(context.by, tool=name, check=False)
    confidence = context.confidence if confidence is None else confidence
    tool = registry.TOOLS.get(name)
    if tool is None:
        raise registry.no_such_tool(name, among=caller.tools)
    read = tool.signature.read(arguments)
    call = Call(
        by=context.by,
        name=name,
        arguments=arguments,
        reason=context.reason,
        confidence=confidence,
    )
    asked = Context(
        tool=name,
        by=caller.actor,
        organization=caller.organization,
        reason=context.reason,
        confidence=confidence,
    )
    try:
        admission.admit(context.by, tool=name)
        admission.check_scope(caller, tool)
        about = tool.find_about(asked, read)
        reach.check(tool, about, by=caller.actor)
        proposal = replace(
            dispatch.propose(tool, about, read, caller=caller, call=call),
            taints=tainting.find(tool, about, read, caller=caller),
        )
    except (registry.NoSuchTool, admission.Stopped, admission.OutOfScope) as refusal:
        return _refused(tool, refusal)
    except Refusal as refusal:
        if results.of_refusal(refusal).http in (400, 404):
            raise
        return _refused(tool, refusal)
    return _judge(tool, proposal, caller)


def _judge(tool: Tool, proposal: Proposal, caller: Caller) -> dict[str, Any]:
    verdict = dispatch.judge(proposal)
    told = _tell(tool, verdict)
    if verdict.answer == Answer.DENY:
        return told | {"would": "be_denied"}
    if (refused := _find_refusal(tool, proposal, caller)) is not None:
        return told | _refused(tool, refused) | {"compared": told["compared"]}
    waits = verdict.answer == Answer.ASK
    return told | {
        "would": "wait" if waits else "run",
        "automatic_if": _find_ways(verdict, proposal) if waits else [],
    }


def _find_refusal(tool: Tool, proposal: Proposal, caller: Caller) -> Refusal | None:
    """Return what would refuse the call beside policy: a person did already, or the data do."""
    if caller.was_refused and (rejected := approvals.find_rejection(proposal)) is not None:
        return approvals.refused_before(rejected)
    if not tool.writes:
        return None
    try:
        previews.show(proposal)
    except (Refusal, FieldError) as refusal:
        return refusal
    return None


def _tell(tool: Tool, verdict: Verdict) -> dict[str, Any]:
    compared = [
        {
            **{key: line[key] for key in ("policy", "scope", "field", "operator", "threshold")},
            "actual": line["actual"],
            "holds": line["result"],
            "answer": line["answer"],
        }
        for line in verdict.trace
    ]
    return {
        "tool": tool.name,
        "because": verdict.because,
        "decides": verdict.decides_role if verdict.answer == Answer.ASK else None,
        "automatic_if": [],
        "compared": compared,
    }


def _refused(tool: Tool, refusal: Refusal) -> dict[str, Any]:
    denied = refusal.outcome == "denied"
    return {
        "tool": tool.name,
        "would": "be_denied" if denied else "be_refused",
        "because": [str(refusal).removesuffix(".")],
        "decides": None,
        "automatic_if": [],
        "compared": [],
    }


def _find_ways(verdict: Verdict, proposal: Proposal) -> list[str]:
    """Return, for each rule that asks, what would have to be otherwise."""
    asking = [line for line in verdict.trace if line["result"] and line["answer"] == Answer.ASK]
    keys = dict.fromkeys(line["policy"] for line in asking if _speaks(line, verdict))
    ways = []
    for key in keys:
        lines = [line for line in asking if line["policy"] == key]
        ways += list(dict.fromkeys(_instead(line, proposal) for line in lines))
        if key:
            ways.append(f"or a policy of the key {key} that allows it, from a manager")
    return [way for way in ways if way] or ["a policy that allows it, from a manager"]


def _speaks(line: Mapping[str, Any], verdict: Verdict) -> bool:
    """Whether every comparison of the line's rule holds."""
    same = [
        each
        for each in verdict.trace
        if (each["policy"], each["policy_id"]) == (line["policy"], line["policy_id"])
        and each["answer"] == line["answer"]
    ]
    return line["policy"] == "effect" or all(each["result"] for each in same)


def _instead(line: Mapping[str, Any], proposal: Proposal) -> str:
    if line["field"] == "learning":
        latest = learning.find_lessons(proposal.by, tool=proposal.tool)
        agreed = latest.count("granted")
        return (
            f"once people approved {learning.AGREED} of the latest {learning.LESSONS} calls of"
            f" {proposal.tool} as they were ({agreed} of {len(latest)} so far)"
        )
    if line["operator"] not in INSTEAD:
        return ""
    label = FACTS[line["field"]].label if line["field"] in FACTS else line["field"]
    return INSTEAD[line["operator"]].format(label=label, threshold=line["threshold"])
