"""Which model thinks: what goes before what, who may say so, and what becomes of a key."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from pydantic import SecretStr

from agents import jobs
from agents.agents import OnlyPeople
from agents.calls import dispatch
from agents.conversations import running
from agents.model_choices import addresses, choices, choosing, refusals, sealing, spending
from agents.model_choices.choosing import NoModel
from agents.models import Job, ModelChoice, Spending
from audit.actions import tenant
from audit.models import Action, Change
from audit.undo import Selection, apply, plan
from crm.fields import FieldError
from tests.agents.conftest import actor_of, agent, hire
from tests.conversations import stub as stubs
from tests.conversations.stub import Reply, says

__all__ = ["agent", "hire"]

KEY = "sk-very-secret-9f8e7d6c"


@pytest.fixture
def server(settings, monkeypatch):
    """A server of Acme's own, at an address that is allowed."""
    settings.WHEELHOUSE_MODEL_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr("agents.conversations.thinking.PAUSES", (0.0, 0.0))
    with stubs.serve() as (stub, address):
        yield stub, address


@pytest.fixture
def choose(acme, ada, server):
    """Set Acme's model, or an agent's: the server's, unless told otherwise."""

    def change(agent=None, key=KEY, **changes):
        given = {"model": "openai/own", "base_url": server[1]} | changes
        return choices.change(by=ada, agent=agent, changes=given, key=key and SecretStr(key))

    return change


def attempt(by, agent=None) -> Job:
    """Try the model, and return what came of it."""
    job = jobs.try_model(by=by, agent=agent)
    running.advance(job.organization_id, job.pk)
    with tenant(by.tenant_id):
        return Job.objects.prefetch_related("steps").get(pk=job.pk)


def test_an_agents_model_goes_before_its_organizations_before_the_environments(
    acme, agent, choose, settings
):
    settings.WHEELHOUSE_MODEL = "openai/environment"
    with tenant(acme.pk):
        first = choosing.choose(acme, agent=agent)
    choose(temperature=0.3, language="German")
    with tenant(acme.pk):
        second = choosing.choose(acme, agent=agent)
    choose(agent=agent, key=None, model="openai/hers", base_url=None, tone="formal")
    with tenant(acme.pk):
        third = choosing.choose(acme, agent=agent)

    assert [each.model for each in (first, second, third)] == [
        *("openai/environment", "openai/own", "openai/hers"),
    ]
    assert (second.temperature, third.temperature) == (0.3, 0.3)
    assert "German" in third.manner
    assert "formally" in third.manner
    assert third.base_url == second.base_url
    assert third.key.get_secret_value() == KEY, "her organization's key opens the same address"


def test_no_model_at_all_is_always_possible(acme, ada, choose):
    choose()
    choices.change(by=ada, changes={"model": "local/planner", "base_url": ""})

    job = attempt(ada)

    assert (job.state, job.model) == ("done", "local/planner")
    assert job.steps.all()[0].cost_cents == 0


def test_a_key_goes_where_it_was_given_for_and_nowhere_else(acme, ada, choose, server):
    choose()
    choices.change(by=ada, changes={"model": "anthropic/claude-x", "base_url": ""})
    with tenant(acme.pk), pytest.raises(NoModel, match="needs a key"):
        choosing.choose(acme)

    choices.change(by=ada, changes={"model": "openai/own", "base_url": f"{server[1]}/else"})
    with tenant(acme.pk):
        assert choosing.choose(acme).key is None


def test_the_environments_keys_are_not_lent_to_what_an_organization_chose(
    acme, ada, choose, server, monkeypatch
):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-operator")
    stub, _ = server
    choose(key=None)

    assert attempt(ada).state == "done"
    assert stub.keys == ["Bearer none"]

    choices.change(by=ada, changes={"model": "openai/gpt-5", "base_url": ""})
    job = attempt(ada)
    assert (job.state, job.error) == (
        "failed",
        "openai/gpt-5 needs a key; an owner can set it in Settings.",
    )


def test_a_key_is_nowhere_in_the_clear(acme, ada, choose, server, caplog, log_in):
    stub, _ = server
    choose()
    stub.script = [Reply(status=401, words=f"Incorrect API key provided: {KEY}."), says("Here.")]
    refused, answered = attempt(ada), attempt(ada)
    browser = log_in(ada)
    pages = [
        browser.get(reverse(name)).content.decode()
        for name in (
            "agents:organization_model",
            "admin:agents_modelchoice_changelist",
            "audit:actions",
        )
    ]

    assert stub.keys == [f"Bearer {KEY}"] * 2
    assert (refused.state, answered.state) == ("failed", "done")
    assert "does not accept the key" in refused.error
    assert all(KEY not in page for page in pages)
    assert KEY not in caplog.text
    assert find_everywhere(KEY) == []


