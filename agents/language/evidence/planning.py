"""What is to be done with somebody later, as a task: a call, a meeting."""

from collections.abc import Iterator

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import Said
from agents.language.frames import Step, row_ref
from agents.language.operations.fields import moment
from agents.language.organization.mentions import Mention
from agents.language.organization.sets import Set, today
from agents.language.words.wording import bag

LEADING = bag("with to on for by until next a an the up")


def planning(said: Said) -> Iterator[Candidate]:
    """Schedule a call with Karen for Tuesday; call her tomorrow."""
    verb, at = said.verb, said.first()
    day = next(iter(reversed(said.of("day"))), None)
    if (said.low(at), said.low(at + 1)) == ("set", "up") and day is not None:
        verb, at = "schedule", at + 1
    if verb not in ("schedule", "call", "email") or said.cue("task") is not None:
        return
    noun = next((i for i in said.places(at + 1) if said.low(i) not in bag("a an the quick")), at)
    scheduled = verb == "schedule" and said.low(noun + 1) == "with"
    if said.low(noun) == "one":
        return  # of what was spoken of
    people = said.of("contact", "position")
    alone = verb == "call" and people and people[0].at == at + 1
    if not (people or said.spoken_of()) or not (day or scheduled or alone):
        return
    taken = {
        said.first(),
        at,
        *([noun] if verb == "schedule" else []),
        *(day.places if day else []),
    }
    taken |= {i for i in said.places() if said.low(i) in LEADING}
    of = said.subject(taken, "contact")
    if of is None or not (of.names or of.pronoun or of.all or of.plural):
        return
    title = {
        "schedule": f"{said.low(noun).capitalize()} with",
        "call": said.low(at).capitalize(),
        "email": "E-mail",
    }[verb]

    def make() -> None:
        _plan(said, of, f"{title} {of.text}", day)

    yield Candidate("plan", 4.8, frozenset(taken), make)


def _plan(said: Said, of: Set, title: str, day: Mention | None) -> None:
    frame = said.frame
    people = frame.rows(of, "contact")
    arguments = {"title": title}
    if day is not None:
        span = day.means[0]
        arguments["due_at"] = moment(span.start if span.is_day else max(span.start, today()))
    if len(people) > 1:
        frame.apply("create_task", "contact", people, arguments, f"task “{title}”")
    else:
        arguments["contact"] = row_ref(people[0])
        frame.plan.steps.append(Step("create_task", arguments, f"task “{title}”"))
        frame.plan.count += 1
    frame.plan.about = [*map(row_ref, people), f"${len(frame.plan.steps)}.task"]
