"""New pipelines and stages."""

from typing import Any

from agents.language.frames import Frame, Impossible, Step, Unclear
from agents.language.verbs.articles import skip
from agents.language.verbs.targets import read_target
from agents.language.words.wording import bag
from crm.models import Contact

STAGES = {
    "partner": (["Application", "Review", "Training", "Active"], ["Declined"]),
    "onboard": (["Kickoff", "Setup", "Training", "Live"], ["Stopped"]),
    "support": (["New", "Triaged", "In progress", "Resolved"], ["Won't do"]),
    "hir": (["Applied", "Screening", "Interview", "Offer", "Hired"], ["Rejected"]),
    "recruit": (["Applied", "Screening", "Interview", "Offer", "Hired"], ["Rejected"]),
    "event": (["Invited", "Registered", "Confirmed", "Attended"], ["Declined"]),
    "renewal": (["Due", "Contacted", "Committed", "Renewed"], ["Churned"]),
    "upsell": (["Identified", "Pitched", "Quoted", "Sold"], ["Declined"]),
    "fund": (["Identified", "Cultivation", "Asked", "Pledged", "Received"], ["Declined"]),
}


PLAIN_STAGES = (["New", "Qualified", "Proposal", "Won"], ["Lost"])


# --- Pipelines ------------------------------------------------------------------------------------
def pipeline(frame: Frame) -> None:
    """Create a pipeline: with the stages named, or with fitting ones."""
    with_at = next(
        (
            i
            for i in range(frame.at, frame.end)
            if frame.low(i) in ("with", "having", ":") and i > frame.at + 1
        ),
        None,
    )
    stop = with_at if with_at is not None else frame.end
    says = bag("for called named to")
    named = next((i for i in range(frame.at, stop) if frame.low(i) in says), None)
    if named is not None:
        aside = () if frame.low(named) in ("called", "named") else bag("the our my a an")
        name = " ".join(
            frame.tokens[i].text for i in range(named + 1, stop) if frame.low(i) not in aside
        )
    else:
        at = skip(frame, frame.at)
        noun = next(
            (i for i in range(at, stop) if frame.low(i) in ("pipeline", "board", "funnel")), at
        )
        name = frame.text(at, noun) if noun > at else frame.text(noun + 1, stop)
    if not name.strip():
        raise Unclear("What should the pipeline be called?", join="called")
    plan_pipeline(frame, name, _stages_named(frame, with_at) if with_at is not None else [])


def plan_pipeline(frame: Frame, name: str, stages: list[str]) -> None:
    """Plan a new pipeline: with stages of these names, or with fitting ones."""
    name = name.strip()
    name = name[:1].upper() + name[1:]
    if any(each.name.casefold() == name.casefold() for each in frame.scope.words.pipelines):
        raise Impossible(f"There is a pipeline {name} already; nothing was changed.")
    last = len(stages) - 1
    drawn = [{"name": each, "kind": _kind(each, i == last)} for i, each in enumerate(stages)]
    drawn = drawn or _stages_for(name)
    purpose = next(
        (
            each
            for each in ("partner", "onboarding", "support", "sales")
            if each[:6] in name.casefold()
        ),
        "custom",
    )
    arguments = {"name": name, "subtype": purpose, "stages": drawn}
    frame.plan.steps.append(Step("create_pipeline", arguments, f"pipeline {name} created"))
    frame.plan.count += 1
    frame.plan.about = [f"${len(frame.plan.steps)}.pipeline"]
    shown = " → ".join(each["name"] for each in drawn if each["kind"] != "lost")
    frame.plan.says.append(f"Created the pipeline {name} with stages {shown}.")
    _offer_to_fill(frame, name)


def _stages_named(frame: Frame, at: int) -> list[str]:
    start = at + 1
    while frame.low(start) in bag(
        "the stages stage columns these following : fitting suitable steps"
    ):
        start += 1
    names, begin = [], start
    for i in range(start, frame.end + 1):
        if i == frame.end or frame.low(i) in (",", "and", "then", ">", ";"):
            text = frame.text(begin, i)
            if text:
                names.append(text[:1].upper() + text[1:])
            begin = i + 1
    return names


