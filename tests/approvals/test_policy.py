"""Policy: what is allowed, asked and denied, and the words it is said in."""

from datetime import timedelta

import pytest

from approvals import learning
from approvals.models import Answer, Approval, Policy
from approvals.policy import judge
from approvals.proposals import Effect
from audit import clock
from audit.actions import action
from crm.models import Organization
from pipelines.models import Stage

pytestmark = pytest.mark.usefixtures("inside")

CONFIDENT = [{"field": "confidence", "op": ">=", "value": 0.5}]


@pytest.fixture
def policy(acme, ada):
    def write(**columns):
        with action("policies.write", by=ada):
            return Policy.objects.create(organization=acme, **({"key": "house"} | columns))

    return write


def judged(proposal):
    verdict = judge(proposal)
    return verdict.answer, verdict.because


# --- What ships -----------------------------------------------------------------------------------
def test_a_sure_agent_may_make_a_small_move(propose):
    assert judged(propose()) == (Answer.ALLOW, [])


def test_an_unsure_agent_asks(propose):
    assert judged(propose(confidence=0.6)) == (Answer.ASK, ["confidence 60 % is below 85 %"])


def test_exactly_85_percent_is_sure_enough(propose):
    assert judge(propose(confidence=0.85)).answer == Answer.ALLOW
    assert judged(propose(confidence=0.8499)) == (
        Answer.ASK,
        ["confidence 84.99 % is below 85 %"],
    )


def test_an_agent_that_does_not_say_how_confident_it_is_asks(propose):
    answer, because = judged(propose(confidence=None))

    assert (answer, because) == (Answer.ASK, ["it does not say how confident it is"])


def test_a_move_into_a_won_stage_asks(propose, won):
    assert judged(propose(to_stage=won)) == (
        Answer.ASK,
        ["it moves the deal into Customer, a won stage"],
    )


def test_a_deal_of_10_000_does_not_ask_and_one_above_does(propose, card, change):
    change(card, value_cents=1_000_000)
    assert judge(propose()).answer == Answer.ALLOW

    change(card, value_cents=1_200_000)
    assert judged(propose()) == (Answer.ASK, ["the deal is worth $12,000"])


def test_all_reasons_are_given(propose, card, change):
    change(card, value_cents=1_200_000)

    verdict = judge(propose(confidence=0.6))

    assert verdict.because == ["confidence 60 % is below 85 %", "the deal is worth $12,000"]


def test_value_is_compared_in_the_organizations_currency(propose, card, change, acme):
    change(card, value_cents=950_000, currency="EUR")
    change(acme, rates={"EUR": 1.08})

    assert judged(propose()) == (Answer.ASK, ["the deal is worth $10,260"])


def test_a_value_in_a_currency_without_a_rate_asks(propose, card, change):
    change(card, value_cents=100, currency="EUR")

    answer, because = judged(propose())

    assert (answer, because) == (
        Answer.ASK,
        ["what the deal is worth here is not known, for want of a rate"],
    )


def test_currencies_without_cents_are_compared_whole(propose, card, change, acme):
    change(acme, currency="JPY")
    change(card, value_cents=10_000, currency="JPY")
    assert judge(propose()).answer == Answer.ALLOW

    change(card, value_cents=10_001)
    assert judged(propose()) == (Answer.ASK, ["the deal is worth ¥10,001"])


def test_the_value_a_call_would_give_a_deal_counts(propose, card):
    arguments = {"position": card.ref, "value_cents": 2_000_000}

    assert judged(propose(arguments=arguments)) == (Answer.ASK, ["the deal is worth $20,000"])


@pytest.mark.parametrize(
    ("effect", "says"),
    [(Effect.EXTERNAL, "it reaches people outside"), (Effect.IRREVERSIBLE, "it cannot be undone")],
)
def test_what_cannot_be_taken_back_asks(propose, effect, says):
    assert judged(propose(effect=effect)) == (Answer.ASK, [says])


def test_25_records_do_not_ask_and_26_do(propose):
    assert judge(propose(records=25)).answer == Answer.ALLOW
    assert judged(propose(records=26)) == (Answer.ASK, ["it touches 26 records"])


