"""
Results of calls as small tables and figures, whatever tool they are of.

A list of objects is a table, plain values are figures, lists of sentences are remarks. Where a
reference comes with its name, the name is shown and leads to the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse

from agents.conversations import wordings
from agents.conversations.wordings import Names
from crm import refs

MOST_ROWS = 25
MOST_COLUMNS = 6
MOST_FIGURES = 16
LONGEST_FIGURE = 60  # characters; more is a sentence
# What programs need, or what is said elsewhere.
UNSAID = {
    *(
        "ref",
        "type",
        "next",
        "after",
        "basis",
        "definitions",
        "definition",
        "selection",
        "currency",
    ),
    *("links", "version", "tool", "external_id", "external_source", "created_by", "updated_at"),
    *("created_at", "rows_in_all", "rests_on", "unconverted", "status", "description", "without"),
    *("per_currency", "total_per_currency", "measure", "field", "key", "days_rest_on"),
    *("as_of", "group_count"),
    *("start", "end", "time_zone", "stays", "rows", "closed_cards", "bottleneck_stage"),
}
COUNTS = ("count", "list")  # measures whose value is how many there are, said already
# Objects whose values need no saying whose they are.
PLAIN = ("metrics", "prediction", "properties", "overall")
CALLED = ("name", "contact_name", "record", "title", "label", "stage_name")
PAGES = {
    "contact": "crm:contact",
    "company": "crm:company",
    "pipeline": "pipelines:board",
    "email": "crm:email",
    "approval": "approvals:approval",
    "action": "audit:action",
}
TONES = {"done": "good", "waiting": "waits", "unchanged": "", "skipped": ""}


@dataclass(frozen=True)
class Cell:
    """One value in words: where it leads to, and how it went where it says so."""

    text: str
    url: str = ""
    tone: str | None = None
    number: bool = False


@dataclass(frozen=True)
class Head:
    """What a column holds."""

    text: str
    number: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of one kind; `more` of them are not shown."""

    title: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A result as people read it."""

    tables: Sequence[Table] = ()
    figures: Sequence[tuple[str, str]] = ()
    remarks: Sequence[str] = ()


@dataclass(frozen=True)
class _Reader:
    """Says values; knows what references are called, and the currency of amounts."""

    names: Names
    currency: str
    around: Mapping[str, Any] = field(default_factory=dict)

    def say(self, key: str, value: Any, row: Mapping[str, Any]) -> str:
        currency = row.get("currency") or self.around.get("currency") or self.currency
        if key == "value" and self._measures_money:
            key = "value_cents"
        return wordings.say(key, value, names=self.names, currency=str(currency))

    @property
    def _measures_money(self) -> bool:
        """Whether the figures are of a field that holds amounts."""
        field, measure = str(self.around.get("field", "")), self.around.get("measure")
        return field.endswith("_cents") and measure != "count"


def read(result: Any, *, schema: Mapping[str, Any], names: Names, currency: str) -> Shown:
    """
    Return what a call answered, for people.

    :param schema: of what the tool answers; the database keeps no order, so this says it
    :param names: what references are called
    :param currency: of amounts whose currency is not said
    """
    if not isinstance(result, dict):
        return Shown()
    result = order(result, schema)
    reader = _Reader(names, currency, result)
    tables, figures, remarks = [], [], []
    for key, value in result.items():
        if key in UNSAID or (key == "value" and result.get("measure") in COUNTS):
            continue
        if _is_records(value):
            tables.append(_tell_outcomes(value, reader))
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            counted = result.get("measure") in COUNTS
            rows = [{k: v for k, v in row.items() if k != "value"} for row in value]
            tables.append(_tell_rows(key, rows if counted else value, reader))
        elif isinstance(value, list) and _are_sentences(value):
            remarks += value
        elif isinstance(value, dict):
            within = "" if key in PLAIN else wordings.label(key)
            figures += _tell_figures(value, reader, within=within)
        else:
            figures += _tell_figures({key: value}, reader, beside=result)
    if not tables and result.get("results") == []:
        remarks.append("Nothing was found.")
    remarks = list(dict.fromkeys([*remarks, *(said for _, said in figures if _is_long(said))]))
    figures = [(label, said) for label, said in figures if not _is_long(said)]
    figures = list(dict(reversed(figures)).items())[::-1]  # of two of one name the first
    return Shown(tables=tables, figures=figures[:MOST_FIGURES], remarks=remarks[:MOST_FIGURES])


def order(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a value with its keys as a JSON Schema has them; those it does not know come last."""
    if isinstance(value, list):
        return [order(each, schema.get("items", {})) for each in value]
    if not isinstance(value, dict):
        return value
    known = schema.get("properties", {})
    keys = [key for key in known if key in value] + [key for key in value if key not in known]
    return {key: order(value[key], known.get(key, {})) for key in keys}