def _kind(name: str, last: bool) -> str:
    low = name.casefold()
    if any(word in low for word in ("lost", "declin", "reject", "withdraw", "churn", "cancel")):
        return "lost"
    return "won" if last or low in ("won", "done", "active", "live", "closed won") else "active"


def _stages_for(name: str) -> list[dict[str, str]]:
    """Return stages that fit what a pipeline is for."""
    low = name.casefold()
    going, ended = next((stages for word, stages in STAGES.items() if word in low), PLAIN_STAGES)
    return [
        *({"name": each, "kind": "won" if each == going[-1] else "active"} for each in going),
        *({"name": each, "kind": "lost"} for each in ended),
    ]


def _offer_to_fill(frame: Frame, name: str) -> None:
    """
    Offer to add the contacts of a type that the name speaks of: partners, to partner onboarding.
    """
    said = {word.rstrip("s") for word in name.casefold().split()}
    types = {
        term.value
        for terms in frame.scope.words.terms.values()
        for term in terms
        if term.kind == "value" and term.name == "subtype"
    }
    for subtype in sorted(types):
        if str(subtype).casefold().rstrip("s") in said:
            mine = (
                Contact.objects.visible_to(frame.scope.by).in_use().filter(subtype__iexact=subtype)
            )
            refs = [
                f"contact:{pk}" for pk in mine.order_by("pk").values_list("pk", flat=True)[:500]
            ]
            if refs:
                step = _fill(refs, f"${len(frame.plan.steps)}.pipeline")
                text = (
                    f"{len(refs)} contact{'s are' if len(refs) > 1 else ' is'} of type "
                    f"{subtype}. Shall I add {'them' if len(refs) > 1 else 'it'}?"
                )
                frame.plan.offer = {"text": text, "steps": [step], "about": refs}
            return


def _fill(refs: list[str], board: str) -> dict[str, Any]:
    if len(refs) == 1:
        return {
            "tool": "add_contact_to_pipeline",
            "arguments": {"contact": refs[0], "pipeline": board},
            "says": "added",
            "about": refs,
        }
    arguments = {"tool": "add_contact_to_pipeline", "arguments": {"pipeline": board}, "refs": refs}
    return {"tool": "bulk_update", "arguments": arguments, "says": "added", "about": refs}


def stage(frame: Frame) -> None:
    """Add a stage to a pipeline."""
    at = skip(frame, frame.at) + 1
    while frame.low(at) in ("called", "named", ":"):
        at += 1
    marker = next(
        (i for i in range(at, frame.end) if frame.low(i) in ("to", "in", "on", "after")), None
    )
    name = frame.text(at, marker if marker is not None else frame.end)
    if not name:
        raise Unclear("What should the stage be called?", join="called")
    arguments: dict[str, Any] = {"name": name[:1].upper() + name[1:]}
    after = frame.find("after")
    to = next((i for i in range(at, frame.end) if frame.low(i) in ("to", "in", "on")), None)
    if to is None:
        raise Unclear("To which pipeline?", join="to")
    board = read_target(frame, to + 1, after if after and after > to else frame.end)
    if board is None or board.kind != "pipeline":
        raise Unclear("To which pipeline?", join="to")
    arguments["pipeline"] = board.terms[0].ref
    if after is not None:
        before = read_target(frame, after + 1, to if to > after else frame.end)
        inside = (
            [term for term in before.terms if term.pipeline == arguments["pipeline"]]
            if before
            else []
        )
        if not inside:
            raise Unclear("After which stage?", join="after")
        arguments["after"] = inside[0].ref
    frame.plan.steps.append(Step("create_stage", arguments, f"stage {name} added"))
    frame.plan.count += 1
    frame.plan.about = [f"${len(frame.plan.steps)}.stage"]
