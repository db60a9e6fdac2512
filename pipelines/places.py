"""Where in its column a card goes."""

from django.db.models import F, Q

from audit.actions import Refusal
from pipelines import ranks
from pipelines.models import InPipelineQuerySet, Position

# How many neighbours on either side get new keys when there is no room; more if that is not enough.
NEIGHBOURS = 4


class NotInColumn(Refusal):
    """The card it was to be put next to is no longer in that column."""


def find_rank(
    card: Position, *, stage_id: int, above: Position | None = None, below: Position | None = None
) -> str:
    """
    Return a rank that puts `card` in its column directly above or below another card.

    Where two cards have the same rank, or ranks have grown long, their neighbours get new ones.

    :raises NotInColumn: if that card does not stand there
    """
    rank = _fit(card, stage_id, above=above, below=below)
    if rank is None:
        _make_room(card, stage_id, around=_locate(stage_id, below or above))
        rank = _fit(card, stage_id, above=above, below=below)
    if rank is None:
        raise NotInColumn
    return rank


def find_first_rank(stage_id: int) -> str | None:
    """Return the rank of the card on top of a column, None where it is empty."""
    return _column(stage_id).order_by("rank").values_list("rank", flat=True).first()


def _column(stage_id: int) -> InPipelineQuerySet:
    return Position.objects.filter(stage_id=stage_id, archived_at=None)


def _locate(stage_id: int, neighbour: Position | None) -> Position:
    found = _column(stage_id).filter(pk=neighbour.pk).first() if neighbour else None
    if found is None:
        raise NotInColumn
    return found


def _fit(
    card: Position, stage_id: int, *, above: Position | None, below: Position | None
) -> str | None:
    """Return a rank between two neighbours, None where they leave no room for one."""
    neighbour = _locate(stage_id, below or above)
    others = _column(stage_id).exclude(pk=card.pk)
    low: Position | None
    high: Position | None
    if below is not None:
        low = neighbour
        high = _after(others, neighbour).first()
    else:
        low = _before(others, neighbour).first()
        high = neighbour
    if low is not None and high is not None and low.rank == high.rank:
        return None
    rank = ranks.between(low.rank if low else None, high.rank if high else None)
    return rank if len(rank) <= ranks.COMFORTABLE else None


def _after(column: InPipelineQuerySet, card: Position) -> InPipelineQuerySet:
    """Return the cards below `card`, nearest first."""
    later = column.filter(rank__gte=card.rank).exclude(Q(rank=card.rank) & Q(pk__lte=card.pk))
    return later.order_by("rank", "pk")


def _before(column: InPipelineQuerySet, card: Position) -> InPipelineQuerySet:
    """Return the cards above `card`, nearest first."""
    earlier = column.filter(rank__lte=card.rank).exclude(Q(rank=card.rank) & Q(pk__gte=card.pk))
    return earlier.order_by(F("rank").desc(), F("pk").desc())


def _make_room(card: Position, stage_id: int, *, around: Position) -> None:
    """Give as few neighbours of `around` as it takes new keys, so that there is room."""
    others = _column(stage_id).exclude(pk=card.pk)
    width = NEIGHBOURS
    while True:
        before = list(_before(others, around)[: width + 1])
        after = list(_after(others, around)[: width + 1])
        low = before[width].rank if len(before) > width else None
        high = after[width].rank if len(after) > width else None
        run = [*before[:width][::-1], around, *after[:width]]
        if low is None or high is None or low < high:
            keys = ranks.spread(len(run), low, high)
            if len(max(keys, key=len)) < ranks.COMFORTABLE // 2 or (low is None and high is None):
                break
        width *= 4
    for each, key in zip(run, keys, strict=True):
        each.rank = key
    Position.objects.bulk_update(run, ["rank"])
