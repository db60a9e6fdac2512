"""
Questions: what is to be counted, added up, ranked, listed or looked up, as calls that only read.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.language import lexicon, sets
from agents.language.frames import Frame, Impossible, Step, Unclear, noun_of, row_ref
from agents.language.moves import owned_kind
from agents.language.sets import Atom, Set
from agents.language.tokens import Token
from agents.language.vocabulary import Term
from agents.language.wording import bag, sayings
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
    "owner owners colleague colleagues rep reps salesperson recruiter agent "
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
RISK = bag("risk stalling stalled slipping endangered danger jeopardy threatened")
FLOW = bag(
    "velocity bottleneck bottlenecks conversion throughput funnel cycle performance performing drop"
)


def ask(frame: Frame) -> None:
    """Answer a question, or show what is asked for."""
    words = [frame.low(i) for i in range(frame.at, frame.end)]
    if RISK & set(words) and (
        "at" in words or "in" in words or "stalling" in words or "why" in words
    ):
        return risk(frame)
    if FLOW & set(words) or {"win", "rate"} <= set(words):
        return flow(frame)
    if (
        _owner_question(frame, words)
        or _when_question(frame, words)
        or _where_question(frame, words)
    ):
        return None
    if _attribute(frame, words):
        return None
    if _yes_no(frame, words):
        return None
    _measure(frame, words)


# --- Counting, adding up, ranking, listing --------------------------------------------------------
def _measure(frame: Frame, words: Sequence[str]) -> None:
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
    while last > first and (
        (
            frame.low(places[last - 1])
            in bag(
                "there ? . ! exist altogether total now currently right overall have in we do got"
            )
            and not (
                frame.low(places[last - 1]) == "have"
                and last - first > 2
                and frame.low(places[last - 2]) != "we"
            )
        )
        or frame.tokens[places[last - 1]].kind == "mark"
    ):
        last -= 1
    return places[first:last]


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
    from agents.language.frames import _says_standing as says

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


# --- About one record -----------------------------------------------------------------------------
def _subject(frame: Frame, at: int, end: int) -> Set | None:
    """Return the one whom a question is about."""
    if at >= end:
        return None
    of = frame.read(at, end)
    if of.unknown or not (of.names or of.pronoun or (of.noun and not of.plural and not of.atoms)):
        return None
    return of


def _owner_question(frame: Frame, words: Sequence[str]) -> bool:
    """Who owns Karen; who is responsible for the Acme deal; whose is Karen."""
    for said in sayings(
        "who owns, who is responsible for, who looks after, who handles, "
        "who manages, who is the owner of, who is in charge of, who is handling, "
        "who is looking after, who has, who is assigned to, who takes care of, "
        "who is working on, whose is, who represents"
    ):
        if tuple(words[: len(said)]) == said:
            of = _subject(frame, frame.at + len(said), _end(frame))
            if of is None:
                return False
            kind = owned_kind(frame, of)
            row = frame.rows(of, kind)[0]
            return _look_up(
                frame, row_ref(row), "task.assignee" if kind == "task" else f"{kind}.owner", "owner"
            )
    return False


def _end(frame: Frame) -> int:
    end = frame.end
    while end > frame.at and (
        frame.tokens[end - 1].kind == "mark"
        or frame.low(end - 1) in bag("now currently right today at")
    ):
        end -= 1
    return end


def _look_up(frame: Frame, ref: str, path: str, label: str) -> bool:
    frame.plan.steps.append(Step("get_object", {"ref": ref}, "looked up"))
    frame.plan.render.append({"as": "attribute", "ref": ref, "path": path, "label": label})
    frame.plan.about = [ref]
    return True


def _when_question(frame: Frame, words: Sequence[str]) -> bool:
    if words[:1] != ["when"]:
        return False
    if "last" in words or bag("contacted speak talk spoke spoken heard hear touch") & set(words):
        skipped = bag(
            "when did was were we last contacted speak talk to with spoke hear "
            "heard from contact in touch have had i the time is been spoken"
        )
        places = [i for i in range(frame.at, _end(frame)) if frame.low(i) not in skipped]
        if places and (of := _subject(frame, places[0], places[-1] + 1)):
            row = frame.rows(of, "contact")[0]
            return _look_up(frame, row_ref(row), "contact.last_contacted_at", "last contact")
    for path, said in (
        ("position.entered_stage_at", ("enter", "entered", "move", "moved", "reach", "get", "go")),
        ("position.closed_at", ("close", "closed", "won", "win", "lost", "lose", "signed")),
        ("contact.created_at", ("created", "added", "join", "joined")),
    ):
        verb = next((i for i in range(frame.at, frame.end) if frame.low(i) in said), None)
        if verb is not None and (of := _subject(frame, frame.at + 2, verb)):
            kind = path.partition(".")[0]
            row = frame.rows(of, kind)[0]
            label = {
                "position.entered_stage_at": "time of entering the stage",
                "position.closed_at": "closed",
                "contact.created_at": "created",
            }[path]
            return _look_up(frame, row_ref(row), path, label)
    return False


def _where_question(frame: Frame, words: Sequence[str]) -> bool:
    """Where is Karen; which stage is Karen in."""
    joined = " ".join(words)
    staged = joined.startswith(
        (
            "which stage is",
            "what stage is",
            "in which stage is",
            "in what stage is",
            "which stage are",
            "what is the stage of",
            "what stage does",
        )
    )
    if not staged and not joined.startswith(
        ("where is", "where does", "where are", "how far is", "how far along is")
    ):
        return False
    skipped = bag(
        "where is which what stage in does stand standing now at are the how "
        "far along of right currently sit sitting"
    )
    places = [
        i
        for i in range(frame.at, _end(frame))
        if frame.low(i) not in skipped or (frame.tokens[i].is_capital and i > frame.at)
    ]
    of = _subject(frame, places[0], places[-1] + 1) if places else None
    if of is None:
        return False
    cards = frame.rows(replace(of, plural=True), "position")
    for card in cards[:10]:
        frame.plan.steps.append(Step("get_object", {"ref": row_ref(card)}, "looked up"))
    frame.plan.render.append({"as": "standing", "refs": [row_ref(card) for card in cards[:10]]})
    frame.plan.about = [row_ref(card) for card in cards]
    return True


def _attribute(frame: Frame, words: Sequence[str]) -> bool:
    """What is Karen's phone number; which plan is Karen on; how many seats does Karen have."""
    if (
        words[:1]
        not in (
            ["what"],
            ["which"],
            ["how"],
            ["tell"],
            ["give"],
            ["show"],
            ["whats"],
            ["who"],
            ["do"],
            ["find"],
            ["get"],
        )
        and "'s" not in words
    ):
        return False
    end = _end(frame)
    for at in range(frame.at, end):
        for stop, term in frame.scope.words.find(frame.tokens[:end], at, ["field"]):
            of = _asked_of(frame, at, stop, end)
            if of is None:
                continue
            kind = (
                "position"
                if term.on == "position" or (term.on == "any" and of.kind == "position")
                else "contact"
                if term.on in ("contact", "any")
                else term.on
            )
            if of.kind == "task":
                return False
            rows = frame.rows(of, kind)
            if len(rows) > 3:
                return False
            for row in rows:
                _look_up(
                    frame,
                    row_ref(row),
                    f"{kind}.{'next_follow_up_at' if term.name == 'due' else term.name}",
                    term.called,
                )
            return True
    return False


