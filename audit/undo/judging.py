"""Judging: what of a selection can be taken back, by the ledger alone, row by row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from audit.undo import cells
from audit.undo.cells import Cell, Source
from audit.undo.history import KEY, MISSING, History, Row
from audit.undo.schema import Table, find_table
from audit.undo.stacks import Peeled, Standing
from audit.undo.units import Deed, Part, Status, Unit, find_content
from audit.wording import Key

NOW = 2**63  # later than any change


def build(history: History) -> list[Unit]:
    """Return everything the selection did as units, each judged by the ledger alone."""
    units = []
    split: dict[Key, list[Cell]] = {}
    has_work = any(not _is_aside(row) for row in history.rows.values())
    for key, row in history.rows.items():
        refusal = _find_refusal(row, history)
        if refusal:
            is_spoken_of = not (has_work and _is_aside(row))
            status = Status.IRREVERSIBLE if is_spoken_of else Status.NOTHING
            units.append(Unit(row, status, because=refusal))
        else:
            split[key] = (
                [Cell(row, (), row.writes)] if row.simple else cells.split(row, _table(row))
            )
    alone = _keep_company(split, history)
    for each in split.values():
        for cell in each:
            if not cell.company:
                cells.assess([cell], history)
    for key, each in split.items():
        if _table(history.rows[key]).tie is None:
            units += _judge_row(history.rows[key], each, history)
    for company in alone:
        units += _judge_company(company, history)
    return units


def _table(row: Row) -> Table:
    table = find_table(row.table)
    assert table is not None  # `_find_refusal` has seen to that
    return table


def _is_aside(row: Row) -> bool:
    table = find_table(row.table)
    return table is not None and table.aside


def _find_refusal(row: Row, history: History) -> str:
    table = find_table(row.table)
    if table is None:
        return "Such records are not kept any more."
    if table.never:
        return _sentence(table.never)
    for column, reasons in table.stands.items():
        if because := reasons.get((row.now or {}).get(column, "")):
            return _sentence(because)
    if any(write.erased for write in row.writes if write.action in history.selected):
        return "What was written here has been erased."
    return ""


def _sentence(reason: str) -> str:
    return f"{reason[0].upper()}{reason[1:].rstrip('.')}."


def _find_kept(row: Row, row_cells: Iterable[Cell]) -> str:
    """Return why columns stand that were written to; "" where none such was."""
    keeps = _table(row).keeps
    written = (column for cell in row_cells for column in cell.columns)
    return next((_sentence(keeps[column]) for column in written if column in keeps), "")


def _keep_company(split: dict[Key, list[Cell]], history: History) -> list[list[Cell]]:
    """
    Join tied rows with the group of columns they go with; return companies of tied rows alone.
    """
    tied: dict[Key, list[Cell]] = defaultdict(list)
    for row_cells in split.values():
        tie = _table(row_cells[0].row).tie
        if tie is not None:
            tied[tie.table, row_cells[0].row.value(tie.column)].append(row_cells[0])
    for key, companions in tied.items():
        tie = _table(companions[0].row).tie
        if tie and key in split and (group := _find_group(split[key], tie.group)):
            companions.insert(0, group)
    alone = []
    for company in cells.components(tied, history):
        cells.assess(company, history)
        for cell in company:
            cell.company = company
        if not any((cell.row.table, cell.row.id) in tied for cell in company):
            alone.append(company)
    return alone


def _find_group(row_cells: list[Cell], column: str) -> Cell | None:
    """Return the cell that holds `column`: its group's where that was written, else the row's."""
    holding = (cell for cell in row_cells if column in cell.columns or cell.is_whole)
    return next(iter(sorted(holding, key=lambda cell: cell.is_whole)), None)


def _judge_row(row: Row, row_cells: list[Cell], history: History) -> list[Unit]:
    whole = row_cells[0] if row_cells[0].is_whole else None
    if whole is None or not whole.has_selected(history):
        mine = [cell for cell in row_cells if cell.has_selected(history)]
        if row.now is None:
            return [_judge_lost(row, mine)]
        return [_judge_columns(cell) for cell in mine]
    standing = whole.result.standing
    if standing is Standing.LAST and whole.was_there != whole.is_there:
        return [_remove(row, row_cells) if whole.is_there else _return(row, row_cells)]
    if standing is Standing.GONE and row.now is None:
        return [Unit(row, Status.UNDONE)]
    if row.now is None:
        return [Unit(row, Status.NOTHING, because="It is gone already.")]
    first = {
        Standing.GONE: [Unit(row, Status.UNDONE)],
        Standing.COVERED: [_covered(row, [whole])],
        Standing.LAST: [],
    }[standing]
    return first + [_judge_columns(cell) for cell in row_cells[1:] if cell.has_selected(history)]


def _judge_lost(row: Row, mine: list[Cell]) -> Unit:
    """Judge what was written to a row that somebody else has removed since."""
    if all(cell.result.standing is Standing.GONE for cell in mine):
        return Unit(row, Status.UNDONE)
    return _covered(row, mine)


def _covered(row: Row, blocked: list[Cell], columns: tuple[str, ...] = ()) -> Unit:
    """A conflict: others' later events lie over what the selection wrote."""
    over = {event for cell in blocked for event in cell.result.over}
    ordered = tuple(sorted(over, key=lambda event: event.last, reverse=True))
    return Unit(row, Status.CONFLICT, columns, over=ordered)