def find_everywhere(text: str) -> list[str]:
    """Return the tables some row of which holds `text`."""
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind = 'r' and relname ~ '^[a-z]+_'")
        tables = [
            name
            for (name,) in cursor.fetchall()
            if name.partition("_")[0] in ("agents", "approvals", "audit", "crm", "django")
        ]
    found = []
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute("select has_table_privilege(%s, 'select')", [table])
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(f"select count(*) from {table} t where t::text like %s", [f"%{text}%"])
            found += [table] if cursor.fetchone()[0] else []
    return found


def test_the_ledger_says_that_a_key_was_set_and_not_what_to(acme, ada, choose, inside):
    choose()
    choices.change(by=ada, changes={}, key=SecretStr(""))

    said = [
        each.summary for each in Action.objects.filter(name="model_choices.change").order_by("pk")
    ]
    arguments = Action.objects.filter(name="model_choices.change").order_by("pk").first().arguments
    changes = Change.objects.filter(table_name=ModelChoice._meta.db_table)
    withheld = [each.withheld for each in changes]
    assert [each.endswith(("key set", "key removed")) for each in said] == [True, True]
    assert arguments["key"] == "set"
    assert withheld
    assert all("key" in columns for columns in withheld)


def test_a_change_of_the_manner_is_undone_and_one_of_the_key_stays(acme, ada, choose, inside):
    choose(temperature=0.5)
    choose(key=f"{KEY}-new", temperature=1.5, limit_cents=100)
    changed = Action.objects.filter(name="model_choices.change").latest("pk")

    apply(plan(Selection(actions=[changed.pk]), by=ada), by=ada)

    choice = ModelChoice.objects.get()
    assert (choice.temperature, choice.limit_cents) == (0.5, 100)
    assert sealing.unseal(choice.key, organization_id=acme.pk).get_secret_value() == f"{KEY}-new"


def test_what_was_sealed_for_one_organization_is_of_no_use_to_another(acme, elsewhere):
    sealed = sealing.seal(SecretStr(KEY), organization_id=acme.pk)

    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed, organization_id=elsewhere.pk)


def test_secrets_are_replaced_without_losing_keys(acme, choose, settings, inside, capsys):
    settings.SEALING_SECRETS = ["old"]
    choose()
    settings.SEALING_SECRETS = ["new", "old"]
    call_command("reseal_keys")
    settings.SEALING_SECRETS = ["new"]

    assert choosing.choose(acme).key.get_secret_value() == KEY
    assert capsys.readouterr().out == "1 resealed\n"
    settings.SEALING_SECRETS = ["another"]
    with pytest.raises(NoModel, match="cannot be read any more"):
        choosing.choose(acme)


# --- Who may ----------------------------------------------------------------------------------
def test_managers_change_how_it_speaks_and_owners_what_it_costs(acme, mo, bob):
    choices.change(by=mo, changes={"tone": "friendly", "temperature": 0.2})

    for changes in ({"model": "openai/x"}, {"limit_cents": 5}, {"base_url": "https://x.example"}):
        with pytest.raises(choices.OwnersOnly):
            choices.change(by=mo, changes=changes)
    with pytest.raises(choices.OwnersOnly):
        choices.change(by=bob, changes={"tone": "formal"})
    with pytest.raises(choices.OwnersOnly):
        choices.change(by=mo, changes={}, key=SecretStr(KEY))


def test_an_agent_changes_no_model(acme, agent, inside):
    with pytest.raises(OnlyPeople):
        choices.change(by=actor_of(agent), changes={"model": "openai/bigger"})
    assert not ModelChoice.objects.exists()


def test_an_agent_undoes_no_change_of_its_model(acme, agent, ada, choose):
    choose(agent=agent, temperature=1)
    with tenant(acme.pk):
        changed = Action.objects.filter(name="model_choices.change").latest("pk")

    result = dispatch.call(actor_of(agent), "undo_action", {"action": changed.ref}, confidence=1)

    assert not result.is_done
    with tenant(acme.pk):
        assert ModelChoice.objects.get().temperature == 1


