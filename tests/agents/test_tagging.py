"""Tags go on and come off one by one."""

import pytest

from crm import contacts

pytestmark = pytest.mark.usefixtures("inside")


def test_tags_that_are_not_named_stay(call, grace, ada):
    contacts.update(grace, changes={"tags": ["navy", "speaker"]}, by=ada)

    tagged = call(
        "tag_contact", by=ada, contact=grace.ref, add=["pioneer", "NAVY"], remove=["Speaker"]
    )

    grace.refresh_from_db()
    assert (tagged.status, grace.tags) == ("done", ["navy", "pioneer"])


def test_one_of_the_two_is_given(call, grace, ada):
    refused = call("tag_contact", by=ada, contact=grace.ref)

    assert refused.http == 400


def test_many_are_tagged_at_once_and_keep_their_own(call, grace, ada):
    ben = contacts.create(name="Ben", tags=["vip"], by=ada)
    refs = [grace.ref, ben.ref]

    call("bulk_update", by=ada, tool="tag_contact", arguments={"add": ["gala"]}, refs=refs)

    grace.refresh_from_db()
    ben.refresh_from_db()
    assert (grace.tags, ben.tags) == (["gala"], ["vip", "gala"])
