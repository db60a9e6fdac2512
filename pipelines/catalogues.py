"""The fields of cards that conditions may compare, with those of their contact and company."""

from crm.conditions import Field, FieldCatalogue, get_catalogue, kinds, register
from pipelines.models import Position
from pipelines.scores import FACTORS


def register_all() -> None:
    """Build the catalogue; once the kinds that references name are known."""
    factors = (
        Field(
            path=f"position.{name}",
            label=name,
            kind=kinds.Number(),
            column="score_factors",
            key=name,
        )
        for name in FACTORS
    )
    position = register(FieldCatalogue("position", Position, factors))
    position.add("title", "currency", "priority", "owner", "stage", "outcome", "score", "notes")
    position.add("confidence", "risk_factors", "closed_at", "created_at", "archived_at")
    position.add("external_id", "external_source", "pipeline", "contact")
    position.add(
        value_cents="value",
        previous_stage="stage before",
        entered_stage_at="time of entering the stage",
        expected_close_on="expected close",
        next_follow_up_at="next follow-up",
        lost_reason="reason for losing",
        manual_score="score set by hand",
        reviewed_at="last review",
    )
    position.add_custom()
    contact = get_catalogue("contact")
    position.include(contact, under="contact", through="contact", label="contact")
