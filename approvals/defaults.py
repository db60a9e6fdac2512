"""
The rules every organization starts with. A policy of the same key takes the place of one.

They bind agents and automations. People answer for what they do themselves, with one exception: a
move into a stage that requires approval is approved, unless whoever moves may decide.
"""

from approvals.models import Answer
from approvals.rules import Comparison, Rule

SURE_ENOUGH = 0.85  # claimed confidence, 0 to 1
BIG_DEAL = 10_000  # whole units of the organization's currency
MANY = 25  # records

# What rules of these keys ask for is not for the agent's own owner to decide.
HIGH_RISK = frozenset({"won", "value", "effect", "records"})

BY_AGENT: Comparison = {"field": "by_agent", "op": "=", "value": True}
NOT_BY_PERSON: Comparison = {"field": "by_person", "op": "=", "value": False}
REACHES_OUT: Comparison = {"field": "effect", "op": "=", "value": "external"}
CANNOT_BE_UNDONE: Comparison = {"field": "effect", "op": "=", "value": "irreversible"}
CHANGES_RULES: Comparison = {"field": "changes_rules", "op": "=", "value": True}
SEVERAL: Comparison = {"field": "records", "op": ">", "value": 1}
# What was read in a record is somebody else's: it goes nowhere without a person who sees where it
# came from. A reversible change of one record that carries it is only marked.
TAINTED: Comparison = {"field": "tainted", "op": "=", "value": True}
UNTRUSTED_REACH: Comparison = {"field": "untrusted_reach", "op": "=", "value": True}
STEERED: Comparison = {"field": "steered", "op": "=", "value": True}

SHIPPED: tuple[Rule, ...] = (
    Rule(
        key="won",
        answer=Answer.ASK,
        when=(NOT_BY_PERSON, {"field": "enters_won_stage", "op": "=", "value": True}),
        because="it moves the deal into {to_stage}, a won stage",
    ),
    Rule(
        key="confidence",
        answer=Answer.ASK,
        when=(BY_AGENT, {"field": "confidence", "op": "<", "value": SURE_ENOUGH}),
    ),
    Rule(
        key="value",
        answer=Answer.ASK,
        when=(
            NOT_BY_PERSON,
            {"field": "value_in_organization_currency", "op": ">", "value": BIG_DEAL},
        ),
        because="the deal is worth {value_in_organization_currency}",
    ),
    Rule(
        key="effect",
        answer=Answer.ASK,
        when=(NOT_BY_PERSON, REACHES_OUT),
        because="it reaches people outside",
    ),
    Rule(
        key="effect",
        answer=Answer.ASK,
        when=(NOT_BY_PERSON, CANNOT_BE_UNDONE),
        because="it cannot be undone",
    ),
    Rule(
        key="records",
        answer=Answer.ASK,
        when=(NOT_BY_PERSON, {"field": "records", "op": ">", "value": MANY}),
        because="it touches {records} records",
    ),
    Rule(
        key="rules",
        answer=Answer.ASK,
        when=(NOT_BY_PERSON, CHANGES_RULES),
        because="it changes rules that bind agents, too",
    ),
    *(
        Rule(key="taint", answer=Answer.ASK, when=(NOT_BY_PERSON, *when), because=because)
        for when, because in (
            (
                (UNTRUSTED_REACH,),
                "where it leads, or what it sets up, was read in {read_in}",
            ),
            ((TAINTED, REACHES_OUT), "it carries text read in {read_in}"),
            ((TAINTED, CANNOT_BE_UNDONE), "it carries text read in {read_in}"),
            ((TAINTED, SEVERAL), "it carries text read in {read_in}"),
            ((TAINTED, CHANGES_RULES), "it carries text read in {read_in}"),
            ((STEERED,), "it is about {records} records, and may be what {read_in} asked for"),
        )
    ),
    Rule(
        key="learning",
        answer=Answer.ASK,
        when=(BY_AGENT, {"field": "learning", "op": "=", "value": True}),
        because="the agent is still learning to use {tool}",
    ),
    Rule(
        key="stage_approval",
        answer=Answer.ASK,
        when=(
            {"field": "stage_requires_approval", "op": "=", "value": True},
            {"field": "may_decide", "op": "=", "value": False},
        ),
        because="entering {to_stage} requires approval",
    ),
    Rule(
        key="automation",
        answer=Answer.ASK,
        when=(NOT_BY_PERSON, {"field": "stage_ai_can_automate", "op": "=", "value": False}),
        because="agents do not move cards into {to_stage} without asking",
    ),
)