def _differs(row: Row) -> Unit:
    return Unit(row, Status.CONFLICT, because="The record is not what the ledger says it is.")


def _remove(row: Row, row_cells: list[Cell]) -> Unit:
    """Remove what the selection made, if all that was written to it since was its own."""
    if because := _find_kept(row, row_cells):
        return Unit(row, Status.IRREVERSIBLE, because=because)
    blocked = [c for c in row_cells if c.result.standing is not Standing.LAST or c.was_there]
    if blocked:
        return _covered(row, blocked)
    if any(_is_altered(cell) for cell in _company_of(row_cells)):
        return _differs(row)
    parts = [Part(row, Deed.REMOVE, order=row.writes[-1].id), *_company_parts(row_cells)]
    return Unit(row, Status.RESTORABLE, parts=parts, took=_took(row_cells))


def _return(row: Row, row_cells: list[Cell]) -> Unit:
    """Make again what the selection deleted, less what else of it the selection wrote before."""
    blocked = [c for c in row_cells if c.result.standing is not Standing.LAST]
    if blocked:
        return _covered(row, blocked)
    part = _part_of_return(row)
    for cell in row_cells[1:]:
        for column in cell.columns:
            source = cells.find_source(row, column, cell.result.upto)
            held = _holds(find_content(row, part.base), column)
            if source and cells.read(row, column, source) != held:
                part.sources[column] = source
    parts = [part, *_company_parts(row_cells)]
    return _unless_erased(Unit(row, Status.RESTORABLE, parts=parts, took=_took(row_cells)))


def _part_of_return(row: Row) -> Part:
    deletion = next(write for write in reversed(row.writes) if write.verb == "delete")
    return Part(row, Deed.RETURN, base=deletion.id, order=deletion.id)


def _judge_columns(cell: Cell) -> Unit:
    """Put a column or a group of them back to what it held without the selection."""
    row, result = cell.row, cell.result
    if because := _find_kept(row, [cell]):
        return Unit(row, Status.IRREVERSIBLE, cell.columns, because=because)
    if result.standing is Standing.GONE:
        return Unit(row, Status.UNDONE, cell.columns)
    if result.standing is Standing.COVERED:
        return _covered(row, [cell], cell.columns)
    withheld = {column for write in cell.writes for column in write.withheld}
    if withheld & set(cell.columns):
        because = "What it was before is secret and was not kept."
        return Unit(row, Status.IRREVERSIBLE, cell.columns, because=because)
    company = cell.company or [cell]
    if any(_is_altered(each) for each in company):
        return _differs(row)
    parts = [part for each in company if (part := _part_of(each))]
    status = Status.RESTORABLE if parts else Status.NOTHING
    because = "" if parts else "It is as it was before already."
    return _unless_erased(
        Unit(row, status, cell.columns, parts=parts, took=result.took, because=because)
    )