def test_reads_are_never_queued(propose, won, policy):
    policy(answer=Answer.ASK)
    everything = {"effect": Effect.READ, "confidence": None, "records": 1000, "learning": True}

    assert judged(propose(to_stage=won, **everything)) == (Answer.ALLOW, [])


def test_reads_can_be_denied(propose, policy):
    policy(answer=Answer.DENY, tool="search_objects", because="nobody looks things up here")

    verdict = judged(propose(effect=Effect.READ, tool="search_objects"))

    assert verdict == (Answer.DENY, ["nobody looks things up here"])


def test_agents_ask_before_entering_a_stage_kept_for_people(propose, stage, change):
    change(stage("Qualified"), ai_can_automate=False)

    assert judged(propose(to_stage=Stage.objects.get(name="Qualified"))) == (
        Answer.ASK,
        ["agents do not move cards into Qualified without asking"],
    )


def test_whoever_may_not_decide_asks_before_a_stage_that_requires_approval(
    propose, stage, change, bob, mo, scout
):
    change(stage("Demo"), requires_approval=True)
    demo = Stage.objects.get(name="Demo")

    asks = (Answer.ASK, ["entering Demo requires approval"])
    assert judged(propose(by=bob, to_stage=demo)) == asks
    assert judged(propose(by=scout, to_stage=demo)) == asks
    assert judged(propose(by=mo, to_stage=demo)) == (Answer.ALLOW, [])


def test_people_answer_for_themselves(propose, bob, won):
    mine = propose(by=bob, to_stage=won, confidence=None, effect=Effect.IRREVERSIBLE, records=99)

    assert judged(mine) == (Answer.ALLOW, [])


# --- Learning -------------------------------------------------------------------------------------
@pytest.fixture
def decided(acme, ada, scout):
    """Write down past decisions on Scout's calls, the oldest first."""

    def write(*decisions, tool="move_contact", by=scout):
        now = clock.real_now()
        edited = {"arguments_as_decided": {}}
        with action("test.arrange", by=ada):
            Approval.objects.bulk_create(
                Approval(
                    organization=acme,
                    tool=tool,
                    tool_version="1",
                    effect="reversible",
                    call_digest=str(nth),
                    digest="",
                    asked_by_kind=by.kind,
                    asked_by_id=by.id,
                    asked_by_name=by.name,
                    decides_role="manager",
                    status="refused" if decision == "refused" else "granted",
                    decision=decision,
                    note="no" if decision == "refused" else "",
                    decided_by_id=ada.id,
                    decided_at=now + timedelta(seconds=nth),
                    expires_at=now + timedelta(days=1),
                    **(edited if decision == "edited" else {}),
                )
                for nth, decision in enumerate(decisions)
            )

    return write


def test_an_agent_that_learns_asks_for_everything(propose):
    assert judged(propose(learning=True)) == (
        Answer.ASK,
        ["the agent is still learning to use “Move contact”"],
    )


def test_20_decisions_with_90_percent_approved_unedited_end_learning(propose, decided):
    decided(*["granted"] * 9, "edited", *["granted"] * 9, "refused")

    assert judge(propose(learning=True)).answer == Answer.ALLOW


def test_19_decisions_are_not_enough(propose, decided):
    decided(*["granted"] * 19)

    assert judge(propose(learning=True)).answer == Answer.ASK


def test_an_edit_counts_against_the_agent(propose, decided):
    decided(*["granted"] * 17, "edited", "edited", "refused")

    assert judge(propose(learning=True)).answer == Answer.ASK


def test_the_latest_20_decisions_count(propose, decided):
    decided(*["granted"] * 20, *["refused"] * 3)

    assert judge(propose(learning=True)).answer == Answer.ASK


def test_lessons_are_learned_per_tool_and_agent(propose, decided, scout, bob):
    decided(*["granted"] * 20, tool="score_contact")
    decided(*["granted"] * 20, by=bob)

    assert judge(propose(learning=True)).answer == Answer.ASK
    assert len(learning.find_lessons(scout, tool="score_contact")) == 20