def _asked_of(frame: Frame, at: int, stop: int, end: int) -> Set | None:
    """Return whose field is asked for: named before it with a possessive, or after it."""
    if frame.tokens[at - 1].kind == "possessive" and at - 1 > frame.at and stop >= end:
        start = frame.at
        while frame.low(start) in SCAFFOLD and start < at - 1:
            start += 1
        return _one(frame, start, at - 1)
    if frame.low(at - 1) in ("her", "his", "its", "their") and stop >= end:
        return Set(pronoun="one", text=frame.low(at - 1))
    if frame.low(stop) in ("of", "for") and not any(
        frame.low(i) in bag("average total sum many much highest lowest median most")
        for i in range(frame.at, at)
    ):
        return _one(frame, stop + 1, end)
    if frame.low(stop) in bag("is does has do are did") and frame.low(at - 1) in bag(
        "which what many much of whose"
    ):
        last = end
        while last > stop and frame.low(last - 1) in bag(
            "on have in at from have? pay owe got use has get with"
        ):
            last -= 1
        return _one(frame, stop + 1, last)
    return None


def _one(frame: Frame, at: int, end: int) -> Set | None:
    of = _subject(frame, at, end)
    if of is None or of.plural or of.all or (of.atoms and not of.names):
        return None
    if of.names and any(name.kind == "company" for name in of.names) and not of.kind:
        return None
    return of