def _judge_company(company: list[Cell], history: History) -> list[Unit]:
    """Judge tied rows whose owner the selection left alone."""
    row, standing = company[0].row, company[0].result.standing
    if standing is Standing.GONE:
        return [Unit(row, Status.UNDONE)]
    if standing is Standing.COVERED:
        return [_covered(row, company)]
    if any(_is_altered(cell) for cell in company):
        return [_differs(row)]
    parts = [part for cell in company if (part := _part_of(cell))]
    status = Status.RESTORABLE if parts else Status.NOTHING
    return [_unless_erased(Unit(row, status, parts=parts, took=company[0].result.took))]


def _unless_erased(unit: Unit) -> Unit:
    for part in unit.parts:
        needed = {part.base, *(source.change for source in part.sources.values())}
        if any(write.erased for write in part.row.writes if write.id in needed):
            because = "What was written here has been erased."
            return Unit(unit.row, Status.IRREVERSIBLE, unit.columns, because=because)
    return unit


def _company_of(row_cells: list[Cell]) -> Iterator[Cell]:
    for cell in row_cells:
        yield from cell.company or [cell]


def _company_parts(row_cells: list[Cell]) -> list[Part]:
    """Return what is done to the tied rows that come or go with this one."""
    found = (_part_of(c) for c in _company_of(row_cells) if c.row is not row_cells[0].row)
    return [part for part in found if part]


def _took(row_cells: list[Cell]) -> frozenset[int]:
    return frozenset().union(*(cell.result.took for cell in row_cells))


def _is_altered(cell: Cell) -> bool:
    """Whether the row holds something else than the last change left in it."""
    row = cell.row
    if row.simple:
        return False
    if cells.existed(row, NOW) != cell.is_there:
        return True
    if row.now is None:
        return False
    return any(
        (source := cells.find_source(row, column, NOW)) is not None
        and _holds(row.now, column) != cells.read(row, column, source)
        for column in _columns_of(cell)
        if column in row.now or KEY in column
    )


def _holds(values: dict[str, Any], column: str) -> Any:
    return values.get(column, MISSING)


def _columns_of(cell: Cell) -> Iterable[str]:
    if cell.columns:
        return cell.columns
    found = {column for write in cell.writes for column in (*write.before, *write.after)}
    return found - _table(cell.row).keyed  # their keys are there


def _part_of(cell: Cell) -> Part | None:
    """Return what it takes to have the cell hold what it is to hold; None if it does."""
    row, peeled = cell.row, cell.result
    order = max(write.id for write in cell.writes)
    if cell.is_there and not cell.was_there:
        return Part(row, Deed.REMOVE, order=order)
    if not cell.is_there and not cell.was_there:
        return None
    part = Part(row, Deed.UPDATE, order=order) if cell.is_there else _part_of_return(row)
    held = row.now if row.now is not None else find_content(row, part.base)
    part.sources = _find_differences(row, cell, held, peeled)
    return part if part.sources or part.deed is Deed.RETURN else None


def _find_differences(
    row: Row, cell: Cell, held: dict[str, Any], peeled: Peeled
) -> dict[str, Source]:
    found = {c: cells.find_source(row, c, peeled.upto) for c in _columns_of(cell)}
    return {
        column: source
        for column, source in found.items()
        if source
        and (column in held or KEY in column)
        and cells.read(row, column, source) != _holds(held, column)
    }
