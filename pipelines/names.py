"""What cards are called: by whom they are about, since many share a title."""

from audit import wording
from pipelines.models import Position


@wording.names("pipelines_position")
def find_names(ids: list[int]) -> dict[int, str]:
    """Return what cards are called, for the ledger's sentences: Grace Hopper in Sales."""
    cards = Position.objects.filter(pk__in=ids)
    named = cards.values_list("pk", "contact__name", "pipeline__name")
    return {pk: f"{who} in {where}" for pk, who, where in named}
