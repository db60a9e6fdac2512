"""The conversations of the specification, word for word, and each in two other wordings."""

import pytest

from audit.actions import tenant
from crm.models import Contact, Email
from pipelines import criteria
from pipelines.models import Pipeline, Position, Stage
from tests.language.grounds import frozen
from tests.language.holding import hold
from tests.pipelines.histories import NOW, day, lay


@pytest.mark.parametrize(
    "text",
    [
        "Create a new pipeline for partner onboarding",
        "I need a new board for onboarding partners",
        "Set up a pipeline to onboard our partners",
    ],
)
def test_a_new_pipeline_has_fitting_stages_and_is_filled_on_yes(cobalt, talk, text):
    created, filled = talk(text, "yes")

    assert "Application → Review → Training → Active" in created.says
    assert "8 contacts are of type partner" in created.says
    assert (created.wrote, filled.wrote) == (True, True)
    with tenant(cobalt.organization.pk):
        board = Pipeline.objects.get(name__icontains="partner")
        placed = Contact.objects.filter(positions__pipeline=board)
        assert (placed.count(), {each.subtype for each in placed}) == (8, {"partner"})


@pytest.mark.parametrize(
    "text",
    [
        "Which deals are at risk this month?",
        "What deals closing this month look shaky?",
        "Which of our deals are in danger this month?",
    ],
)
def test_what_is_at_risk_is_told_with_reasons_and_letters_are_drafted_on_yes(cobalt, talk, text):
    told, drafted = talk(text, "yes")

    assert "2 deals at risk, $128,000 in all" in told.says
    assert "Leo Smith ($64,000, in Qualified for 67 days): No activity for 82 days" in told.says
    assert (told.wrote, drafted.wrote) == (False, True)
    with tenant(cobalt.organization.pk):
        letters = Email.objects.filter(status="draft").values_list("contact__name", flat=True)
        assert sorted(letters) == ["Leo Smith", "Opal Jennings"]


def test_why_one_deal_is_at_risk_tells_how_long_it_stands_there(cobalt, talk):
    with tenant(cobalt.organization.pk):
        card = Position.objects.get(external_id="D-028")

    (told,) = talk("why is this at risk?", page=str(card.ref))

    assert "in Proposal for 71 days" in told.says
    assert "No activity for 30 days" in told.says


@pytest.mark.parametrize(
    "text",
    [
        "Move all qualified leads to the demo stage",
        "Push every qualified lead on to Demo",
        "All qualified leads should go to the demo stage",
    ],
)
def test_those_that_meet_the_criteria_move_and_the_rest_are_listed(cobalt, talk, text):
    with tenant(cobalt.organization.pk):
        qualified = Stage.objects.get(name="Qualified", pipeline__name="New business")
        before = set(Position.objects.filter(stage=qualified).values_list("pk", flat=True))
        worth = Position.objects.filter(pk__in=before, value_cents__gt=50_000_00)
        rich = set(worth.values_list("pk", flat=True))
    criteria.add(qualified, criterion="position.value_cents > 5000000", by=cobalt.by)

    (done,) = talk(text)

    with tenant(cobalt.organization.pk):
        left = set(Position.objects.filter(stage=qualified).values_list("pk", flat=True))
    assert 0 < len(rich) < len(before)
    assert left == before - rich
    assert f"{len(rich)} of {len(before)} moved to Demo" in done.says
    assert f"{len(before - rich)} could not be" in done.says
    assert "50,000" in done.says


@pytest.mark.parametrize(
    "text",
    [
        "What's our sales pipeline velocity?",
        "How fast do deals move through our sales pipeline?",
        "What is the velocity of our pipeline and where is the bottleneck?",
    ],
)
def test_velocity_comes_with_the_best_stage_the_bottleneck_and_a_suggestion(
    inside, sales, ada, text
):
    with frozen(NOW):
        for at in range(6):
            lay(
                sales,
                ("Lead", day(1)),
                ("Demo", day(3)),
                ("Customer", day(13 + at)),
                by=ada,
                created_at=day(20),
                value_cents=100_00,
                currency="USD",
            )
        (told,) = hold([text], by=ada)

    assert "14.5 days from Lead to Customer on average" in told.says
    assert "Best stage: Lead (2 days on average)." in told.says
    assert "Bottleneck: Demo (12.5 days on average)." in told.says
    assert "Suggestion: " in told.says


@pytest.mark.parametrize(
    "text",
    [
        "Show me all high-value leads that haven't engaged in 2 weeks",
        "Which high value leads have been silent for two weeks?",
        "List the big leads we have not heard from in over two weeks",
    ],
)
def test_high_value_leads_that_fell_silent_are_listed(talk, text):
    (told,) = talk(text)

    assert "Samir Khan" in told.says
    assert "Ben Carver" in told.says
    assert told.says.startswith("2 cards")
