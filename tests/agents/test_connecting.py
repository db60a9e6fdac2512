"""The page that says how an agent connects."""

import json

import pytest
from django.urls import reverse


def test_it_holds_configuration_that_is_right_for_here(log_in, mo, agent, acme):
    page = log_in(mo).get(reverse("agents:connect"))

    texts = {way.key: way.text for way in page.context["ways"]}
    assert agent.name in page.content.decode()
    for key, top in [("cursor", "mcpServers"), ("vs-code", "servers")]:
        server = json.loads(texts[key])[top]["wheelhouse"]
        assert server["url"] == "http://testserver/mcp"
        assert server["headers"]["Authorization"].startswith("Bearer whl_a_")
    assert "http://testserver/mcp" in texts["claude-code"]
    assert "from openai import OpenAI" in texts["openai"]


@pytest.mark.parametrize(("who", "status"), [("vi", 403), ("bob", 403), ("mo", 200), ("ada", 200)])
def test_it_is_for_those_who_may_manage_agents(request, log_in, who, status):
    browser = log_in(request.getfixturevalue(who))

    assert browser.get(reverse("agents:connect")).status_code == status
    assert (b'href="/connect/"' in browser.get("/contacts/").content) is (status == 200)


def test_agents_of_others_are_not_shown(log_in, eve, agent):
    assert agent.name not in log_in(eve).get(reverse("agents:connect")).content.decode()
