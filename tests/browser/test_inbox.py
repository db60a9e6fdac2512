"""What waits is decided with one click, wherever one sees it; what came of it appears there."""

from playwright.sync_api import expect

from audit.actions import action, tenant
from pipelines.models import Position


def stage_of(card):
    with tenant(card.organization_id):
        return Position.objects.select_related("stage").get(pk=card.pk).stage.name


def test_one_click_approves_and_the_outcome_appears(log_in_as, mo, card, ask, deliver):
    ask(card)
    page = log_in_as(mo, "/inbox/")
    expect(page.locator(".rail .count")).to_have_text("1")
    article = page.get_by_role("article")
    expect(article).to_contain_text("She asked for a demo on Monday.")
    expect(article).to_contain_text("confidence 60 % is below 85 %")

    article.get_by_role("button", name="Approve").click()
    expect(article).to_contain_text("Being carried out")
    deliver()

    expect(article).to_contain_text("Approved and done")
    expect(article).to_contain_text("Grace Hopper moved from Lead to Qualified")
    expect(page.locator(".rail .count")).to_be_empty()
    assert stage_of(card) == "Qualified"


def test_by_keyboard_one_goes_down_approves_and_rejects(log_in_as, mo, make_card, ask, deliver):
    for name in ("Grace Hopper", "Alan Turing", "Konrad Zuse"):
        ask(make_card(name))
    page = log_in_as(mo, "/inbox/")
    grace, alan, konrad = (page.get_by_role("article").nth(nth) for nth in range(3))

    page.keyboard.press("j")
    expect(grace).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("a")
    expect(grace).to_contain_text("Approved")
    expect(alan).to_be_focused()

    page.keyboard.press("r")
    expect(alan.get_by_label("Why not?")).to_be_focused()
    page.keyboard.type("Not before June.")
    page.keyboard.press("Enter")
    expect(alan).to_contain_text("Rejected")
    expect(alan).to_contain_text("Not before June.")
    expect(konrad).to_be_focused()

    page.keyboard.press("e")
    expect(konrad.get_by_role("button", name="Approve as changed")).to_be_visible()
    expect(konrad.get_by_label("To stage")).to_be_focused()
    konrad.get_by_role("link", name="Cancel").click()
    expect(konrad).to_be_focused()


def test_one_edits_and_approves(log_in_as, mo, card, stage, ask, deliver):
    ask(card)
    page = log_in_as(mo, "/inbox/")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("To stage").select_option("Proposal")
    page.get_by_role("button", name="Approve as changed").click()
    expect(page.get_by_role("alert")).to_contain_text("passed over")

    page.get_by_label("To stage").select_option("Demo")
    with action("test.arrange", by=mo):
        type(stage("Qualified")).objects.filter(pk=stage("Qualified").pk).update(can_skip=True)
    page.get_by_role("button", name="Approve as changed").click()
    expect(page.get_by_role("article")).to_contain_text("Approved")
    deliver()

    expect(page.get_by_role("article")).to_contain_text("Approved and done")
    assert stage_of(card) == "Demo"


def test_what_changed_meanwhile_is_said_and_not_done(log_in_as, mo, card, ask):
    ask(card)
    page = log_in_as(mo, "/inbox/")
    with action("test.change", by=mo):
        Position.objects.filter(pk=card.pk).update(value_cents=700_000)

    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_role("article")).to_contain_text("what the deal is worth has changed")
    assert stage_of(card) == "Lead"


def test_on_the_card_one_click_approves_and_the_card_moves(log_in_as, mo, card, ask, deliver):
    ask(card)
    page = log_in_as(mo)
    shown = page.locator(f"#position-{card.pk}")
    expect(shown.locator(".card-waits")).to_contain_text("Qualified")

    shown.get_by_role("button", name="Approve").click()
    expect(shown).to_contain_text("under way")
    deliver()

    expect(page.locator(".toast")).to_contain_text("Grace Hopper moved from Lead to Qualified")
    there = page.locator(".column").filter(has=page.get_by_role("heading", name="Qualified"))
    expect(there.locator(".card")).to_have_count(1)
    expect(there.locator(".how-many")).to_have_text("1")
    expect(there.locator(".card-waits")).to_be_empty()


def test_on_the_contacts_page_too(log_in_as, mo, card, ask, deliver):
    ask(card)
    page = log_in_as(mo, f"/contacts/{card.contact_id}/")
    standing = page.locator(f"#standing-{card.pk}")
    expect(standing.locator("[aria-current=step]")).to_contain_text("Lead")

    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".approval")).to_contain_text("Being carried out")
    deliver()

    expect(page.locator(".approval")).to_contain_text("Approved and done")
    expect(standing.locator("[aria-current=step]")).to_contain_text("Qualified")


def test_who_may_not_decide_sees_what_waits_and_for_whom(log_in_as, bob, card, ask):
    ask(card)
    page = log_in_as(bob, "/inbox/")
    expect(page.locator("main")).to_contain_text("Nothing waits for you")

    page.get_by_role("link", name="For others").click()
    expect(page.get_by_role("article")).to_contain_text("Someone else decides this: a manager")
    assert page.get_by_role("button", name="Approve").count() == 0
    assert page.locator(".keys").count() == 0