# --- Policies -------------------------------------------------------------------------------------
def test_a_policy_is_a_row(propose, policy):
    policy(key="friday", answer=Answer.DENY, because="not on a Friday")

    assert judged(propose()) == (Answer.DENY, ["not on a Friday"])


def test_the_organization_can_raise_a_threshold(propose, policy):
    policy(
        key="value",
        when=[
            {"field": "by_person", "op": "=", "value": False},
            {"field": "value_in_organization_currency", "op": ">", "value": 1_000},
        ],
        because="the deal is worth {value_in_organization_currency}, above {nothing}",
    )

    assert judged(propose()) == (Answer.ASK, ["the deal is worth $5,000, above {nothing}"])


def test_the_organization_can_lower_a_threshold(propose, policy):
    policy(key="confidence", when=[{"field": "confidence", "op": "<", "value": 0.5}])

    assert judge(propose(confidence=0.6)).answer == Answer.ALLOW
    assert judged(propose(confidence=0.4)) == (Answer.ASK, ["confidence 40 % is below 50 %"])


def test_a_lower_threshold_still_wants_confidence_to_be_said(propose, policy):
    policy(key="confidence", when=[{"field": "confidence", "op": "<", "value": 0.5}])

    assert judge(propose(confidence=None)).answer == Answer.ASK


def test_a_policy_reads_out_its_comparisons_where_it_has_no_words(propose, policy):
    policy(
        when=[
            {"field": "by_agent", "op": "=", "value": True},
            {"field": "tool", "op": "in", "value": ["move_contact", "score_contact"]},
            {"field": "value_in_organization_currency", "op": ">=", "value": 5000},
        ]
    )

    assert judge(propose()).because == [
        "the tool “Move contact” is one of “Move contact”, “Score contact”"
        " and what the deal is worth $5,000 is at least $5,000"
    ]


@pytest.mark.parametrize("scope", ["stage", "pipeline", "agent"])
def test_a_narrower_scope_wins(propose, policy, scope, scout, sales, stage):
    policy(key="won", answer=Answer.ASK, because="house")
    columns = {
        "stage": {"stage": stage("Qualified"), "pipeline": sales},
        "pipeline": {"pipeline": sales},
        "agent": {"agent_id": scout.id},
    }
    policy(key="won", answer=Answer.DENY, because=scope, **columns[scope])

    assert judged(propose()) == (Answer.DENY, [scope])


def test_a_policy_of_another_stage_agent_or_tool_says_nothing(propose, policy, sales, stage):
    policy(key="a", answer=Answer.DENY, stage=stage("Demo"), pipeline=sales)
    policy(key="b", answer=Answer.DENY, agent_id=8)
    policy(key="c", answer=Answer.DENY, tool="score_contact")

    assert judge(propose()).answer == Answer.ALLOW


def test_a_policy_for_an_agent_does_not_bind_the_person_of_that_number(
    propose, policy, bob, acme, ada
):
    policy(answer=Answer.DENY, agent_id=bob.id)

    assert judge(propose(by=bob)).answer == Answer.ALLOW


def test_the_strictest_answer_across_keys_counts(propose, policy):
    policy(key="a", answer=Answer.ALLOW)
    policy(key="b", answer=Answer.ASK, because="b")
    assert judged(propose()) == (Answer.ASK, ["b"])

    policy(key="c", answer=Answer.DENY, because="c")
    assert judged(propose()) == (Answer.DENY, ["c"])


def test_allowing_one_thing_does_not_allow_the_rest(propose, policy):
    policy(key="moves", answer=Answer.ALLOW, tool="move_contact")

    assert judge(propose(effect=Effect.EXTERNAL)).answer == Answer.ASK
    assert judge(propose(confidence=0.1)).answer == Answer.ASK


def test_a_switched_off_or_expired_policy_says_nothing(propose, policy):
    past = clock.real_now() - timedelta(seconds=1)
    policy(key="a", answer=Answer.DENY, disabled_at=past)
    policy(key="b", answer=Answer.DENY, expires_at=past)

    assert judge(propose()).answer == Answer.ALLOW