def find_address(ref: str) -> str:
    """Return the page of what a reference names; "" where it has none."""
    if not refs.is_reference(ref):
        return ""
    kind, _, number = ref.partition(":")
    try:
        return reverse(PAGES[kind], args=[int(number)]) if kind in PAGES else ""
    except NoReverseMatch:
        return ""


def tell_outcomes(records: Sequence[Mapping[str, Any]]) -> Table:
    """Return what became of each of many records, those first that stayed as they were."""
    return _tell_outcomes(records, _Reader({}, ""))


def _tell_outcomes(records: Sequence[Mapping[str, Any]], reader: _Reader) -> Table:
    ordered = sorted(records, key=lambda each: each["outcome"] in TONES)
    rows = [
        [
            Cell(str(each.get("name") or each["record"]), find_address(str(each["record"]))),
            Cell(str(each["outcome"]).capitalize(), tone=TONES.get(str(each["outcome"]), "bad")),
            Cell(str(each.get("because") or "")),
        ]
        for each in ordered[:MOST_ROWS]
    ]
    heads = [Head("Record"), Head("Outcome"), Head("What is missing")]
    return Table(title="", heads=heads, rows=rows, more=max(0, len(ordered) - MOST_ROWS))


def _tell_rows(key: str, values: Sequence[Mapping[str, Any]], reader: _Reader) -> Table:
    rows = [_flatten(each) for each in values]
    columns = _choose_columns(rows)
    return Table(
        title="" if key == "results" else wordings.label(key),
        heads=[Head(wordings.label(name), _is_number(rows, name)) for name in columns],
        rows=[
            [_tell_cell(row, name, reader, number=_is_number(rows, name)) for name in columns]
            for row in rows[:MOST_ROWS]
        ],
        more=max(0, len(rows) - MOST_ROWS),
    )


def _flatten(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its properties beside its name."""
    inner = row.get("properties")
    return {**row, **inner} if isinstance(inner, dict) else dict(row)


def _choose_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns worth their room: what the row is called, then what has values."""
    every = dict.fromkeys(name for row in rows for name in row)
    called = next((name for name in CALLED if name in every), None)
    first = [called] if called else []
    told = [
        name
        for name in every
        if name != called
        and name not in UNSAID
        and f"{name}_name" not in every
        and not (called and refs.is_reference(str(rows[0].get(name, ""))) and name in called)
        and any(_is_told(row.get(name)) for row in rows)
    ]
    return (first + told)[:MOST_COLUMNS]


def _is_told(value: Any) -> bool:
    if isinstance(value, dict):
        return False
    if isinstance(value, list):
        return bool(value) and not isinstance(value[0], list)
    return value is not None and value not in ("", False)


def _tell_cell(row: Mapping[str, Any], name: str, reader: _Reader, *, number: bool) -> Cell:
    value = row.get(name)
    if value is None or value in ("", [], {}):
        return Cell("")
    own = row.get(name.removesuffix("_name")) if name.endswith("_name") else None
    ref = own or (row.get("ref") if name in CALLED else value)
    return Cell(reader.say(name, value, row), find_address(str(ref)), number=number)


def _tell_figures(
    values: Mapping[str, Any],
    reader: _Reader,
    *,
    beside: Mapping[str, Any] | None = None,
    within: str = "",
) -> list[tuple[str, str]]:
    """Return plain values with their labels; those of objects inside them are told as well."""
    around = values if beside is None else beside
    told: list[tuple[str, str]] = []
    for key, value in values.items():
        if isinstance(value, dict):
            told += _tell_figures(value, reader, within=wordings.label(key))
        elif key not in UNSAID and f"{key}_name" not in around and _is_plain(value):
            label = wordings.label(key)
            said = f"{within}: {label.lower()}" if within else label
            told.append((said, reader.say(key, value, around)))
    return told


def _is_long(said: str) -> bool:
    return len(said) > LONGEST_FIGURE and " " in said


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and not isinstance(value[0], dict | list)
    return value is not None and value != ""


def _is_number(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    held = [row[name] for row in rows if row.get(name) is not None]
    return bool(held) and all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in held
    )


def _is_records(value: Any) -> bool:
    """Whether these are outcomes of many records."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and {"record", "outcome"} <= each.keys() for each in value)
    )


def _are_sentences(value: Sequence[Any]) -> bool:
    return bool(value) and all(isinstance(each, str) and " " in each for each in value)
