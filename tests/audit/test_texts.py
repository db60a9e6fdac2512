"""The log takes down any text that was asked for, even what can be stored nowhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Refusal, action
from audit.models import Action
from audit.texts import storable, storable_json


class NotThis(Refusal):
    """Not this."""


@pytest.mark.parametrize("text", ["nul \x00", "half \ud83d", "whole 🙂", "\\u0000", "\\\ud83d"])
def test_a_refused_text_is_logged(inside, bob, text):
    with pytest.raises(NotThis), action("test.ask", by=bob, arguments={"text": text}, reason=text):
        raise NotThis(f"Not {text}.", text=text)

    logged = Action.objects.get(name="test.ask")
    assert logged.arguments == {"text": storable(text)}
    assert logged.reason == storable(text)
    assert logged.error["message"] == logged.summary == f"Not {storable(text)}."


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_json_becomes_storable_as_its_texts_do(text):
    assert json.loads(storable_json(json.dumps(text))) == storable(text)
    storable(text).encode()


@given(st.text())
def test_what_can_be_stored_stays(text):
    assert storable(text) == text.replace("\x00", "\ufffd")