@pytest.mark.parametrize(
    ("field", "value", "says_why"),
    [
        ("model", "gpt-5", "A provider and a name"),
        ("model", "bedrock/anthropic.claude", "no provider bedrock"),
        ("model", "openai/../x y", "A provider and a name"),
        ("temperature", 2.5, "less than or equal to 2"),
        ("temperature", "hot", "must be a float"),
        ("tone", "rude", "no choice"),
        ("limit_cents", -1, "0"),
        ("base_url", "ftp://models.example", "https://"),
        ("base_url", "https://me:secret@models.example/v1", "An address alone"),
        ("base_url", "http://models.example/v1", "Only https"),
        ("base_url", "https://169.254.169.254/latest", "private network"),
        ("base_url", "https://[::1]/v1", "private network"),
        ("base_url", "https://10.0.0.8/v1", "private network"),
        ("base_url", "file:///etc/passwd", "https://"),
        ("fallback", "anthropic/claude-x", "same provider"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(acme, ada, inside, field, value, says_why):
    given = {"model": "openai/x", field: value}

    with pytest.raises(FieldError) as refusal:
        choices.change(by=ada, changes=given)

    assert says_why in refusal.value.fields[field]
    assert not ModelChoice.objects.exists()


def test_a_name_that_leads_into_a_private_network_by_now_is_not_asked(acme, ada, monkeypatch):
    choices.change(by=ada, changes={"model": "openai/x", "base_url": "https://models.example/v1"})
    monkeypatch.setattr("agents.conversations.thinking.PAUSES", (0.0, 0.0))
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("169.254.169.254", 443))]
    )

    job = attempt(ada)

    assert (job.state, "did not answer" in job.error) == ("failed", True)
    with pytest.raises(addresses.NotReachable):
        addresses.resolve("models.example", 443)


@pytest.mark.parametrize(
    "words",
    [
        f"Incorrect API key provided: {KEY}.",
        f"Bad key {KEY[:8]}*********{KEY[-4:]}",
        f"Illegal header value b'Bearer {KEY}'",
    ],
)
def test_nothing_of_a_key_is_left_of_what_a_provider_says(words):
    told = refusals.hide(words, SecretStr(KEY))

    assert all(KEY[at : at + 5] not in told for at in range(len(KEY) - 4))


# --- What it costs ----------------------------------------------------------------------------
PRICED = {"input_cents": 100_00, "output_cents": 100_00}  # 0.01 a token: an answer is 1.1 cents


def test_what_an_answer_costs_is_kept_with_it_and_counted(acme, ada, choose):
    choose(**PRICED)

    job = attempt(ada)

    said = job.steps.all()[0]
    assert (said.tokens_in, said.tokens_out, said.cost_cents) == (100, 10, Decimal("1.1"))
    with tenant(acme.pk):
        assert spending.find_spent(acme) == Decimal("1.1")


def test_a_limit_that_is_used_up_stops_with_a_clear_sentence(acme, ada, choose, server):
    stub, _ = server
    choose(**PRICED, limit_cents=50_00)
    with tenant(acme.pk):
        month = spending._this_month()
        Spending.objects.create(organization=acme, month_at=month, spent_cents=50_00)

    job = attempt(ada)

    assert (job.state, job.error) == (
        "over",
        "This month's limit of $50 is used up; an owner can raise it in Settings.",
    )
    assert stub.asked == []


def test_what_an_answer_may_cost_at_most_must_be_left(acme, ada, choose, server):
    stub, _ = server
    choose(**PRICED, limit_cents=50)

    job = attempt(ada)

    assert job.state == "over"
    assert job.error.startswith("This month's limit of $0.50 has $0.50 left, and the next answer")
    assert stub.asked == []
    with tenant(acme.pk):
        assert spending.find_spent(acme) == 0


def test_a_failed_answer_costs_nothing(acme, ada, choose, server):
    stub, _ = server
    choose(**PRICED)
    stub.script = [Reply(status=401)]

    assert attempt(ada).state == "failed"
    with tenant(acme.pk):
        assert spending.find_spent(acme) == 0


def test_a_new_month_begins_at_nothing(acme, ada, choose):
    choose(**PRICED, limit_cents=500_00)
    with tenant(acme.pk):
        long_ago = spending._this_month().replace(year=2001)
        Spending.objects.create(organization=acme, month_at=long_ago, spent_cents=500_00)

    assert attempt(ada).state == "done"
    with tenant(acme.pk):
        assert spending.find_spent(acme) == Decimal("1.1")
