"""People: let in, given a role, let go; every write of theirs an action."""

import io

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from django.urls import reverse

from audit.actions import action, tenant
from audit.actors import system
from audit.models import Action
from crm import people
from crm.fields import FieldError
from crm.models import Membership, Organization, User
from crm.permissions import Permission, allows
from crm.refs import NotFound
from pipelines.models import Pipeline


def run(*arguments, **options):
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue().split()


def test_an_organization_comes_with_pipelines(db):
    (ref,) = run("create_organization", "Navy", template="sales,support", currency="EUR")

    navy = people.find_organization(ref)
    with tenant(navy.pk):
        names = set(Pipeline.objects.values_list("name", flat=True))
    assert (navy.currency, names) == ("EUR", {"Sales", "Support"})


@pytest.mark.parametrize(
    ("name", "options"),
    [("Navy", {"template": "sails"}), (" ", {}), ("Navy", {"currency": "dollars"})],
)
def test_an_organization_that_cannot_be_is_not_half_made(db, name, options):
    with pytest.raises(CommandError):
        run("create_organization", name, **options)

    assert not Organization.objects.exists()


def test_a_user_is_let_in_and_can_log_in(acme, client):
    ref, token = run(
        *("create_user", "Grace@Navy.example", "--organization", "acme", "--role", "member"),
        *("--password", "wheel-house", "--name", "Grace", "--token"),
    )

    membership = Membership.objects.get()
    assert (ref, token[:6]) == (membership.ref, "whl_p_")
    logged_in = client.post(
        reverse("login"), {"username": "GRACE@navy.example", "password": "wheel-house"}
    )
    assert logged_in.status_code == 302
    assert User.objects.get(email="grace@navy.example").last_login is not None


def test_a_password_that_is_easy_to_guess_is_set_and_said_to_be(acme, capsys):
    words = ("create_user", "a@b.example", "--organization", "acme", "--role", "member")

    call_command(*words, "--password", "123456")

    assert "easy to guess" in capsys.readouterr().err
    assert User.objects.get(email="a@b.example").check_password("123456")


@pytest.mark.parametrize(
    ("email", "organization"),
    [("nobody", "Acme"), ("a@b.example", "Nowhere"), ("a@b.example", "999999999")],
)
def test_a_user_who_cannot_be_is_refused_in_a_sentence(acme, email, organization):
    with pytest.raises(CommandError):
        run("create_user", email, "--organization", organization, "--role", "member")


def test_two_organizations_of_one_name_are_told_apart(acme):
    people.create_organization("ACME", by=system(None))

    with pytest.raises(NotFound, match="Several organizations"):
        people.find_organization("Acme")
    assert people.find_organization(acme.ref) == people.find_organization(str(acme.pk)) == acme


def test_djangos_own_commands_work_in_actions(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "wheel-house")
    run("createsuperuser", "--noinput", "--email", "root@acme.example")
    passwords = iter(["another-wheel", "another-wheel"])
    monkeypatch.setattr("getpass.getpass", lambda prompt="": next(passwords))
    run("changepassword", "root@acme.example")

    assert authenticate(username="root@acme.example", password="another-wheel") is not None


def test_an_old_hash_is_renewed_at_log_in(acme, bob, client, settings):
    md5, better = settings.PASSWORD_HASHERS[0], "django.contrib.auth.hashers.ScryptPasswordHasher"
    with action("test.arrange", by=bob):
        User.objects.filter(pk=bob.id).update(password=make_password("wheel-house"))
    settings.PASSWORD_HASHERS = [better, md5]

    client.post(reverse("login"), {"username": "bob@acme.example", "password": "wheel-house"})

    assert User.objects.get(pk=bob.id).password.startswith("scrypt$")


def test_a_person_changes_their_password(log_in, bob):
    client = log_in(bob)

    answer = client.post(
        reverse("password_change"),
        {
            "old_password": "wheel-house",
            "new_password1": "quite another wheel",
            "new_password2": "quite another wheel",
        },
    )

    assert answer.status_code == 302
    assert User.objects.get(pk=bob.id).check_password("quite another wheel")
    with tenant(bob.organization_id):
        assert Action.objects.get(name="people.set_password").actor_ref == bob.ref


def test_the_last_owner_stays(inside, ada, bob):
    owner = Membership.objects.get(pk=ada.membership_id)

    for leave in [
        lambda: people.end_membership(owner, by=ada),
        lambda: people.set_role(owner, role="member", by=ada),
    ]:
        with pytest.raises(people.LastOwner):
            leave()

    people.set_role(Membership.objects.get(pk=bob.membership_id), role="owner", by=ada)
    assert people.end_membership(owner, by=ada).ended_at is not None


def test_who_left_is_not_let_in_and_can_come_back(acme, ada, bob, log_in):
    client = log_in(bob)
    people.end_membership(Membership.objects.get(pk=bob.membership_id), by=ada)

    assert client.get("/contacts/").status_code == 403
    people.add_member(acme, email="bob@acme.example", role="viewer", by=ada)
    assert client.get("/contacts/").status_code == 200


def test_members_elsewhere_are_nobodys_business(bob, eve):
    membership = Membership.objects.get(pk=bob.membership_id)

    with pytest.raises(NotFound):
        people.end_membership(membership, by=eve)
    with pytest.raises(NotFound):
        people.set_role(membership, role="viewer", by=eve)


def test_nobody_is_a_member_twice(acme, ada, bob):
    with pytest.raises(people.AlreadyMember):
        people.add_member(acme, email="BOB@acme.example", role="member", by=ada)


@pytest.mark.parametrize(("email", "role"), [("nope", "member"), ("a@b.example", "king")])
def test_who_cannot_be_a_member_is_refused(acme, ada, email, role):
    with pytest.raises(FieldError):
        people.add_member(acme, email=email, role=role, by=ada)


def test_each_role_may_what_those_before_it_may(vi, bob, mo, ada):
    granted = [{p for p in Permission if allows(actor, p)} for actor in [vi, bob, mo, ada]]

    assert granted[0] < granted[1] < granted[2] < granted[3] == set(Permission)
