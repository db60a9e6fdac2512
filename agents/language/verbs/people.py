"""New people and companies, with what is said of them."""

from typing import Any

from agents.language.frames import Frame, Step, Unclear
from agents.language.verbs.targets import Target, read_member, read_target
from agents.language.words.wording import bag
from crm.models import Contact


# --- People, companies, cards ---------------------------------------------------------------------
def contact(frame: Frame, at: int) -> None:
    """Create a contact: name, e-mail, phone, job, company, type."""
    details: dict[str, Any] = {}
    value = value_noun(frame, at)
    if value:
        details[value.name] = value.value
    at += 1
    while frame.low(at) in bag("called named : for contact person"):
        at += 1
    stop = at
    while (
        stop < frame.end
        and frame.low(stop)
        not in (
            "from",
            "at",
            "with",
            "as",
            "(",
            ",",
            "in",
            "who",
            "to",
            "and",
            "whose",
            "working",
            "owned",
            "for",
            "of",
        )
        and frame.tokens[stop].kind in ("word", "quote")
    ):
        stop += 1
    name = frame.text(at, stop)
    if not name:
        raise Unclear("What is the name?", join="called")
    details["name"] = name
    _known_already(frame, name)
    entered = _more_of(frame, stop, details)
    frame.plan.steps.append(Step("create_contact", details, f"{name} added"))
    number = len(frame.plan.steps)
    frame.plan.count += 1
    frame.plan.about = [f"${number}.contact"]
    if entered is not None:
        board = entered.terms[0].ref if entered.kind == "pipeline" else entered.terms[0].pipeline
        given: dict[str, Any] = {"contact": f"${number}.contact", "pipeline": board}
        if entered.kind == "stage":
            given["stage"] = entered.terms[0].ref
        frame.plan.steps.append(Step("add_contact_to_pipeline", given, "added to the pipeline"))
        frame.plan.about.append(f"${number + 1}.position")


def _known_already(frame: Frame, name: str) -> None:
    if Contact.objects.visible_to(frame.scope.by).in_use().filter(name__iexact=name).exists():
        raise Unclear(
            f"There is a contact called {name} already. Do you want another one? Say their "
            "e-mail address too."
        )


def _more_of(frame: Frame, at: int, details: dict[str, Any]) -> Target | None:
    """Read what else is said of a new contact; return the pipeline they are to enter."""
    entered = None
    while at < frame.end:
        token, low = frame.tokens[at], frame.low(at)
        if token.kind == "email":
            details["email"] = token.text
        elif token.kind == "phone" or (token.kind == "number" and len(token.low) > 6):
            details["phone"] = token.text
        elif (
            low in ("to", "into", "in")
            and (target := read_target(frame, at + 1, frame.end))
            and target.kind in ("pipeline", "stage")
        ):
            return target
        elif low in ("at", "from", "of") and (stop := _until(frame, at + 1)) > at + 1:
            details["company"] = frame.text(at + 1, stop)
            at = stop
            continue
        elif low == "in" and (stop := _until(frame, at + 1)) > at + 1:
            details["city"] = frame.text(at + 1, stop)
            at = stop
            continue
        elif low == "as" and (stop := _until(frame, at + 1)) > at + 1:
            start = at + 1 + (frame.low(at + 1) in bag("a an the our their"))
            details.setdefault("job_title", frame.text(start, stop))
            at = stop
            continue
        elif (
            low == "owned"
            and frame.low(at + 1) == "by"
            and (member := read_member(frame, at + 2, _until(frame, at + 2)))
        ):
            details["owner"] = member
            at = _until(frame, at + 2)
            continue
        elif (found := frame.scope.words.find(frame.tokens[: frame.end], at, ["field"])) and (
            value := _field_value(frame, found, details)
        ):
            at = value
            continue
        elif low not in (
            "(",
            ")",
            ",",
            "with",
            "and",
            "the",
            "a",
            "email",
            "who",
            "is",
            "works",
            "phone",
            "number",
            "whose",
            "working",
            "address",
            ".",
            "has",
            "for",
            "new",
            "contact",
            "-",
            "an",
            "his",
            "her",
        ):
            raise Unclear(
                f"I do not know what “{frame.text(at, frame.end)}” means here. Can you say it in "
                "other words?"
            )
        at += 1
    return entered


def _field_value(frame: Frame, found: list[Any], details: dict[str, Any]) -> int | None:
    from agents.language.verbs.targets import read_value

    end, term = found[0]
    if term.on not in ("contact", "any"):
        return None
    value = read_value(frame, term, end, _until(frame, end))
    if value is None or value[1] is None:
        return None
    if term.name.startswith("custom."):
        details.setdefault("custom", {})[term.name.removeprefix("custom.")] = value[1]
    else:
        details[term.name] = value[1]
    return value[0]


def _until(frame: Frame, at: int) -> int:
    stop = at
    while stop < frame.end and frame.low(stop) not in (
        ",",
        "with",
        "and",
        "as",
        "(",
        ")",
        "in",
        "who",
        "to",
        "at",
        "whose",
        "from",
        "owned",
        ".",
    ):
        if frame.tokens[stop].kind in ("email", "phone"):
            break
        stop += 1
    return stop


def value_noun(frame: Frame, at: int) -> Any:
    found = frame.scope.words.find(frame.tokens[: frame.end], at, ["value"])
    return next((term for _, term in found if term.name == "subtype"), None)


def as_contact(frame: Frame) -> bool:
    """Add Jane Doe (jane@…) from Acme; add Jane Doe as a contact."""
    until = next(
        (
            i
            for i in range(frame.at, frame.end)
            if frame.lows(i, 3) in (("as", "a", "contact"), ("as", "a", "new"))
            or frame.lows(i, 2) == ("as", "contact")
        ),
        None,
    )
    at = frame.at
    if not frame.tokens[at].is_capital or frame.tokens[at].kind != "word":
        return False
    if until is None and not any(
        frame.tokens[i].kind in ("email", "phone") for i in range(at, frame.end)
    ):
        return False
    if until is not None:
        frame.tokens = [*frame.tokens[:until], *frame.tokens[frame.end :]]
        frame.end = until
    contact(frame, at - 1)
    return True


def company(frame: Frame, at: int) -> None:
    """Create a company."""
    while frame.low(at) in ("called", "named", ":"):
        at += 1
    name = frame.text(at, _until(frame, at))
    if not name:
        raise Unclear("What is it called?", join="called")
    frame.plan.steps.append(Step("create_company", {"name": name}, f"{name} added"))
    frame.plan.count += 1
    frame.plan.about = [f"${len(frame.plan.steps)}.company"]
