"""
Every address there is, tried by those who may not know of what it names.

The addresses are read from the URL configuration: one that names a kind of row nobody has thought
of here fails until it is sorted.
"""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from agents.catalogue.registry import TOOLS
from agents.conversations import conversations
from audit.actions import action, tenant
from audit.models import Action
from crm import contacts
from crm.models import Import
from pipelines import access, positions
from pipelines.models import Pipeline, Position
from tests.agents.test_strangers import furnish

SECRET = "Takeover of Zanzibar"
# What the number in an address names, by how the address begins; the API's are tried with a token.
NAMES = {
    "boards/": "pipeline",
    "stages/": "stage",
    "positions/": "position",
    "contacts/": "contact",
    "companies/": "company",
    "tasks/": "task",
    "emails/": "email",
    "imports/": "import",
    "inbox/of/": "every",
    "inbox/": "approval",
    "actions/": "action",
    "history/": "every",
    "records/": "every",
    "ask/": "conversation",
    "agents/": "agent",
}
# Addresses that name nothing but a kind; what they show is looked at.
KINDS = {
    "exports/<str:kind>.csv": ["contacts", "companies", "positions", "activities", "tasks"],
    "tools/<str:name>/": sorted(TOOLS),
}
# What goes with a closed board, and its pages.
HIDDEN = {"pipeline", "stage", "position", "approval", "action"}
PAGES = {"positions": "position", "boards": "pipeline", "inbox": "approval", "actions": "action"}


def walk(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        address = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from walk(each, address)
        elif isinstance(each, URLPattern):
            yield address


def find_addresses() -> list[str]:
    return [a for a in walk(get_resolver()) if not a.startswith(("admin/", "api/"))]


NUMBERED = [a for a in find_addresses() if "<" in a and a not in KINDS]
PLAIN = [a for a in find_addresses() if "<" not in a] + [
    re.sub("<str:[a-z]+>", kind, address) for address, kinds in KINDS.items() for kind in kinds
]


def named_by(address: str) -> str:
    return next(kind for start, kind in NAMES.items() if address.startswith(start))


def fill(address: str, ref: str) -> str:
    number = ref.partition(":")[2]
    numbered = address.replace("<int:pk>", number).replace("<int:turn>", number)
    return "/" + numbered.replace("<str:ref>", ref)


@pytest.fixture
def ours(acme, ada) -> dict[str, str]:
    """One of everything of Acme's, under a name that is to be seen nowhere else."""
    found = {kind: ref for kind, ref in furnish(ada).items() if isinstance(ref, str)}
    with tenant(acme.pk):
        card = Position.objects.get()
        positions.update(card, changes={"title": SECRET}, by=ada)
        contacts.update(card.contact, changes={"name": SECRET}, by=ada)
        with action("imports.begin", by=ada):
            found["import"] = Import.objects.create(
                organization=acme, kind="contacts", filename=f"{SECRET}.csv", digest="0"
            ).ref
        found["agent"] = found["agent_ref"]
        found["conversation"] = conversations.begin(title=SECRET, by=ada).ref
    return found


def test_every_address_with_a_number_is_sorted():
    unsorted = [a for a in NUMBERED if not a.startswith(tuple(NAMES))]

    assert unsorted == []


def test_a_strangers_rows_have_no_address(log_in, eve, ours):
    browser = log_in(eve)
    told = []
    for address in NUMBERED:
        kind = named_by(address)
        for ref in ours.values() if kind == "every" else [ours[kind]]:
            told += find_told(browser, fill(address, ref), may_be_empty=kind == "every")

    assert told == []


def find_told(browser, address, *, may_be_empty=False, is_hidden=True) -> Iterator[str]:
    """Return what an address tells of what it names, read or written to."""
    for send in (browser.get, browser.post):
        answer = send(address)
        said = answer.content.decode()
        if SECRET in said:
            yield f"{address} says the name"
        if (
            is_hidden
            and answer.status_code not in (404, 405)
            and not (may_be_empty and not said.strip())
        ):
            yield f"{address} answers {answer.status_code}"


def test_a_strangers_rows_are_on_no_page(log_in, eve, ours):
    browser = log_in(eve)
    number = ours["position"].partition(":")[2]

    told = [
        address
        for address in PLAIN
        if SECRET in (said := read(browser, address)) or f"/positions/{number}/" in said
    ]

    assert told == []


def read(browser, address) -> str:
    answer = browser.get(f"/{address}", {"q": "Zanzibar", "whose": "all", "actor": ""})
    return b"".join(answer).decode()


def test_a_strangers_rows_are_nowhere_in_the_console(log_in, eve, ada, ours, acme):
    browser = log_in(eve)
    told = []
    for model in admin.site._registry:
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if SECRET in browser.get(reverse(f"{prefix}_changelist")).content.decode():
            told.append(prefix)
        for key in find_keys(model, acme, ada):
            for verb in ("change", "delete", "history"):
                with suppress(NoReverseMatch):
                    address = reverse(f"{prefix}_{verb}", args=[key])
                    for send in (browser.get, browser.post):
                        answer = send(address)
                        if answer.status_code == 200 or SECRET in answer.content.decode():
                            told.append(address)

    assert told == []


def find_keys(model, organization, owner) -> list[int]:
    """Return some rows of an organization."""
    columns = {field.attname for field in model._meta.concrete_fields}
    if "organization_id" not in columns:
        return [{"organization": organization.pk, "user": owner.id}[model._meta.model_name]]
    with tenant(organization.pk):
        mine = model._default_manager.filter(organization_id=organization.pk)
        return list(mine.values_list("pk", flat=True)[:2])


# --- A board closed to somebody -------------------------------------------------------------------
@pytest.fixture
def closed(ours, acme, ada) -> dict[str, str]:
    with tenant(acme.pk):
        card = Position.objects.get()
        contacts.update(card.contact, changes={"name": "Somebody"}, by=ada)
        with action("imports.rename", by=ada):
            Import.objects.update(filename="some.csv")
        access.restrict(Pipeline.objects.get(), by=ada)
        moved = Action.objects.filter(target=card.ref).latest("pk")
    return ours | {"action": moved.ref}


def test_a_closed_board_has_no_address(log_in, mo, closed):
    browser = log_in(mo)
    told = []
    for address in NUMBERED:
        kind = named_by(address)
        for name in HIDDEN if kind == "every" else {kind}:
            told += find_told(
                browser,
                fill(address, closed[name]),
                may_be_empty=kind == "every",
                is_hidden=name in HIDDEN,
            )

    assert told == []


def test_a_closed_board_is_on_no_page(log_in, mo, closed):
    browser = log_in(mo)
    hidden = [f"/{page}/{closed[kind].partition(':')[2]}/" for page, kind in PAGES.items()]

    told = [
        address
        for address in PLAIN
        if (said := read(browser, address))
        and (
            any(each in said for each in hidden)
            or ("exports/positions" in address and SECRET in said)
        )
    ]

    assert told == []
