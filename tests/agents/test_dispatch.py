"""Dispatch: one path for every call."""

from audit.models import Outcome


def test_a_sure_agent_moves_a_card(call, card, stage, inside):
    result = call("move_contact", position=card.ref, to_stage="Qualified")

    card.refresh_from_db()
    assert result.status == Outcome.DONE, result
    assert card.stage == stage("Qualified")
