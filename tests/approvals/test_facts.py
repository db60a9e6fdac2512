"""The catalogue of facts: what every member has."""

import ast
import json
from pathlib import Path

import pytest

from approvals import facts
from approvals.defaults import HIGH_RISK, SHIPPED
from approvals.facts import FACTS, DuplicateFact, Kind, fact, find_binding
from approvals.models import Answer
from approvals.rules import Scope
from approvals.sentences import PLACE

FOLDER = Path(facts.__file__).parent

VALUES = {
    Kind.TEXT: str,
    Kind.NAME: str,
    Kind.NUMBER: int,
    Kind.SHARE: float | None,
    Kind.MONEY: float | None,
    Kind.YES_NO: bool,
    Kind.LIST: list,
}


def declared():
    for path in FOLDER.glob("[a-z]*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                yield node.name


def test_every_function_that_is_declared_a_fact_is_in_the_catalogue():
    assert set(declared()) == set(FACTS)


def test_facts_that_are_expected_are_there():
    assert set(FACTS) >= {
        "tool",
        "effect",
        "records",
        "confidence",
        "claims",
        "by_agent",
        "learning",
        "value_in_organization_currency",
        "enters_won_stage",
        "stage_requires_approval",
        "stage_ai_can_automate",
        "do_not_contact",
    }


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_fact_has_a_label_that_fits_into_a_sentence(name):
    label = FACTS[name].label

    assert label
    assert label[0].islower()
    assert not label.endswith(".")
    assert len(label) <= 60


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_fact_finds_a_value_of_its_kind_that_fits_into_json(inside, propose, name):
    value = FACTS[name].find(propose())

    assert isinstance(value, VALUES[FACTS[name].kind])
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_fact_knows_what_to_say_of_a_call_about_nothing(inside, propose, name):
    nothing = propose(position=None, to_stage=None, subject=None, arguments={}, confidence=None)

    value = FACTS[name].find(nothing)

    assert value is not None or FACTS[name].unknown


def test_claims_and_lessons_bind_no_decision():
    assert not FACTS["confidence"].binds
    assert not FACTS["claims"].binds
    assert not FACTS["learning"].binds


def test_what_policy_reads_of_our_own_rows_binds_a_decision(inside, propose):
    assert set(find_binding(propose())) >= {
        "stage",
        "records",
        "value_in_organization_currency",
        "enters_won_stage",
        "stage_requires_approval",
        "do_not_contact",
    }


def test_a_fact_cannot_be_declared_twice():
    def confidence(proposal):
        """Another one."""

    with pytest.raises(DuplicateFact):
        fact(Kind.SHARE)(confidence)


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.key)
def test_a_shipped_rule_reads_facts_there_are(rule):
    read = {each["field"] for each in rule.when} | set(PLACE.findall(rule.because))

    assert read <= set(FACTS)
    assert (rule.answer, rule.scope) == (Answer.ASK, Scope.SHIPPED)


def test_what_is_a_high_risk_ships_with_a_rule():
    assert {rule.key for rule in SHIPPED} >= HIGH_RISK


def test_a_contact_who_wants_no_contact_is_known(inside, propose, grace, change):
    change(grace, do_not_contact=True)

    assert FACTS["do_not_contact"].find(propose(subject=grace, position=None)) is True
