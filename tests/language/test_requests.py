"""Requests end in the state that was meant: all that were written along with the grammar."""

import pytest

from tests.language import grounds, judging
from tests.language.judging import RIGHT, WRONG

SEEN = 0.95  # of what was written along with the grammar, this share ends right


@pytest.fixture(params=sorted({each["organization"] for each in judging.read_all("requests")}))
def ground(db: None, request: pytest.FixtureRequest) -> grounds.Ground:
    return grounds.lay(request.param)


def test_requests_end_right_and_nothing_else_changes(ground):
    wanted = [each for each in judging.read_all("requests") if each["organization"] == ground.name]

    verdicts = {each["id"]: judging.judge(each, ground) for each in wanted}

    wrong = {key: each.because for key, each in verdicts.items() if each.outcome == WRONG}
    right = sum(each.outcome == RIGHT for each in verdicts.values())
    missed = {key: each.because for key, each in verdicts.items() if each.outcome != RIGHT}
    assert not wrong
    assert right >= SEEN * len(verdicts), missed


def test_there_are_requests_of_every_class_over_six_organizations():
    every = list(judging.read_all("requests"))

    assert len(every) >= 270
    assert len({each["organization"] for each in every} & set(grounds.NAMES)) >= 6
    assert len({each["class"] for each in every}) >= 18


def test_a_conversation_of_thirty_turns_stays_right(db):
    (long,) = [each for each in judging.read_all("requests") if len(each["turns"]) >= 30]

    verdict = judging.judge(long, grounds.lay(long["organization"]))

    assert verdict.outcome == RIGHT, verdict.because
