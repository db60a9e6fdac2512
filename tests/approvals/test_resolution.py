"""The order in which rules speak, as properties: narrowest per key, then strictest across keys."""

from hypothesis import given
from hypothesis import strategies as st

from approvals.models import Answer
from approvals.policy import STRICTNESS, find_governing, strictest
from approvals.rules import Rule, Scope

FACT = ({"field": "records", "op": ">", "value": 1},)
CLAIM = ({"field": "confidence", "op": "<", "value": 0.5},)


def rule(key, answer, scope, tool, when):
    return Rule(key=key, answer=answer, scope=scope, tool=tool, when=when)


anything = st.builds(
    rule,
    key=st.sampled_from("abc"),
    answer=st.sampled_from(list(Answer)),
    scope=st.sampled_from(list(Scope)),
    tool=st.sampled_from(["", "move_contact"]),
    when=st.sampled_from([(), FACT, CLAIM]),
)
of_facts = anything.filter(lambda each: not each.reads_claims)
of_claims = anything.filter(lambda each: each.reads_claims)


@given(st.lists(of_facts, max_size=12))
def test_of_each_key_only_the_narrowest_speak(rules):
    speaking = find_governing(rules)

    for key in {each.key for each in rules}:
        same = [each for each in rules if each.key == key]
        narrowest = min((each.scope, each.tool == "") for each in same)
        expected = [each for each in same if (each.scope, each.tool == "") == narrowest]
        assert [each for each in speaking if each.key == key] == expected


@given(st.lists(anything, max_size=12), of_claims)
def test_a_rule_about_claims_silences_none_about_facts(rules, claims):
    before = [each for each in find_governing(rules) if not each.reads_claims]
    after = [each for each in find_governing([*rules, claims]) if not each.reads_claims]

    assert after == before


@given(st.lists(anything, max_size=12))
def test_no_rule_about_claims_allows(rules):
    speaking = find_governing(rules)

    assert not any(each.reads_claims and each.answer == Answer.ALLOW for each in speaking)


@given(st.lists(of_facts, max_size=12), of_claims)
def test_a_claim_never_makes_the_answer_laxer(rules, claims):

    def answer(known):
        speaking = [each for each in find_governing(known) if not each.reads_claims]
        return strictest(each.answer for each in speaking)

    def answer_where_the_claim_holds(known):
        return strictest(each.answer for each in find_governing(known))

    without, with_it = answer(rules), answer_where_the_claim_holds([*rules, claims])
    assert answer([*rules, claims]) == without
    assert with_it is None or without is None or STRICTNESS[with_it] >= STRICTNESS[without]


@given(st.lists(anything, max_size=12), anything)
def test_a_rule_of_another_key_changes_nothing_for_a_key(rules, other):
    mine = [each for each in rules if each.key != other.key]

    assert [each for each in find_governing([*mine, other]) if each.key != other.key] == (
        find_governing(mine)
    )


@given(
    st.lists(anything, max_size=12).flatmap(
        lambda some: st.tuples(st.just(some), st.permutations(some))
    )
)
def test_the_order_in_which_rules_come_does_not_matter(both):
    rules, mixed = both

    def as_set(speaking):
        return {(each.key, each.answer, each.level, str(each.when)) for each in speaking}

    assert as_set(find_governing(rules)) == as_set(find_governing(mixed))


@given(st.lists(st.sampled_from(list(Answer))))
def test_the_strictest_answer_counts(answers):
    for stricter in (Answer.DENY, Answer.ASK, Answer.ALLOW):
        if stricter in answers:
            assert strictest(answers) == stricter
            return
    assert strictest(answers) is None
