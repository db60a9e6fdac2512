"""
Every tool does to the database what it declares, tried on an organization in the middle of work.

A read changes nothing; what is idempotent changes something once; what is reversible is undone to
the state before; a dry run and an explanation leave nothing at all.
"""

import pytest

from agents.calls import dispatch
from agents.catalogue.registry import TOOLS, Dialect
from approvals.proposals import Effect
from audit import undo
from audit.undo import Selection
from tests.agents.acme_at_work import differences, furnish, snapshot
from tests.agents.conftest import actor_of

EVERY = pytest.mark.parametrize("tool", sorted(TOOLS))
WRITING = sorted(name for name in TOOLS if TOOLS[name].writes)
# Their examples change something once, other calls of theirs each time.
ONLY_SOMETIMES = {"place_position": "on top of a column, a card takes another rank each time"}
REVERSIBLE = pytest.mark.parametrize(
    "tool", sorted(name for name in TOOLS if TOOLS[name].effect is Effect.REVERSIBLE)
)


@pytest.fixture
def work(ada, bob, inside):
    return furnish(ada)


@pytest.fixture
def use(work, ada):
    """Make the call of a tool's example, as whoever owns the organization."""

    def run(tool, **envelope):
        return dispatch.call(ada, tool, work.example(tool), reason="because", **envelope)

    return run


@EVERY
def test_a_call_changes_what_its_effect_says_and_a_repeat_no_more(tool, use, acme, work):
    before, hints = snapshot(acme), TOOLS[tool].describe(Dialect.MCP)["annotations"]

    result = use(tool)

    assert result.is_done, result
    after = snapshot(acme)
    assert (before == after) == hints["readOnlyHint"], differences(before, after)
    assert (TOOLS[tool].effect is Effect.REVERSIBLE) <= (not hints["destructiveHint"])

    again = use(tool)

    changed = differences(after, snapshot(acme))
    if hints["idempotentHint"]:
        assert again.is_done, again
        assert changed == {}
    elif tool not in ONLY_SOMETIMES:
        assert changed or not again.is_done, "it changes something once: declare it idempotent"


@REVERSIBLE
def test_a_reversible_tool_is_undone_to_the_state_before(tool, use, acme, ada, work):
    before = snapshot(acme)
    done = use(tool)

    planned = undo.plan(Selection(actions=(int(done.action.partition(":")[2]),)), by=ada)
    outcome = undo.apply(planned, by=ada, reason="to see").as_json()

    assert outcome["conflicts"] == outcome["irreversible"] == []
    assert differences(before, snapshot(acme)) == {}


def test_a_dry_run_of_any_tool_leaves_nothing(use, acme, work):
    before = snapshot(acme)

    for tool in WRITING:
        result = use(tool, dry_run=True)

        assert result.is_done, result
        assert differences(before, snapshot(acme)) == {}, tool


def test_an_explanation_of_any_tool_leaves_nothing(acme, ada, work):
    before = snapshot(acme)

    for tool in sorted(TOOLS):
        for by in (ada, actor_of(work.agent)):
            given = {"tool": tool, "arguments": work.example(tool), "confidence": 0.95}
            explained = dispatch.call(by, "explain_policy", given)

            # An agent knows of its own actions alone, so of Ada's there is nothing to explain.
            assert explained.is_done or (by is not ada and explained.http == 404), explained
        assert differences(before, snapshot(acme)) == {}, tool
