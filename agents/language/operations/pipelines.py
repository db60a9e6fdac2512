"""New pipelines, with stages as they are named or as they fit."""

from typing import Any

from agents.language.frames import Frame, Impossible, Step
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
