"""New records: what is to be added depends on what is named."""

from typing import Any

from agents.language.frames import Frame, Impossible, Unclear
from agents.language.organization.sets import Set
from agents.language.verbs.articles import skip
from agents.language.verbs.boards import pipeline, stage
from agents.language.verbs.cards import card, is_card, pipeline_noun
from agents.language.verbs.chores import task
from agents.language.verbs.notes import LOGGED, log
from agents.language.verbs.people import as_contact, company, contact, value_noun
from agents.language.verbs.targets import Target, read_target
from agents.language.words import lexicon
from agents.language.words.wording import bag
from pipelines.models import Position


def add(frame: Frame) -> None:
    """Add, create, open …: what it is depends on what is named."""
    from agents.language.verbs.shifting import add_amount

    if add_amount(frame):
        return None
    at = skip(frame, frame.at)
    word, stem = frame.low(at), frame.tokens[at].stem if at < frame.end else ""
    article = at > frame.at and frame.low(frame.at) in bag("a an new another one")
    if _tags_it(frame, at):
        return None
    if stem in ("pipelin", "board", "funnel") or (
        _noun_in(frame, at, ("pipelin", "board", "funnel")) and article
    ):
        return pipeline(frame)
    if (stem == "stage" and article) or (article and stem in ("column", "phase")):
        return stage(frame)
    kind = LOGGED.get(word) or LOGGED.get(
        frame.low(at + 1) if frame.low(at) in ("phone", "quick", "short") else ""
    )
    if kind and (article or word in ("note", "notes", "comment")) and word not in ("demo", "email"):
        return log(frame, kind, at)
    meaning = lexicon.NOUN_STEMS.get(stem, "")
    if meaning == "task" and article and frame.low(at + 1) != "for" and is_card(frame, at):
        return card(frame, at)
    if meaning == "task" and (article or frame.low(frame.at) not in ("the", "all", "every")):
        return task(frame, at + 1)
    target = _into_pipeline(frame)
    if target is not None and not (article and meaning in ("position", "contact")):
        return enter(frame, frame.read(frame.at, target[0]), target[1])
    if meaning == "position" and (article or frame.low(at + 1) in ("for", "with")):
        return card(frame, at)
    if article and pipeline_noun(frame, at):
        return card(frame, at)
    if meaning == "company" and article:
        return company(frame, at + 1)
    if (meaning == "contact" and article) or (article and value_noun(frame, at)):
        return contact(frame, at)
    if as_contact(frame):
        return None
    if frame.verb == "add" and frame.word in ("enroll", "enrol", "register", "include"):
        frame.check_understood(frame.read(frame.at, frame.end))
    raise Unclear("What should I add: a contact, a task, a note or a deal?", join="")


def _noun_in(frame: Frame, at: int, stems: tuple[str, ...]) -> bool:
    stop = next(
        (i for i in range(at, frame.end) if frame.low(i) in bag("for called named with to in :")),
        frame.end,
    )
    return any(frame.tokens[i].stem in stems for i in range(at, stop))


def _tags_it(frame: Frame, at: int) -> bool:
    """Add the tag VIP to Karen."""
    if frame.low(at) not in ("tag", "tags", "label", "labels") and frame.low(at + 1) not in (
        "tag",
        "label",
    ):
        return False
    from agents.language.verbs.tags import read_tags, retag

    marker = next(
        (i for i in range(frame.end - 1, at, -1) if frame.low(i) in ("to", "on", "for")), None
    )
    if marker is None:
        return False
    retag(frame, frame.read(marker + 1, frame.end), read_tags(frame, frame.at, marker), [])
    return True


def _into_pipeline(frame: Frame) -> tuple[int, Target] | None:
    for at in range(frame.end - 1, frame.at, -1):
        if frame.low(at) in bag("to into in on onto"):
            target = read_target(frame, at + 1, frame.end)
            if target is not None and target.kind in ("pipeline", "stage"):
                wider = _pipeline_at_stage(frame, at, target)
                return wider or (at, target)
            pair = _both(frame, at)
            if pair is not None:
                return pair
    return None


def _pipeline_at_stage(frame: Frame, at: int, target: Target) -> tuple[int, Target] | None:
    """To Renewals in Contacted: the pipeline first, then the stage."""
    if target.kind != "stage":
        return None
    for before in range(at - 1, frame.at, -1):
        if frame.low(before) in ("to", "into", "on"):
            outer = read_target(frame, before + 1, at)
            if outer is not None and outer.kind == "pipeline":
                board = outer.terms[0].ref
                terms = tuple(term for term in target.terms if term.pipeline == board)
                return (before, Target("stage", terms)) if terms else None
    return None


def _both(frame: Frame, at: int) -> tuple[int, Target] | None:
    """To the Renewals pipeline at Contacted."""
    for middle in range(at + 2, frame.end):
        if frame.low(middle) in ("at", "as", "with", ","):
            outer, inner = (
                read_target(frame, at + 1, middle),
                read_target(frame, middle + 1, frame.end),
            )
            if outer and inner and outer.kind == "pipeline" and inner.kind == "stage":
                terms = tuple(term for term in inner.terms if term.pipeline == outer.terms[0].ref)
                if terms:
                    return at, Target("stage", terms)
    return None


def enter(frame: Frame, of: Set, target: Target) -> None:
    """Put contacts into a pipeline, those who are not in it yet."""
    of.kind = "contact" if of.kind in ("", "position") else of.kind
    board = target.terms[0].ref if target.kind == "pipeline" else target.terms[0].pipeline
    if target.kind == "stage" and len({term.pipeline for term in target.terms}) > 1:
        raise Unclear("Into which pipeline?", join="in")
    people = frame.rows(of, "contact")
    here = set(
        Position.objects.visible_to(frame.scope.by)
        .in_use()
        .filter(
            pipeline_id=int(board.partition(":")[2]),
            contact__in=[each.pk for each in people],
            closed_at=None,
        )
        .values_list("contact_id", flat=True)
    )
    new = [each for each in people if each.pk not in here]
    name = frame.scope.words.pipeline(board).name
    if not new:
        if target.kind == "stage":
            from agents.language.verbs.moves import move_to

            return move_to(frame, of, target)
        raise Impossible(
            f"{'They are' if len(people) > 1 else people[0].name + ' is'} in {name} already; "
            "nothing was changed."
        )
    arguments: dict[str, Any] = {"pipeline": board}
    if target.kind == "stage":
        arguments["stage"] = target.terms[0].ref
    frame.apply("add_contact_to_pipeline", "contact", new, arguments, f"added to {name}")
