"""The pipelines and stages that rows of a file name: found by name, else made."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from crm.imports.cells import Record
from crm.imports.registry import Batch
from pipelines import pipelines, stages
from pipelines.imports import wording
from pipelines.models import Colour, Pipeline, Stage, StageKind

FALLBACK = "Imported"
LONGEST_NAME = 300
ENDS = {StageKind.WON: "Won", StageKind.LOST: "Lost"}


@dataclass
class Board:
    """A pipeline with its stages in use, in order."""

    pipeline: Pipeline
    stages: list[Stage]

    def find(self, name: str) -> Stage | None:
        """Return the stage of a name, whatever the case."""
        wanted = wording.plain(name)
        return next((each for each in self.stages if wording.plain(each.name) == wanted), None)

    def first(self, kind: str) -> Stage | None:
        """Return its first stage of a kind."""
        return next((each for each in self.stages if each.kind == kind), None)


class Boards:
    """The boards of one organization, as one import knows and makes them."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        rows = Pipeline.objects.visible_to(batch.by)
        ordered = sorted(rows, key=lambda each: (each.archived_at is not None, each.order, each.pk))
        self.by_id = {row.pk: Board(row, []) for row in ordered}
        self.by_name: dict[str, Board] = {}
        for board in self.by_id.values():
            self.by_name.setdefault(wording.plain(board.pipeline.name), board)
            self.by_name.setdefault(board.pipeline.ref, board)
        in_use = Stage.objects.filter(pipeline__in=self.by_id, archived_at=None)
        for stage in in_use.order_by("order", "pk"):
            self.by_id[stage.pipeline_id].stages.append(stage)
            stage.pipeline = self.by_id[stage.pipeline_id].pipeline

    def prepare(self, records: Sequence[Record]) -> None:
        """Make what pipelines and stages a chunk's rows name and nobody has made."""
        named: dict[str, list[Record]] = {}
        for record in records:
            named.setdefault(self._name_for(record), []).append(record)
        for name, rows in named.items():
            board = self.by_name.get(wording.plain(name))
            if board is None:
                self._make(name, rows)
            else:
                for stage in _stage_names(rows):
                    self.stage(board, stage)

    def of(self, record: Record) -> Board:
        """Return the board a row belongs on."""
        return self.by_name[wording.plain(self._name_for(record))]

    def stage(self, board: Board, name: str) -> Stage:
        """Return the stage of a name; made, at its place among the others, where there is none."""
        found = board.find(name)
        if found is None:
            kind = wording.kind_of(name)
            found = stages.add(
                board.pipeline,
                name=name,
                by=self.batch.by,
                after=_before(board, name, kind),
                kind=kind,
                colour=_colour(kind, len(board.stages)),
                can_skip=kind == StageKind.ACTIVE,
            )
            board.stages = stages.find(board.pipeline)
            self.batch.receipt.made("stages", [name], of=board.pipeline.name)
        return found

    def entrance(self, board: Board, outcome: str) -> Stage:
        """Return where a card stands of which no stage is said."""
        stage = board.first(outcome or StageKind.ACTIVE) or board.first(StageKind.ACTIVE)
        return stage or self.stage(board, "New")

    def is_said(self, record: Record) -> bool:
        """Say whether a row, or whoever imports, names a pipeline."""
        return bool(record.get("pipeline") or self.batch.memory.get("pipeline"))

    def _name_for(self, record: Record) -> str:
        said = record.get("pipeline") or self.batch.memory.get("pipeline")
        return str(said)[:LONGEST_NAME] if said else self._usual()

    def _usual(self) -> str:
        """The default pipeline, the only one, or a new one of our naming."""
        in_use = [
            each.pipeline for each in self.by_id.values() if each.pipeline.archived_at is None
        ]
        usual = next((each for each in in_use if each.is_default), None)
        if usual is None and in_use:
            usual = in_use[0]
        return usual.ref if usual else FALLBACK

    def _make(self, name: str, rows: Sequence[Record]) -> None:
        purpose = wording.purpose_of(name)
        pipeline = pipelines.create(
            name,
            by=self.batch.by,
            subtype=purpose,
            colour=wording.COLOURS.get(purpose, Colour.BLUE),
            stages=_draw(rows),
        )
        board = Board(pipeline, stages.find(pipeline))
        self.by_id[pipeline.pk] = self.by_name[wording.plain(name)] = board
        self.by_name[pipeline.ref] = board
        self.batch.receipt.made("pipelines", [pipeline.name])
        drawn = [stage.name for stage in board.stages]
        self.batch.receipt.made("stages", drawn, of=pipeline.name)


def get(batch: Batch) -> Boards:
    """Return the boards of this import, read once."""
    if "boards" not in batch.memory:
        batch.memory["boards"] = Boards(batch)
    boards: Boards = batch.memory["boards"]
    return boards


def _stage_names(rows: Sequence[Record]) -> list[str]:
    """The names of stages in some rows, each once, in order of appearance."""
    names: dict[str, str] = {}
    for row in rows:
        if row.get("stage"):
            name = str(row.get("stage"))[:LONGEST_NAME]
            names.setdefault(wording.plain(name), name)
    return list(names.values())


def _draw(rows: Sequence[Record]) -> list[dict[str, Any]]:
    """
    Describe the stages of a new pipeline: by how far along they are, the ends last.

    A file names no rules, and its cards have passed stages over: so may those that come after.
    """
    names = _stage_names(rows)
    kinds = {name: _kind_of(name, rows) for name in names}
    if not names:
        kinds = {"Open": StageKind.ACTIVE} | {end: kind for kind, end in ENDS.items()}
        names = list(kinds)
    elif StageKind.ACTIVE not in kinds.values():
        names, kinds = ["New", *names], {"New": StageKind.ACTIVE, **kinds}
    ends = [StageKind.ACTIVE, StageKind.WON, StageKind.LOST]
    ordered = sorted(
        enumerate(names), key=lambda each: (ends.index(kinds[each[1]]), _step(each[1]), each[0])
    )
    colours = cycle(wording.ALONG)
    return [
        {
            "name": name,
            "kind": kinds[name],
            "can_skip": kinds[name] == StageKind.ACTIVE,
            "colour": next(colours) if kinds[name] == StageKind.ACTIVE else _colour(kinds[name], 0),
        }
        for _, name in ordered
    ]


def _kind_of(name: str, rows: Sequence[Record]) -> StageKind:
    """A stage in which every card is won is a won one, whatever it is called."""
    kind = wording.kind_of(name)
    wanted = wording.plain(name)
    there = [row for row in rows if wording.plain(str(row.get("stage"))) == wanted]
    if kind == StageKind.ACTIVE and all(_is_won(row) for row in there):
        return StageKind.WON
    return kind


def _is_won(row: Record) -> bool:
    return wording.kind_of(str(row.get("outcome"))) == StageKind.WON


def _step(name: str) -> int:
    step = wording.step_of(name)
    return wording.UNKNOWN_STEP if step is None else step


def _before(board: Board, name: str, kind: StageKind) -> Stage | None:
    """Return the stage after which a new one goes; None leaves it to its kind."""
    step = wording.step_of(name)
    if kind != StageKind.ACTIVE or step is None:
        return None
    active = [each for each in board.stages if each.kind == StageKind.ACTIVE]
    before = [each for each in active if _step(each.name) <= step]
    return before[-1] if before else None


def _colour(kind: str, count: int) -> Colour:
    ends = {StageKind.WON: Colour.GREEN, StageKind.LOST: Colour.RED}
    return ends.get(StageKind(kind), wording.ALONG[count % len(wording.ALONG)])
