"""Answers: what the results of calls say, in words, with small tables."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from agents.language.frames import noun_of
from agents.language.questions.shown import describe, list_rows, money, read, show, write_day
from audit.actors import Actor
from crm import refs
from pipelines.models import Position

Results = Sequence[Mapping[str, Any]]


def render(says: Sequence[Mapping[str, Any]], results: Results, *, by: Actor) -> str:
    """Return the answer to some questions, from the results of their calls in order."""
    left = list(results)
    parts = []
    for each in says:
        writer = WRITERS[each["as"]]
        parts.append(writer(each, left, by))
    return "\n\n".join(part for part in parts if part)


def _take(left: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    if not left:
        return {}
    return left.pop(0).get("result") or {}


def _text(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    del left[: says.get("of", 0)]
    return str(says["text"])


def _figure(found: Mapping[str, Any], value: Any) -> str:
    if value is None:
        return "none"
    if found.get("currency"):
        return money(value, found["currency"])
    if isinstance(value, str):
        return write_day(value)
    return f"{value:,}"


def _noun(says: Mapping[str, Any], number: int, kind: str) -> str:
    """Return what is counted, of what passed as it was said: calls, meetings."""
    said = str(says.get("noun") or "")
    if kind != "activity" or not said:
        return noun_of(kind, one=number == 1)
    return said.removesuffix("s") if number == 1 else said


def _measure(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    found = _take(left)
    if not found:
        return "I could not find that out."
    count, measure = found["count"], says["measure"]
    kind = "contact" if says["distinct"] else says["kind"]
    number = found["value"] if says["distinct"] else count
    if says["by"]:
        return _table(found, says, number)
    if measure == "count":
        text = f"{number:,} {_noun(says, number, kind)}"
        if says.get("of"):
            text = f"{says['of']}: {text}"
        if says.get("open"):
            still = _take(left).get("count", 0)
            text += f", {still:,} of them open" if still != count else ""
        return f"{text}."
    label = says["label"] or "value"
    text = f"{says['of']}: the" if says.get("of") else "The"
    text += (
        f" {_called(measure)} {label} is {_figure(found, found['value'])}, over {count:,} "
        f"{noun_of(kind, one=count == 1)}"
    )
    if says.get("open"):
        still = _take(left)
        if still.get("count") != count:
            text += (
                f"; of the {still.get('count', 0):,} open ones "
                f"{_figure(found, still.get('value') or 0)}"
            )
    if found["without"]:
        text += f" ({found['without']} without one)"
    return f"{text}."


def _called(measure: str) -> str:
    return {"sum": "total"}.get(measure, measure)


def _table(found: Mapping[str, Any], says: Mapping[str, Any], number: Any) -> str:
    rows = []
    for group in found["groups"]:
        value = group["count"] if says["measure"] == "count" else _figure(found, group["value"])
        shown = f"{value:,}" if isinstance(value, int) else value
        extra = "" if says["measure"] == "count" else f" ({group['count']})"
        rows.append(f"- {group['label']}: {shown}{extra}")
    head = f"{number:,} {_noun(says, number, says['kind'])} in all"
    if says["measure"] != "count":
        head += f", {_called(says['measure'])} {_figure(found, found['value'])}"
    return "\n".join([f"{head}:", *rows])


def _rank(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    found = _take(left)
    groups = [group for group in found.get("groups", ()) if group["key"] not in (None, "")]
    if not groups:
        return "Nothing fits that."
    key = "count" if says["measure"] == "count" else "value"
    best = [group for group in groups if group[key] == groups[0][key]]
    named = " and ".join(group["label"] for group in best)
    value = groups[0]["count"] if key == "count" else _figure(found, groups[0]["value"])
    noun = f" {noun_of(says['kind'], one=value == 1)}" if key == "count" else ""
    rows = [
        f"- {group['label']}: "
        f"{group['count'] if key == 'count' else _figure(found, group['value'])}"
        for group in groups[:10]
    ]
    return "\n".join([f"{named}, with {value}{noun}.", *(rows if len(rows) > 1 else [])])


def _list(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    found = _take(left)
    count = found.get("count", 0)
    if not count:
        return f"No {noun_of(says['kind'], one=True)} fits that."
    listed = [each["ref"] for each in found["listed"]]
    count = min(count, says.get("most", count))
    return list_rows(listed, says["kind"], count, by, pick=says.get("pick", ""))


def _rows(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    del left[: says.get("calls", 0)]
    return list_rows(says["refs"], says["kind"], len(says["refs"]), by, pick=says.get("pick", ""))


def _attribute(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    if left:
        left.pop(0)
    row: Any = refs.find(says["ref"], by=by)
    value = read(row, says["path"])
    kind = refs.kind_of(type(row))
    who = (
        row.contact.name
        if kind == "position"
        else getattr(row, "name", "") or str(getattr(row, "title", ""))
    )
    return f"{who}: {says['label']} {show(value, row, says['path'])}."


def _standing(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    del left[: len(says["refs"])]
    cards = [refs.find(ref, "position", by=by) for ref in says["refs"]]
    return "\n".join(f"{describe(card)}." for card in cards)


def _risk(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    found = [_take(left) for _ in range(says["calls"])]
    currency = next((each["currency"] for each in found if each.get("currency")), "")
    cards = at_risk(says, found, by)
    if says["only"]:
        mine = [card for card in cards if card["position"] in says["only"]]
        if not mine:
            return "\n".join(["There are no signs of risk.", *_in_stage(says["only"], by)])
        return "\n".join(_risk_line(card, at, most=None) for at, card in enumerate(mine, start=1))
    if not cards:
        return "No deal is at risk."
    cards.sort(key=lambda card: -(card["potential_value_cents"] or 0))
    total = sum(card["potential_value_cents"] or 0 for card in cards)
    lines = [_risk_line(card, at) for at, card in enumerate(cards[:10], start=1)]
    head = (
        f"{len(cards)} deals at risk, {money(total, currency)} in all. The greatest:"
        if len(cards) > 1
        else f"1 deal at risk, {money(total, currency)}:"
    )
    return "\n".join([head, *lines, "Shall I draft re-engagement e-mails?"])


def at_risk(says: Mapping[str, Any], found: Sequence[Mapping[str, Any]], by: Actor) -> list[Any]:
    """Return the cards at risk that are meant: those to close in a span, where one is named."""
    cards = [card for each in found for card in each.get("at_risk_contacts", ())]
    if says["span"]:
        wanted = _closing_in([card["position"] for card in cards], says["span"], by)
        cards = [card for card in cards if card["position"] in wanted] if wanted else cards
    return cards


def _risk_line(card: Mapping[str, Any], at: int, *, most: int | None = 3) -> str:
    worth = (
        money(card["value_cents"], card["currency"])
        if card["value_cents"] is not None
        else "no value"
    )
    stage = f"in {card['stage_name']} for {_days(card['days_in_stage'])}"
    because = "; ".join(factor["says"].rstrip(".") for factor in card["risk_factors"][:most])
    return f"{at}. {card['contact_name']} ({worth}, {stage}): {because}."


def _days(number: int) -> str:
    return f"{number} {'day' if number == 1 else 'days'}"


def _in_stage(cards: Sequence[str], by: Actor) -> list[str]:
    """Say of cards how long they have stood where they are."""
    rows = [cast(Position, refs.find(ref, "position", by=by)) for ref in cards]
    return [
        f"{row.contact.name}: in {row.stage.name} for {_days(row.days_in_stage)}." for row in rows
    ]


def _closing_in(cards: Sequence[str], span: Sequence[str], by: Actor) -> set[str]:
    """Return the cards that are to close within a span of days."""
    ids = [int(ref.partition(":")[2]) for ref in cards]
    rows = refs.visible("position", by=by).filter(pk__in=ids, expected_close_on__range=span)
    return {f"position:{pk}" for pk in rows.values_list("pk", flat=True)}


def _flow(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    found = _take(left)
    if not found:
        return "I could not find that out."
    metrics = found["metrics"]
    parts = []
    days = metrics["avg_days_to_close"]
    first, last = (
        found["stages"][0]["stage_name"],
        next((s["stage_name"] for s in found["stages"] if s["kind"] == "won"), "won"),
    )
    if days is not None:
        parts.append(
            f"Velocity of {found['name']}: {days:g} days from {first} to {last} on average."
        )
    elif metrics["won"]:
        parts.append(
            f"How long cards of {found['name']} take from {first} to {last} is not on record:"
            f" none of the {metrics['won']} that were won in this time was seen on its way."
        )
    else:
        parts.append(
            f"Nothing in {found['name']} was won in this time, so there is no velocity yet."
        )
    if metrics["win_rate"] is not None:
        parts.append(
            f"Win rate: {metrics['win_rate']:.0%} ({metrics['won']} won, {metrics['lost']} lost)."
        )
    timed = [
        stage
        for stage in found["stages"]
        if stage["mean_days"] is not None and stage["kind"] == "active"
    ]
    if len(timed) > 1:
        best = min(timed, key=lambda stage: stage["mean_days"])
        parts.append(f"Best stage: {best['stage_name']} ({best['mean_days']:g} days on average).")
    if metrics["bottleneck_stage_name"]:
        slow = next(
            stage
            for stage in found["stages"]
            if stage["stage_name"] == metrics["bottleneck_stage_name"]
        )
        parts.append(
            f"Bottleneck: {slow['stage_name']}"
            + (
                f" ({slow['mean_days']:g} days on average)."
                if slow["mean_days"] is not None
                else "."
            )
        )
    parts += [
        f"Suggestion: {each['says']} {each['expected_impact']}" for each in found["suggestions"][:1]
    ]
    if found["not_enough_data"]:
        parts.append(found["not_enough_data"])
    return "\n".join(parts)


def _reckoned(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    """What a field of some rows adds up to, where no condition can say which rows."""
    rows = [refs.find(ref, says["kind"], by=by) for ref in says["refs"]]
    held = [value for row in rows if (value := read(row, says["path"])) is not None]
    count = f"over {len(rows):,} {noun_of(says['kind'], one=len(rows) == 1)}"
    if not held:
        return f"There is no {says['label'] or 'value'}, {count}."
    reckon: dict[str, Callable[[list[Any]], Any]] = {
        "sum": sum,
        "average": statistics.mean,
        "median": statistics.median,
        "highest": max,
        "lowest": min,
    }
    figure = reckon[says["measure"]](held)
    shown = show(round(figure), rows[0], says["path"])
    called = f"{_called(says['measure'])} {says['label'] or 'value'}"
    return f"{says['of'] + ': the' if says['of'] else 'The'} {called} is {shown}, {count}."


def _whether(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    """Yes or no, and how many where several may be meant."""
    count = _take(left).get("count", 0) if says.get("calls") else says["count"]
    del left[: says.get("looked", 0)]
    if not count:
        return "No."
    if count == 1 and not says["several"]:
        return "Yes."
    return f"Yes: {count:,} {noun_of(says['kind'], one=count == 1)}."


def _share(says: Mapping[str, Any], left: list[Any], by: Actor) -> str:
    """How many of all of them, in percent."""
    whole, some = (
        says[name] if name in says else _take(left).get("count", 0) for name in ("whole", "some")
    )
    percent = f"{some / whole:.0%}".replace("%", " %") if whole else "none"
    return f"{percent}: {some:,} of {whole:,} {noun_of(says['kind'], one=whole == 1)}."


WRITERS = {
    "whether": _whether,
    "share": _share,
    "reckoned": _reckoned,
    "text": _text,
    "measure": _measure,
    "rank": _rank,
    "list": _list,
    "rows": _rows,
    "attribute": _attribute,
    "standing": _standing,
    "risk": _risk,
    "flow": _flow,
}
