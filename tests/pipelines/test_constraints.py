"""What the database itself holds: each constraint is broken once."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models import F

from audit.actions import action
from crm.models import Contact
from pipelines import criteria, pipelines, positions
from pipelines.models import Attestation, Criterion, Pipeline, Position, Stage, StageVisit


@pytest.fixture
def refused(ada):
    """Expect the database to refuse what is written inside, by the name of the constraint."""

    @contextmanager
    def expect(constraint):
        with pytest.raises(IntegrityError, match=constraint), action("test.break", by=ada):
            yield
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")

    return expect


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"outcome": "won"}, "closed_means_when_and_how"),
        ({"closed_at": F("entered_stage_at")}, "closed_means_when_and_how"),
        ({"score": 101}, "score_at_most_100"),
        ({"manual_score": 101}, "manual_score_at_most_100"),
        ({"confidence": 1.01}, "score_confidence_0_to_1"),
        ({"confidence": -0.01}, "score_confidence_0_to_1"),
        ({"lost_reason": "why"}, "only_the_lost_have_a_reason"),
        ({"rank": ""}, "every_card_has_a_rank"),
        ({"value_cents": -1}, "value_cents"),
    ],
)
def test_a_card(card, refused, changes, constraint):
    with refused(constraint):
        Position.objects.filter(pk=card.pk).update(**changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"win_percent": 101}, "win_percent_at_most_100"),
        ({"min_days": 3, "max_days": 2}, "min_days_at_most_max_days"),
    ],
)
def test_a_stage(card, refused, changes, constraint):
    with refused(constraint):
        Stage.objects.filter(pk=card.stage_id).update(**changes)


def test_one_default_pipeline(sales, ada, inside, refused):
    other = pipelines.create("Other", by=ada)

    with refused("one_default_pipeline"):
        Pipeline.objects.filter(pk=other.pk).update(is_default=True)


def test_one_open_stay(card, refused):
    with refused("one_open_visit"):
        StageVisit.objects.create(
            organization_id=card.organization_id,
            pipeline_id=card.pipeline_id,
            position=card,
            stage_id=card.stage_id,
        )


def test_a_stay_ends_after_it_began(card, refused):
    with refused("visit_left_after_it_was_entered"):
        StageVisit.objects.update(left_at=F("entered_at") - timedelta(seconds=1))


def test_a_key_once_per_stage(card, stage, ada, refused):
    criteria.add(stage("Lead"), criterion="budget", by=ada)

    with refused("criterion_key_once_per_stage"):
        first = Criterion.objects.get()
        Criterion.objects.create(
            organization_id=first.organization_id,
            pipeline_id=first.pipeline_id,
            stage_id=first.stage_id,
            key="budget",
            label="Budget",
        )


@pytest.fixture
def attested(card, stage, ada):
    budget = criteria.add(stage("Lead"), criterion="budget", by=ada)
    return criteria.attest(card, criterion=budget, evidence="a mail", by=ada)


def test_evidence_is_something(attested, refused):
    with refused("attested_with_evidence"):
        Attestation.objects.update(evidence="")


def test_an_item_is_attested_once(attested, refused):
    with refused("attested_once_per_position"):
        attested.pk = None
        attested.save(force_insert=True)


def test_an_external_id_once_per_source(make_card, refused):
    make_card("Lead", external_id="D-1", external_source="hubspot")
    other = make_card("Lead")

    with refused("position_external_id_once_per_source"):
        Position.objects.filter(pk=other.pk).update(external_id="D-1", external_source="hubspot")


@pytest.mark.parametrize("column", ["stage_id", "pipeline_id"])
def test_a_cards_stage_is_of_its_pipeline(card, ada, refused, column):
    other = pipelines.create("Other", by=ada, stages=[{"name": "New"}])
    ids = {"stage_id": other.stages.get().pk, "pipeline_id": other.pk}

    with refused("pipelines_position_stage_of_its_pipeline"):
        Position.objects.filter(pk=card.pk).update(**{column: ids[column]})


@pytest.mark.parametrize("model", [StageVisit, Criterion])
def test_a_rows_stage_is_of_its_pipeline(attested, ada, refused, model):
    other = pipelines.create("Other", by=ada)

    with refused("stage_of_its_pipeline"):
        model.objects.update(pipeline_id=other.pk)


def test_a_stage_with_a_history_is_not_deleted(card, stage, bob, refused):
    positions.move(card, to=stage("Qualified"), by=bob)

    with refused("same_tenant|stage_of_its_pipeline"), connection.cursor() as cursor:
        cursor.execute("delete from pipelines_stage where name = 'Lead'")


def test_an_owner_is_of_this_organization(elsewhere, eve, card, refused):
    with refused("pipelines_position_owner_same_tenant"):
        Position.objects.filter(pk=card.pk).update(owner=eve.membership_id)


def test_a_contact_of_this_organization(elsewhere, eve, acme, ada, sales, grace, refused):
    with action("test.arrange", by=eve):
        theirs = Contact.objects.create(organization=elsewhere, name="Theirs")
    card = positions.enter(grace, pipeline=sales, by=ada)

    with refused("pipelines_position_contact_same_tenant"):
        Position.objects.filter(pk=card.pk).update(contact=theirs.pk)
