"""References name rows; links relate them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import companies, contacts, links, refs
from crm.fields import FieldError
from crm.models import Link
from crm.refs import NotAReference, NotFound, Ref, WrongKind


@pytest.mark.parametrize(
    "text",
    [
        *("", "contact", "contact:", "contact:0", "contact:-1", "contact:1 ", "CONTACT:1"),
        *("contact:١", "contact:9223372036854775808", "contact:1;drop", None, 42, ["contact:1"]),
        "x" * 10_000,
    ],
)
def test_what_is_no_reference_is_said_to_be_none(text):
    with pytest.raises(NotAReference, match="one looks like contact:42"):
        refs.parse(text)


@given(st.integers(1, refs.LARGEST_ID))
def test_a_reference_reads_as_it_is_written(number):
    assert refs.parse(f"contact:{number}") == Ref("contact", number)


def test_an_unknown_kind_names_the_nearest():
    with pytest.raises(NotAReference, match="did you mean contact"):
        refs.parse("contacts:1")


def test_a_wrong_kind_is_refused_by_name():
    with pytest.raises(WrongKind, match=r"company:4 is a company; .* contact:42"):
        refs.parse("company:4", "contact")


def test_the_invisible_looks_like_the_missing(grace, eve):
    with pytest.raises(NotFound) as invisible:
        refs.find(grace.ref, by=eve)
    with pytest.raises(NotFound) as missing:
        refs.find("contact:999999", by=eve)

    assert str(invisible.value).replace(grace.ref, "") == str(missing.value).replace(
        "contact:999999", ""
    )


def test_every_kind_can_be_found(inside, bob, grace):
    assert refs.find(grace.ref, by=bob) == grace
    assert refs.find(f"member:{bob.membership_id}", by=bob).role == "member"
    for kind in refs.find_kinds():
        with pytest.raises(NotFound):
            refs.find(f"{kind}:999999999", by=bob)


@pytest.fixture
def howard(acme, bob):
    return contacts.create(name="Howard Aiken", by=bob)


def test_a_shipped_relation_needs_no_declaring(inside, bob, grace, howard):
    link = links.link(grace, howard, type="reports_to", by=bob)

    assert (link.type.label, link.from_id, link.to_id) == ("reports to", grace.pk, howard.pk)


def test_two_are_related_once(inside, bob, grace, howard):
    links.link(grace, howard, type="knows", by=bob)
    links.link(grace, howard, type="knows", properties={"since": 1944}, by=bob)

    assert Link.objects.get().properties == {"since": 1944}


def test_a_relation_can_be_declared_and_taken_away(inside, bob, grace):
    navy = companies.create(name="Navy", by=bob)
    links.declare("founded", label="founded", from_type="contact", to_type="company", by=bob)

    link = links.link(grace, navy, type="founded", by=bob)
    links.unlink(link, by=bob)

    assert not Link.objects.exists()
    with pytest.raises(NotFound):
        links.unlink(link, by=bob)


def test_a_relation_holds_between_its_own_kinds(inside, bob, grace):
    navy = companies.create(name="Navy", by=bob)

    for first, second in [(grace, navy), (navy, grace), (grace, grace)]:
        with pytest.raises(links.DoesNotFit):
            links.link(first, second, type="reports_to", by=bob)


def test_an_unknown_relation_names_the_nearest(inside, bob, grace, howard):
    with pytest.raises(links.UnknownLinkType, match="did you mean reports_to"):
        links.link(grace, howard, type="report_to", by=bob)


def test_a_key_cannot_be_declared_with_other_ends(inside, bob):
    links.declare("founded", label="founded", from_type="contact", to_type="company", by=bob)

    with pytest.raises(links.DoesNotFit):
        links.declare("founded", label="founded", from_type="company", to_type="contact", by=bob)
    with pytest.raises(FieldError):
        links.declare("Bad key", label="", from_type="contact", to_type="planet", by=bob)


def test_strangers_cannot_relate_or_part(acme, bob, eve, grace, howard):
    link = links.link(grace, howard, type="knows", by=bob)
    anna = contacts.create(name="Anna", by=eve)

    with pytest.raises(NotFound):
        links.link(anna, grace, type="knows", by=eve)
    with pytest.raises(NotFound):
        links.unlink(link, by=eve)
