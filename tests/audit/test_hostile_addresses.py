"""Whatever stands in an address of the ledger's pages, the answer is a page."""

import pytest

HOSTILE = [
    *("actor=%00", "actor=agent:%C2%B3", "actor=agent:%D9%A1", "actor=person:" + "9" * 40),
    *("actor=%00:1", "actor=" + "x" * 5000, "actor=:", "actor=system:", "actor=agent:-1"),
    *("since=%00", "since=0001-01-01", "since=9999-12-31", "since=2026-13-01"),
    *("action=%C2%B3", "action=" + "9" * 18, "action=0", "action=-1"),
    *("correlation=%00", "correlation=x", "outcome=%00", "before=" + "9" * 18, "after=%00"),
    *("actor=agent:7&since=0001-01-01", "actor=agent:7&since=9999-12-31", "back=%00"),
]


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("page", ["undo/", "actions/"])
def test_no_query_breaks_a_page(log_in, mo, page, query):
    answer = log_in(mo).get(f"/{page}?{query}")

    assert answer.status_code in (200, 404)


@pytest.mark.parametrize(
    "ref",
    ["%00", "contact:%00", "contact:%C2%B3", "contact:" + "9" * 40, "x:1", ":", "contact:1:2"],
)
def test_no_reference_breaks_a_timeline(log_in, mo, ref):
    assert log_in(mo).get(f"/history/{ref}/").status_code == 404


@pytest.mark.parametrize("digest", ["", "plan:", "plan:\x00", "plan:³", "plan:" + "9" * 40, "x"])
def test_no_plan_breaks_undoing(log_in, mo, digest):
    assert log_in(mo).post("/undo/apply/", {"digest": digest}).status_code == 302
