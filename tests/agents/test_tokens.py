"""Tokens: recognised without a query, kept as digests, shown once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agents import tokens
from agents.calls import admission
from agents.models import Token
from agents.tokens import NotLetIn
from audit import clock
from audit.actions import action, tenant
from audit.models import Change
from crm.models import Membership


@pytest.fixture
def kept(token, agent):
    return Token.objects.get(agent=agent)


@pytest.fixture
def admit(token, acme):
    """Let whoever shows the token in."""

    def enter(text=token):
        bearer = tokens.recognise(text)
        with tenant(acme.pk):
            return admission.admit(bearer.actor, token=bearer.digest)

    return enter


def test_a_tokens_prefix_says_whose_it_is(token, ada):
    mine = tokens.issue_for_member(Membership.objects.get(pk=ada.membership_id), by=ada)

    assert token.startswith("whl_a_")
    assert mine.startswith("whl_p_")
    assert len(token) == len(mine) == 42


@pytest.mark.parametrize("typo", ["{0}x", "whl_x_{1}", "{1}", "", "whl_a_ä", "WHL_A_{1}"])
def test_a_mistyped_token_is_recognised_without_a_query(token, typo, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(NotLetIn, match="not a Wheelhouse token"):
        tokens.recognise(typo.format(token, token.removeprefix("whl_a_")))


def test_one_wrong_letter_fails_the_checksum(token):
    for place in range(6, len(token)):
        letter = "a" if token[place] != "a" else "b"
        assert not tokens.is_well_formed(token[:place] + letter + token[place + 1 :])


def test_a_well_formed_token_of_nobody_is_not_let_in(db):
    with pytest.raises(NotLetIn, match="No such token"):
        tokens.recognise(tokens.generate("agent"))


def test_only_a_digest_is_kept_and_the_ledger_withholds_even_that(token, kept, inside):
    change = Change.objects.get(table_name="agents_token", row_id=kept.pk)

    assert bytes(kept.digest) == tokens.digest_of(token)
    assert kept.ending == token[-4:]
    assert change.withheld == ["digest"]
    assert token[6:-6] not in str(change.after)
    assert token[6:-6] not in str(change.action.arguments)


def test_a_token_names_the_agent_and_its_organization(admit, agent, acme):
    caller = admit()

    assert (caller.actor.ref, caller.actor.name) == (f"agent:{agent.pk}", "Sally")
    assert caller.organization == acme
    assert caller.learning is False


def test_a_persons_token_carries_their_role(admit, mo):
    text = tokens.issue_for_member(Membership.objects.get(pk=mo.membership_id), by=mo)

    caller = admit(text)

    assert (caller.actor.ref, caller.actor.name, caller.actor.role) == (mo.ref, "Mo", "manager")
    assert caller.actor.membership_id == mo.membership_id


def test_a_revoked_token_opens_nothing(admit, kept, ada):
    admit()

    tokens.revoke(kept, by=ada)

    with pytest.raises(NotLetIn, match="revoked"):
        admit()


def test_an_expired_token_opens_nothing(admit, agent, ada):
    past = clock.real_now() - timedelta(seconds=1)
    text = tokens.issue_for_agent(agent, by=ada, expires_at=past)

    with pytest.raises(NotLetIn, match="expired"):
        admit(text)


def test_a_member_who_left_is_not_let_in(admit, bob, ada, inside):
    membership = Membership.objects.get(pk=bob.membership_id)
    text = tokens.issue_for_member(membership, by=bob)
    with action("test.leave", by=ada):
        Membership.objects.filter(pk=membership.pk).update(ended_at=clock.now())

    with pytest.raises(NotLetIn, match="no longer a member"):
        admit(text)


def test_last_use_is_kept_to_the_minute_and_is_no_change(admit, kept, inside):
    admit()
    kept.refresh_from_db()
    first = kept.last_used_at
    admit()
    kept.refresh_from_db()

    assert first is not None
    assert kept.last_used_at == first
    assert Change.objects.filter(table_name="agents_token").count() == 1


def test_a_token_is_of_an_agent_or_of_a_person(agent, ada, acme, inside):
    with (
        pytest.raises(IntegrityError, match="token_of_an_agent_or_a_person"),
        transaction.atomic(),
        action("test.both", by=ada),
    ):
        Token.objects.create(
            organization=acme, agent=agent, membership_id=ada.membership_id, ending="abcd"
        )