def _yes_no(frame: Frame, words: Sequence[str]) -> bool:
    """Is Karen in Demo; does Karen have an open task; are there overdue deals."""
    if words[:1] not in (
        ["is"],
        ["are"],
        ["does"],
        ["do"],
        ["has"],
        ["have"],
        ["did"],
        ["was"],
        ["were"],
    ):
        return False
    start = frame.at + 1 + (frame.low(frame.at + 1) in ("there", "we", "any"))
    of = frame.read(start, _end(frame))
    frame.check_understood(of)
    if of.is_empty:
        return False
    kind = of.kind or (
        "contact"
        if all(atom.on in ("contact", "any", "company") for atom in of.every_atom())
        else "position"
    )
    kind = "position" if any(atom.on == "position" for atom in of.every_atom()) else kind
    if of.pronoun:
        known = frame.antecedents(of.pronoun)
        for ref in known:
            if not ref.startswith("$"):
                of.ref_ids.setdefault(ref.partition(":")[0], []).append(int(ref.partition(":")[2]))
    try:
        rows = list(sets.query(of, kind, frame.scope.by)[:200])
    except sets.Unfit:
        raise Unclear("Can you ask that in another way?") from None
    text = "Yes" if rows else "No"
    count = (
        f": {len(rows)} {noun_of(kind, one=len(rows) == 1)}"
        if len(rows) > 1 or (rows and words[:1] == ["are"])
        else ""
    )
    frame.plan.render.append({"as": "text", "text": f"{text}{count}."})
    frame.plan.about = [row_ref(row) for row in rows] or frame.plan.about
    return True


# --- Risk and flow --------------------------------------------------------------------------------
def risk(frame: Frame) -> None:
    """Which deals are at risk this month; why is this at risk."""
    boards = _boards(frame)
    one = None
    if frame.low(frame.at) == "why":
        places = [
            i
            for i in range(frame.at, _end(frame))
            if frame.low(i) not in bag("why is are at risk so in danger the stalling stalled")
        ]
        of = _subject(frame, places[0], places[-1] + 1) if places else Set(pronoun="it", text="it")
        if of is not None:
            one = frame.rows(of, "position")
            boards = sorted({f"pipeline:{card.pipeline_id}" for card in one})
    span = _span(frame)
    for board in boards:
        frame.plan.steps.append(
            Step(
                "identify_at_risk_deals",
                {"pipeline": board, "limit": 50, "risk_threshold": 0.01 if one else 0.5},
                "looked for signs of risk",
            )
        )
    frame.plan.render.append(
        {
            "as": "risk",
            "only": [row_ref(card) for card in one] if one else [],
            "span": span,
            "calls": len(boards),
        }
    )


def _span(frame: Frame) -> list[str]:
    for at in range(frame.at, frame.end):
        found = frame.scope.calendar.read(frame.tokens[: frame.end], at)
        if found and not found[1].is_day:
            return [found[1].start.isoformat(), found[1].last.isoformat()]
    return []


def _boards(frame: Frame) -> list[str]:
    """Return the pipelines a question is about: those named, that of the page, or all."""
    for at in range(frame.at, frame.end):
        found = [
            (end, term)
            for end, term in frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline"])
            if term.sure >= 2 or frame.low(end) in ("pipeline", "board", "funnel")
        ]
        if found:
            return sorted({term.ref for _, term in found})
    if frame.scope.board():
        return [frame.scope.board()]
    return [board.ref for board in frame.scope.words.pipelines]


def _is_selling(frame: Frame, refs: Sequence[str]) -> bool:
    """Whether the default pipeline may be what people call the sales pipeline."""
    return any(frame.scope.words.pipeline(ref).subtype in ("sales", "custom") for ref in refs)


def flow(frame: Frame) -> None:
    """What is our velocity, where is the bottleneck, what is the conversion rate."""
    boards = _boards(frame)
    if len(boards) > 1:
        sales = [board.ref for board in frame.scope.words.pipelines if board.subtype == "sales"]
        default = [board.ref for board in frame.scope.words.pipelines if board.is_default]
        words = [frame.low(i) for i in range(frame.at, frame.end)]
        boards = (
            sales
            if "sales" in words
            and sales
            and default[:1] not in [[ref] for ref in sales]
            and not _is_selling(frame, default)
            else default or boards
        )[:1]
    arguments: dict[str, Any] = {"pipeline": boards[0]}
    for at in range(frame.at, frame.end):
        found = frame.scope.calendar.read(frame.tokens[: frame.end], at, past=True)
        if found and not found[1].is_day:
            arguments |= {"start": found[1].start.isoformat(), "end": found[1].end.isoformat()}
            break
    frame.plan.steps.append(Step("analyze_pipeline", arguments, "analyzed"))
    frame.plan.render.append({"as": "flow"})
    frame.plan.about = [boards[0]]
