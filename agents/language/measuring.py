"""Counting, adding up, ranking and listing, as calls that only read."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.language import lexicon, sets
from agents.language.frames import Frame, Impossible, Step, Unclear, noun_of, row_ref
from agents.language.sets import Atom, Set
from agents.language.tokens import Token
from agents.language.vocabulary import Term
from agents.language.wording import bag
from crm.models import Task

AGGREGATES = {
    "average": "average",
    "mean": "average",
    "avg": "average",
    "typical": "average",
    "total": "sum",
    "sum": "sum",
    "combined": "sum",
    "overall": "sum",
    "altogether": "sum",
    "median": "median",
    "maximum": "highest",
    "max": "highest",
    "minimum": "lowest",
    "min": "lowest",
    "aggregate": "sum",
}


BY = ("per", "by", "grouped", "broken", "split", "each", "across")


SPANS = {
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "monthly": "month",
    "weekly": "week",
    "daily": "day",
}


PEOPLE = bag(
    "owner owners consultant consultants advisor adviser broker manager coach specialist "
    "colleague colleagues rep reps salesperson recruiter agent "
    "negotiator teammate person assignee member who recruiters agents "
    "negotiators employee handler user us team"
)


SCAFFOLD = bag(
    """
    what which who how many much is are was were do does did the there have has had we our us
    can could you tell me give show list find see display get of in total all number count
    please currently right now i for to let know any altogether together be and a an will whom
    would names every each view print look up search fetch whose
    """
)


# --- Counting, adding up, ranking, listing --------------------------------------------------------
def measure(frame: Frame, words: Sequence[str]) -> None:
    group, span, until = _group(frame)
    measure, field, skipped = _aggregate(frame, until, words)
    ranked = _ranked_group(frame, until)
    if ranked is not None:
        return _rank_groups(frame, *ranked)
    rest = [i for i in range(frame.at, until) if i not in skipped]
    rest = _strip(frame, rest)
    of, kind = _describe(frame, rest, field, words)
    if (
        measure == "count"
        and kind == "position"
        and "total" in words
        and "number" not in words
        and "many" not in words
    ):
        measure = "sum"
    if measure == "count" and _wants_list(words) and not group:
        return _show(frame, of, kind)
    _add_measure(frame, of, kind, measure, field, group, span, words)


def _amount_of_people(frame: Frame) -> str:
    """Return the one amount that is kept of people, where there is one."""
    money = [
        each.key
        for each in frame.scope.words.customs
        if (each.on, each.type) == ("contact", "money")
    ]
    return f"contact.custom.{money[0]}" if len(money) == 1 else ""


def _wants_list(words: Sequence[str]) -> bool:
    joined = " ".join(words[:8])
    return (
        "how many" not in joined
        and "number of" not in joined
        and words[:1] != ["count"]
        and "count of" not in joined
        and "how much" not in joined
    )


def find_group(frame: Frame) -> int | None:
    """Return where “per owner” begins, if there is such a thing."""
    group, _, until = _group(frame)
    return until if group else None


def _group(frame: Frame) -> tuple[str, str, int]:
    """Return by what figures are told apart, how wide groups of time are, and where that begins."""
    for at in range(frame.at, frame.end):
        low = frame.low(at)
        if low in ("monthly", "weekly", "daily"):
            return "when", SPANS[low], frame.end
        if (
            low not in BY
            or (low == "each" and frame.low(at - 1) not in ("for", "in", "at", "on"))
            or (low == "across" and frame.low(at + 1) in ("all", "the"))
        ):
            continue
        start = at + 1
        while frame.low(start) in bag("by down up each the for per"):
            start += 1
        begin = (
            at
            - (frame.low(at - 1) in ("for", "grouped", "broken", "split"))
            - (low == "by" and frame.low(at - 2) == "broken" and frame.low(at - 1) == "down")
        )
        if low == "by" and frame.low(at - 1) in bag("owned handled managed held looked after"):
            continue
        found = _group_path(frame, start)
        if found is not None:
            return found[0], found[1], max(begin, frame.at)
    return "", "", frame.end


def _group_path(frame: Frame, at: int) -> tuple[str, str] | None:
    word = frame.low(at)
    if word in SPANS:
        return "when", SPANS[word]
    if word in PEOPLE or (word == "sales" and frame.low(at + 1) in ("rep", "person")):
        return "any.owner", ""
    if word in bag("stage stages column columns phase status"):
        return "position.stage", ""
    if word in ("pipeline", "pipelines", "board", "boards"):
        return "position.pipeline", ""
    if word in ("company", "companies", "account", "firm"):
        return "contact.company", ""
    if word in ("tag", "tags"):
        return "contact.tags", ""
    if word in ("outcome", "result"):
        return "position.outcome", ""
    fields = frame.scope.words.find(frame.tokens[: frame.end], at, ["field"])
    if fields:
        term = fields[0][1]
        return f"{term.on}.{term.name}", ""
    return None


def _aggregate(frame: Frame, until: int, words: Sequence[str]) -> tuple[str, Term | None, set[int]]:
    """Return what is measured, of which field, and which tokens said so."""
    skipped: set[int] = set()
    measure = ""
    for at in range(frame.at, until):
        low = frame.low(at)
        if low in AGGREGATES and not (low in ("total", "overall") and _is_label(frame, at)):
            if low == "total" and frame.low(at - 1) == "in":
                skipped |= {at - 1}
            measure = measure or AGGREGATES[low]
            skipped.add(at)
    much = any(frame.lows(at, 2) == ("how", "much") for at in range(frame.at, until))
    worth = next((at for at in range(frame.at, until) if frame.low(at) == "worth"), None)
    if much or (worth is not None and worth >= until - 2 and not measure):
        measure = measure or "sum"
    if not measure:
        return "count", None, skipped
    if worth is not None and worth >= until - 3:
        skipped.add(worth)
        return measure, None, skipped
    field = None
    for at in range(frame.at, until):
        if at in skipped or (
            frame.low(at) in ("number", "size", "money") and frame.low(at + 1) == "of"
        ):
            continue
        found = [
            (end, term)
            for end, term in frame.scope.words.find(frame.tokens[:until], at, ["field"])
            if term.type in ("number", "money")
            and not (term.sure == 1 and frame.tokens[at].stem in lexicon.NOUN_STEMS)
        ]
        if found:
            end, field = found[0]
            if frame.tokens[end - 1].kind == "word" and not _compared(frame, at, end):
                skipped |= set(range(at, end))
                break
            field = None
    if (
        measure == "sum"
        and field is None
        and any(frame.lows(at, 2) == ("how", "many") for at in range(frame.at, until))
    ):
        return "count", None, skipped
    if (
        field is None
        and measure in ("sum",)
        and not (
            much or worth is not None or bag("value pipeline money amount revenue") & set(words)
        )
    ):
        return "count", None, skipped
    return measure, field, skipped


def _is_label(frame: Frame, at: int) -> bool:
    return any(
        end - at > 1 for end, _ in frame.scope.words.find(frame.tokens[: frame.end], at, ["field"])
    )


def _compared(frame: Frame, at: int, end: int) -> bool:
    """Whether a field is compared here, and not what is measured: with a score above 80."""
    return (
        frame.low(end) in bag("over above under below more less at between of")
        and frame.tokens[min(end + 1, frame.end - 1)].kind in ("number", "amount")
    ) or frame.tokens[at - 1].kind in ("number", "amount")


def _strip(frame: Frame, places: list[int]) -> list[int]:
    """Leave the words of the question itself out."""
    first = 0
    while (
        first < len(places)
        and frame.low(places[first]) in SCAFFOLD | {"?", ","}
        and not _begins_something(frame, places[first])
    ):
        first += 1
    last = len(places)
    while (
        last > first
        and not _ends_something(frame, places[first:last])
        and (
            (
                frame.low(places[last - 1])
                in bag(
                    "there ? . ! exist altogether total now currently right overall have in we do"
                    " got"
                )
                and not (
                    frame.low(places[last - 1]) == "have"
                    and last - first > 2
                    and frame.low(places[last - 2]) != "we"
                )
            )
            or frame.tokens[places[last - 1]].kind == "mark"
        )
    ):
        last -= 1
    return places[first:last]


def _ends_something(frame: Frame, places: Sequence[int]) -> bool:
    """Whether a small word is the end of a name: trade-in."""
    stop = places[-1] + 1
    return any(
        end == stop
        for at in places[-4:-1]
        for end, _ in frame.scope.words.find(frame.tokens[:stop], at, ["field", "stage", "value"])
    )


def _begins_something(frame: Frame, at: int) -> bool:
    """Whether a small word is the beginning of a name: To contact."""
    return any(
        end > at + 1
        for end, _ in frame.scope.words.find(
            frame.tokens[: frame.end], at, ["stage", "pipeline", "value"]
        )
    )


def _describe(
    frame: Frame, places: list[int], field: Term | None, words: Sequence[str]
) -> tuple[Set, str]:
    tokens = [frame.tokens[i] for i in places]
    from agents.language import phrases

    of = phrases.read(frame.scope, tokens, 0, len(tokens))
    frame.check_understood(of)
    if of.pronoun:
        known = [ref for ref in frame.antecedents("many") if not ref.startswith("$")]
        kind = known[0].partition(":")[0] if known else "position"
        for ref in known:
            of.ref_ids.setdefault(ref.partition(":")[0], []).append(int(ref.partition(":")[2]))
        of.pronoun = ""
        return of, kind if kind in sets.KINDS else "position"
    return of, _kind(frame, of, field, words)


def _kind(frame: Frame, of: Set, field: Term | None, words: Sequence[str]) -> str:
    """Return what is counted."""
    if of.kind == "task":
        own = Task.objects.visible_to(frame.scope.by).exists()
        return (
            "task"
            if own and not any(atom.name in ("stage", "pipeline") for atom in of.every_atom())
            else "position"
        )
    if of.kind:
        if of.kind == "contact" and field is not None and field.on == "position":
            return "position"
        return of.kind
    if field is not None and field.on in ("position", "contact", "company"):
        return field.on
    if of.pick:
        return "position" if of.pick.on == "due" else of.pick.on
    on = {atom.on for atom in of.every_atom()} - {"any", "state"}
    return (
        "contact"
        if (on and on <= {"contact", "company"}) or (words[:1] == ["who"] and not on)
        else "position"
    )


def _add_measure(
    frame: Frame,
    of: Set,
    kind: str,
    measure: str,
    field: Term | None,
    group: str,
    span: str,
    words: Sequence[str],
) -> None:
    path = f"{kind}.{field.name}" if field is not None and field.on in (kind, "any") else ""
    if field is not None and not path:
        path = (
            f"contact.{'company.' if field.on == 'company' else ''}{field.name}"
            if kind == "position" or field.on == "company"
            else ""
        )
        if not path:
            kind, path = field.on, f"{field.on}.{field.name}"
    if measure != "count" and not path:
        own = _amount_of_people(frame) if kind == "contact" and of.noun else ""
        kind, path = ("contact", own) if own else ("position", "position.value_cents")
    by = _group_on(group, kind)
    if by.startswith("position.") and kind == "contact":
        kind = "position"
        path = path or ""
    periods = _periods(frame, of)
    _call_measure(frame, of, kind, measure, path, by, span, label=field.called if field else "")
    for label, other in periods:
        _call_measure(frame, other, kind, measure, path, by, span, label=label)


def _group_on(group: str, kind: str) -> str:
    if not group:
        return ""
    if group == "when":
        return {
            "task": "task.due_at",
            "activity": "activity.occurred_at",
            "contact": "contact.created_at",
            "company": "company.created_at",
        }.get(kind, "position.closed_at")
    on, _, name = group.partition(".")
    if on == "any":
        return "task.assignee" if kind == "task" and name == "owner" else f"{kind}.{name}"
    if on == kind:
        return group
    if on == "company":
        return f"contact.company.{name}" if kind != "company" else group
    return group


def _periods(frame: Frame, of: Set) -> list[tuple[str, Set]]:
    """Compared with last month: the same set in another time."""
    for at in range(frame.at, frame.end):
        if frame.low(at) in ("compared", "versus", "vs", "than"):
            start = at + 1 + (frame.low(at + 1) in ("to", "with"))
            found = frame.scope.calendar.read(frame.tokens[: frame.end], start, past=True)
            if found:
                moved = [
                    replace(atom, value=_shift(atom, found[1]))
                    if atom.op in (">=", "<=") and isinstance(atom.value, str)
                    else atom
                    for atom in of.atoms
                ]
                return [(frame.text(start, found[0]), replace(of, atoms=moved))]
    return []


def _shift(atom: Atom, span: Any) -> str:
    return str((span.start if atom.op == ">=" else span.last).isoformat())


def _call_measure(
    frame: Frame,
    of: Set,
    kind: str,
    measure: str,
    path: str,
    by: str,
    span: str,
    *,
    label: str = "",
) -> None:
    counted, distinct = kind, ""
    found = sets.comparisons(of, kind)
    if found is None and kind == "contact":
        found = sets.comparisons(of, "position")
        counted, distinct = ("position", "position.contact") if found is not None else (kind, "")
    if found is None or of.pick:
        return _count_here(frame, of, kind, measure, path)
    every, either = found
    arguments: dict[str, Any] = {"type": counted, "measure": measure}
    if path or distinct:
        arguments["field"] = path or distinct
    if every:
        arguments["filter"] = every
    if either:
        arguments["either"] = either
    if by:
        arguments["group_by"] = by
        arguments["limit"] = 50
    if span:
        arguments["span"] = span
    frame.plan.steps.append(Step("measure_objects", arguments, "counted"))
    says = {
        "as": "measure",
        "kind": kind,
        "measure": measure,
        "text": of.text,
        "label": label,
        "by": by,
        "noun": of.noun,
        "distinct": bool(distinct),
    }
    if (
        counted == "position"
        and not _says_standing(of)
        and not by
        and measure in ("count", "sum")
        and not distinct
    ):
        says["open"] = True
        still = {**arguments, "filter": [*every, {"field": "position.closed_at", "op": "is_empty"}]}
        frame.plan.steps.append(Step("measure_objects", still, "counted"))
    frame.plan.render.append(says)
    _remember(frame, of, kind)


def _remember(frame: Frame, of: Set, kind: str) -> None:
    """Let them be spoken of afterwards."""
    try:
        rows = sets.query(of, kind, frame.scope.by)
        frame.plan.about = [
            f"{kind}:{pk}" for pk in rows.order_by("pk").values_list("pk", flat=True)[:200]
        ]
    except sets.Unfit:
        frame.plan.about = []


def _says_standing(of: Set) -> bool:
    from agents.language.frames import says_standing as says

    return says(of)


def _count_here(frame: Frame, of: Set, kind: str, measure: str, path: str) -> None:
    """What no condition can say is counted by looking the records up."""
    rows = frame.rows(replace(of, plural=True, all=True), kind)
    if measure != "count":
        raise Unclear("I can count those, but not add them up. Can you ask it in another way?")
    frame.plan.render.append(
        {"as": "text", "text": f"{len(rows)} {noun_of(kind, one=len(rows) == 1)}."}
    )
    frame.plan.about = [row_ref(row) for row in rows]


def _show(frame: Frame, of: Set, kind: str) -> None:
    """List the records."""
    if not of.says() and not of.noun:
        raise Unclear("What would you like to know?", join="")
    limit = of.pick.limit if of.pick else 50
    found = sets.comparisons(of, kind)
    if found is None or of.pick or of.limit:
        try:
            rows = frame.rows(replace(of, plural=True, all=True), kind)[: of.limit or limit]
        except Impossible:
            frame.plan.render.append(
                {"as": "text", "text": f"No {noun_of(kind, one=True)} fits “{of.text}”."}
            )
            return
        frame.plan.render.append(
            {
                "as": "rows",
                "refs": [row_ref(row) for row in rows],
                "kind": kind,
                "pick": _pick_path(of, kind),
            }
        )
        frame.plan.about = [row_ref(row) for row in rows]
        return
    every, either = found
    arguments: dict[str, Any] = {"type": kind, "measure": "list", "limit": limit}
    if every:
        arguments["filter"] = every
    if either:
        arguments["either"] = either
    if kind == "position":
        arguments["field"] = "position.value_cents"
    frame.plan.steps.append(Step("measure_objects", arguments, "listed"))
    frame.plan.render.append({"as": "list", "kind": kind, "text": of.text})
    _remember(frame, of, kind)


def _pick_path(of: Set, kind: str) -> str:
    if of.pick is None:
        return ""
    on = kind if of.pick.on in ("any", "due") else of.pick.on
    if of.pick.on == "due":
        return f"{kind}.{'due_at' if kind == 'task' else 'next_follow_up_at'}"
    prefix = {
        ("contact", "position"): "contact",
        ("company", "position"): "contact.company",
        ("company", "contact"): "contact.company",
    }.get((on, kind), on)
    return f"{prefix}.{of.pick.names[0]}"


def _ranked_group(frame: Frame, until: int) -> tuple[str, int, int, bool] | None:
    """
    Which owner has the most open deals, which stage has the highest value, who closed the most.
    """
    most = next(
        (
            i
            for i in range(frame.at, until)
            if frame.low(i) in bag("most fewest least highest lowest biggest largest smallest")
        ),
        None,
    )
    if most is None:
        return None
    first = frame.at
    while frame.low(first) in bag("in for from show me tell"):
        first += 1
    if frame.low(first) == "who" and frame.low(first + 1) in bag(
        "has owns have closed won looks handles holds manages"
    ):
        if _about_colleagues(frame, most):
            return (
                "any.owner",
                first + 1,
                most,
                frame.low(most) in ("fewest", "least", "lowest", "smallest"),
            )
        return None
    if frame.low(first) not in ("which", "what"):
        return None
    start = first + 1 + (frame.low(first + 1) in ("of", "is"))
    found = _group_path(frame, start)
    if found is None or found[0] == "when":
        return None
    return found[0], start + 1, most, frame.low(most) in ("fewest", "least", "lowest", "smallest")


def _about_colleagues(frame: Frame, most: int) -> bool:
    """
    Whether who has the most … asks for a colleague: it does where cards, contacts or tasks are
    had.
    """
    return any(
        frame.tokens[i].stem in lexicon.NOUN_STEMS
        or frame.scope.words.find(frame.tokens[: frame.end], i, ["pipeline", "stage"])
        for i in range(most + 1, frame.end)
    ) and not any(
        term.type in ("number", "money") and term.on == "contact" and term.name != "open_tasks"
        for _, term in frame.scope.words.find(frame.tokens[: frame.end], most + 1, ["field"])
    )


def _rank_groups(frame: Frame, group: str, start: int, most: int, ascending: bool) -> None:
    before = [
        i
        for i in range(start, most)
        if frame.low(i) not in SCAFFOLD | bag("has with owns holds brings")
    ]
    places = [*before, *range(most + 1, frame.end)]
    words = [frame.low(i) for i in places]
    tokens: list[Token] = [frame.tokens[i] for i in places if frame.tokens[i].kind != "mark"]
    measure, field = "count", None
    for i, token in enumerate(tokens):
        found = [
            term
            for _, term in frame.scope.words.find(tokens, i, ["field"])
            if term.type in ("number", "money")
        ]
        if found and token.stem not in lexicon.NOUN_STEMS:
            field, measure = found[0], "sum"
            tokens = tokens[:i] + tokens[i + len(found[0].stems) :]
            break
    if "average" in words:
        measure = "average"
    tokens = [
        token for token in tokens if token.low not in bag("average total combined sum overall")
    ]
    from agents.language import phrases

    of = phrases.read(frame.scope, tokens, 0, len(tokens))
    frame.check_understood(of)
    kind = _kind(frame, of, field, words)
    by = _group_on(group, kind)
    if by.startswith("position.") and kind == "contact":
        kind = "position"
    path = f"{field.on}.{field.name}" if field else ""
    found_of = sets.comparisons(of, kind)
    if found_of is None:
        raise Unclear("Can you ask that in another way?")
    arguments: dict[str, Any] = {"type": kind, "measure": measure, "group_by": by, "limit": 20}
    if path:
        arguments["field"] = path
    if found_of[0]:
        arguments["filter"] = found_of[0]
    if found_of[1]:
        arguments["either"] = found_of[1]
    if ascending:
        arguments["ascending"] = True
    frame.plan.steps.append(Step("measure_objects", arguments, "ranked"))
    frame.plan.render.append(
        {"as": "rank", "kind": kind, "measure": measure, "text": of.text, "by": by}
    )
