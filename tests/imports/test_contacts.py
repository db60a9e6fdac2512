"""Contacts and companies out of files: who is whom, and whose value stands."""

import pytest

from audit.actions import tenant
from audit.models import Action
from crm import contacts, custom_fields
from crm.imports import progress, running
from crm.models import Company, Contact, CustomField, Import, Membership


def test_a_row_becomes_a_contact_at_their_company(inside, take):
    receipt = take("Name,Email,Company,Phone\nGrace Hopper,Grace@navy.example,Navy,+1 202 555 0101")

    grace = Contact.objects.get()
    assert (receipt.created, receipt.also) == (1, {"companies": 1})
    assert (grace.name, grace.email, grace.company.name) == (
        "Grace Hopper",
        "grace@navy.example",
        "Navy",
    )
    assert grace.created_by == Import.objects.get().ref


def test_the_same_file_twice_changes_nothing(inside, take):
    text = "Id,Name,Email,Plan,Owner\n1,Grace,grace@navy.example,gold,new@acme.example"
    take(text)

    again = take(text)

    assert (again.created, again.updated, again.skipped, again.failed) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "row",
    ["7,Ada L,other@navy.example,", ",Ada L,GRACE@navy.example,", ",Ada L,,(202) 555-0101"],
    ids=["external id", "e-mail", "phone"],
)
def test_known_people_are_found(inside, take, row):
    take("Id,Name,Email,Phone\n7,Grace,grace@navy.example,+1 202 555 0101", kind="contacts")

    receipt = take(f"Id,Name,Email,Phone\n{row}", kind="contacts")

    assert (receipt.created, receipt.updated) == (0, 1)
    assert Contact.objects.count() == 1


def test_a_name_tells_within_a_company_alone(inside, take):
    take("Name,Company\nGrace,Navy", kind="contacts")

    receipt = take("Name,Company\nGRACE,Navy\nGrace,Army", kind="contacts")

    assert receipt.created == 1
    assert Contact.objects.count() == 2


def test_a_phone_shared_by_two_with_different_addresses_stays_two(inside, take):
    text = "Name,Email,Phone\nAnn,ann@x.example,+1 202 555 0101\nBo,bo@x.example,+1 202 555 0101"

    first, again = take(text), take(text)

    assert (first.created, first.merged) == (2, 0)
    assert (again.created, again.skipped) == (0, 2)


def test_two_rows_about_one_person_are_one_and_it_is_said_what_was_left_out(inside, take):
    receipt = take("Id,Name,Email,Title\n1,Ann,ann@x.example,CEO\n1,Ann,a@home.example,CTO")

    ann = Contact.objects.get()
    assert (receipt.created, receipt.merged) == (1, 1)
    assert (ann.email, ann.other_emails, ann.job_title) == (
        "ann@x.example",
        ["a@home.example"],
        "CEO",
    )
    assert "job title" in receipt.problems[0].reason


def test_a_newer_human_value_is_kept_and_said(inside, take, ada):
    take("Email,Job title,City\ngrace@navy.example,Rear Admiral,Arlington")
    contacts.update(Contact.objects.get(), changes={"job_title": "Commodore"}, by=ada)

    receipt = take("Email,Job title,City\ngrace@navy.example,Captain,Boston")

    grace = Contact.objects.get()
    assert (grace.job_title, grace.city) == ("Commodore", "Boston")
    assert (receipt.updated, receipt.kept) == (1, 1)
    assert receipt.problems[0].reason == "Kept what was written here since: job title."


def test_custom_fields_are_settled_one_by_one(inside, take, ada):
    take("Email,Shoe size,Favourite dish\ngrace@navy.example,9,soup")
    keys = {field.label: field.key for field in CustomField.objects.all()}
    dish = f"custom:{keys['Favourite dish']}"
    contacts.update(Contact.objects.get(), changes={dish: "cake"}, by=ada)

    receipt = take("Email,Shoe size,Favourite dish\ngrace@navy.example,10,stew")

    assert Contact.objects.get().properties == {keys["Shoe size"]: 10, "favourite_dish": "cake"}
    assert receipt.kept == 1


def test_a_field_that_exists_is_read_by_its_own_type(inside, take, ada):
    custom_fields.declare("contact", label="Plan", type="choice", choices=["Gold", "Tin"], by=ada)

    receipt = take("Email,Plan\na@x.example,gold\nb@x.example,wood", kind="contacts")

    assert Contact.objects.get().properties == {"plan": "Gold"}
    assert (receipt.failed, receipt.problems[0].line) == (1, 3)


def test_bad_rows_fail_with_line_and_reason_while_good_ones_go_in(inside, take):
    long = "x" * 301

    receipt = take(
        f"Name,Email\nAnn,nonsense\nBo,bo@x.example\n{long},c@x.example", kind="contacts"
    )

    assert [contact.name for contact in Contact.objects.all()] == ["Bo"]
    assert [problem.line for problem in receipt.problems] == [2, 4]
    assert "300" in receipt.problems[1].reason


def test_an_owner_nobody_knows_is_invited_or_kept_by_name(inside, take):
    take("Name,Email,Owner\nAnn,ann@x.example,new@acme.example", kind="contacts")
    take("Name,Email,Owner\nBo,bo@x.example,Somebody Else", kind="contacts")

    invited = Membership.objects.get(user__email="new@acme.example")
    assert invited.joined_at is None
    assert Contact.objects.get(name="Ann").owner == invited
    assert Contact.objects.get(name="Bo").properties == {"owner": "Somebody Else"}


def test_companies_are_told_apart_by_domain(inside, take):
    take("Name,Domain,Employees\nNavy,navy.example,100\nNavy,marine.example,50", kind="companies")

    receipt = take("Name,Domain,Employees\nThe Navy,www.navy.example,120", kind="companies")

    assert Company.objects.count() == 2
    assert receipt.updated == 1
    assert Company.objects.get(domain="navy.example").employees == 120


def test_a_rehearsal_leaves_nothing_behind(inside, ada):
    importing = running.begin(b"Name,Plan,Owner\nAnn,gold,x@y.example", by=ada, kind="contacts")
    recorded = Action.objects.count()

    receipt = running.rehearse(importing, by=ada)

    assert receipt.created == 1
    assert not Contact.objects.exists()
    assert not CustomField.objects.exists()
    assert not Membership.objects.filter(user__email="x@y.example").exists()
    assert Action.objects.count() == recorded


def test_only_those_who_may_import_can(acme, bob):
    with pytest.raises(running.MayNotImport):
        running.begin(b"Name\nAnn", by=bob, kind="contacts")
    with tenant(acme.pk):
        assert not Import.objects.exists()


def test_an_import_runs_once(inside, take, ada, last):
    take("Name\nAnn", kind="contacts")

    with pytest.raises(progress.AlreadyRun):
        running.run(last(), by=ada)


@pytest.mark.parametrize(
    "mapping", [{"Nme": "name"}, {"Name": "nmae"}, {"Name": "email", "Email": "email"}]
)
def test_a_mapping_that_does_not_fit_is_refused_by_name(acme, ada, mapping):
    with pytest.raises(running.CannotImport):
        running.begin(b"Name,Email\nAnn,a@x.example", by=ada, kind="contacts", mapping=mapping)