def test_with_no_rule_left_the_effect_decides(propose, policy):
    policy(key="effect", when=[{"field": "records", "op": ">", "value": 5}])

    assert judged(propose(effect=Effect.IRREVERSIBLE)) == (Answer.ASK, ["it cannot be undone"])
    assert judge(propose()).answer == Answer.ALLOW


# --- Claims ---------------------------------------------------------------------------------------
def test_a_claim_never_allows(propose, policy):
    policy(key="effect", answer=Answer.ALLOW, when=CONFIDENT)

    assert judge(propose(effect=Effect.EXTERNAL, confidence=1.0)).answer == Answer.ASK


def test_a_rule_about_claims_does_not_displace_one_about_facts(propose, policy, won):
    policy(key="won", when=[{"field": "confidence", "op": "<", "value": 0.95}])

    assert judge(propose(to_stage=won, confidence=0.99)).answer == Answer.ASK


def test_claims_can_make_the_answer_stricter(propose, policy):
    policy(when=[{"field": "claims", "op": "contains", "value": "auto_approve"}], because="it says")

    assert judge(propose()).answer == Answer.ALLOW
    assert judged(propose(claims={"auto_approve": True})) == (Answer.ASK, ["it says"])


def test_people_can_exempt_a_tool_from_saying_how_confident_it_is(propose, policy):
    policy(key="confidence", answer=Answer.ALLOW, tool="move_contact")

    assert judge(propose(confidence=None)).answer == Answer.ALLOW


# --- What is kept of it ---------------------------------------------------------------------------
def test_the_trace_keeps_every_comparison(propose):
    trace = judge(propose(confidence=0.6)).trace

    assert {
        "policy": "confidence",
        "policy_id": None,
        "scope": "shipped",
        "field": "confidence",
        "operator": "<",
        "threshold": 0.85,
        "actual": 0.6,
        "result": True,
        "answer": "ask",
    } in trace
    assert {line["policy"] for line in trace} >= {"won", "value", "records", "effect", "learning"}


def test_the_trace_says_when_the_effect_decided(propose):
    assert (
        judge(propose()).trace[-1] | {"answer": "allow", "scope": "effect"}
        == judge(propose()).trace[-1]
    )


def test_policy_says_who_decides(propose, policy):
    assert judge(propose(confidence=0.5)).decides_role == "manager"

    policy(key="owners", decides_role="owner")
    assert judge(propose(confidence=0.5)).decides_role == "owner"


def test_policy_can_name_who_decides(propose, policy, bob, vi):
    policy(key="bobs", decides_member_id=bob.membership_id)
    assert judge(propose()).decides_member_id == bob.membership_id

    policy(key="vis", decides_member_id=vi.membership_id)
    both = judge(propose())
    assert (both.decides_member_id, both.decides_role) == (None, "owner")


def test_a_judgement_costs_one_query(propose, django_assert_num_queries, acme):
    proposal = propose(organization=Organization.objects.get(pk=acme.pk), confidence=0.5)

    with django_assert_num_queries(1):
        judge(proposal)


def test_a_learning_agents_judgement_costs_two(propose, django_assert_num_queries, acme):
    proposal = propose(organization=Organization.objects.get(pk=acme.pk), learning=True)

    with django_assert_num_queries(2):
        judge(proposal)


# --- Rules that cannot be read --------------------------------------------------------------------
@pytest.mark.parametrize(
    "when",
    [
        [{"field": "phase_of_the_moon", "op": "=", "value": "full"}],
        [{"field": "records", "op": "~", "value": 1}],
        [{"field": "records", "op": "<", "value": "many"}],
        ["nonsense"],
        {"field": "records"},
    ],
)
def test_a_rule_that_cannot_be_read_lets_nothing_pass(propose, policy, when):
    policy(key="effect", answer=Answer.ALLOW, when=when)
    policy(key="broken", answer=Answer.DENY, when=when, because="better safe")

    assert judged(propose(effect=Effect.EXTERNAL)) == (Answer.DENY, ["better safe"])
