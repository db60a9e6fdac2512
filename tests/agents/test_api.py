"""The API: calling tools over HTTP."""

import pytest


@pytest.fixture
def post(client, token):
    """POST JSON as the agent, or as whoever's token `by` is."""

    def send(path, body, by=token):
        return client.post(
            path,
            data=body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {by}"} if by else {},
        )

    return send


def test_a_call_is_done(post, card, stage):
    answer = post(
        "/api/tools/move_contact/",
        {
            "arguments": {"position": card.ref, "to_stage": "Qualified"},
            "reason": "ready",
            "confidence": 0.95,
        },
    )

    assert answer.status_code == 200, answer.json()
    assert answer.json()["result"]["stage"] == stage("Qualified").ref
