"""New cards: for whom or called what, where, worth what, whose."""

from typing import Any

from agents.language.frames import Frame, Step, Unclear
from agents.language.organization.sets import Set
from agents.language.verbs.targets import Target, moment, read_member, read_target
from agents.language.words import amounts
from agents.language.words.wording import bag

CALLED = ("called", "named", "titled", "entitled", "saying", ":")


def pipeline_noun(frame: Frame, at: int) -> bool:
    found = frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline"])
    return bool(found)


def is_card(frame: Frame, at: int) -> bool:
    """Whether a new task is a card: it is put on a board, or there are no other tasks here."""
    return any(
        _names_place(frame, i + 1 + (frame.low(i + 1) in ("the", "our")))
        and frame.low(i) in ("to", "in", "on", "into")
        for i in range(at, _before_title(frame, at))
    ) or _after_title(frame, at)


def _names_place(frame: Frame, at: int) -> bool:
    """Whether a pipeline or stage is named as it is called, and not by a word of the same stem."""
    found = frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline", "stage"])
    return any(term.words[0] == frame.low(at) and term.sure > 1 for _, term in found)


def _after_title(frame: Frame, at: int) -> bool:
    stop = frame.end
    for i in range(stop - 1, at, -1):
        if frame.low(i) in ("to", "in", "into", "on"):
            target = read_target(frame, i + 1, stop)
            return target is not None and target.kind in ("pipeline", "stage")
    return False


def _before_title(frame: Frame, at: int) -> int:
    return next((i for i in range(at, frame.end) if frame.low(i) in CALLED), frame.end)


def card(frame: Frame, at: int) -> None:
    """Create a card: for a contact, or one that is called something; where, worth what, whose."""
    said = _Card(frame, at)
    if said.people is not None:
        people = frame.rows(said.people, "contact")
        given = said.arguments()
        frame.apply(
            "add_contact_to_pipeline", "contact", people, given, f"added to {said.board_name}"
        )
        first = len(frame.plan.steps)
        frame.plan.about = [*frame.plan.about, f"${first}.position"]
    else:
        if not said.title:
            raise Unclear("For whom, or what is it called?", join="for")
        frame.plan.steps.append(Step("create_contact", {"name": said.title}, f"{said.title} added"))
        number = len(frame.plan.steps)
        given = {"contact": f"${number}.contact", **said.arguments(), "title": said.title}
        frame.plan.steps.append(
            Step("add_contact_to_pipeline", given, f"{said.title} added to {said.board_name}")
        )
        frame.plan.count += 1
        frame.plan.about = [f"${number + 1}.position", f"${number}.contact"]
    if said.due:
        position = next(ref for ref in frame.plan.about if ref.endswith(".position"))
        frame.plan.steps.append(
            Step(
                "update_position",
                {"position": position, "next_follow_up_at": said.due},
                "follow-up set",
            )
        )


class _Card:
    """What is said of a new card."""

    def __init__(self, frame: Frame, at: int) -> None:
        self.frame = frame
        self.people: Set | None = None
        self.title = self.stage = self.owner = self.due = self.board = ""
        self.value: int | None = None
        self.currency = ""
        found = frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline"])
        if found and found[0][1].sure >= 2:
            self.board, at = found[0][1].ref, found[0][0]
        else:
            at += 1
        while at < frame.end:
            at = self._part(at)
        if not self.board:
            self._usual()

    def _part(self, at: int) -> int:
        frame, end = self.frame, self.frame.end
        low = frame.low(at)
        if low in CALLED:
            stop = self._title_end(at + 1)
            self.title = frame.text(at + 1, stop)
            return stop
        if frame.tokens[at].kind == "quote":
            self.title = frame.tokens[at].text
            return at + 1
        if low in bag("to in into on at for"):
            for stop in range(end, at + 1, -1):
                if stop < end and frame.low(stop) not in (
                    *CALLED,
                    "worth",
                    "for",
                    "with",
                    "and",
                    ",",
                    "at",
                    "in",
                    "valued",
                    "due",
                    "owned",
                    "assigned",
                    "of",
                    "on",
                    "by",
                    "to",
                ):
                    continue
                target = read_target(frame, at + 1, stop)
                if (
                    target is not None
                    and target.kind in ("pipeline", "stage")
                    and not (target.kind == "pipeline" and low == "for")
                ):
                    self._place(target)
                    return stop
        if low in ("for", "with", "to"):
            for stop in range(end, at + 1, -1):
                of = frame.read(at + 1, stop)
                if not of.unknown and (of.names or of.pronoun) and not of.atoms:
                    self.people = of
                    return stop
        if low in bag("worth valued of value at for") and (
            found := amounts.read(frame.tokens[:end], at + 1 + (frame.low(at + 1) in ("of", "at")))
        ):
            self.value, self.currency = found[1].cents, found[1].currency
            return found[0]
        found = amounts.read(frame.tokens[:end], at)
        if found and (frame.tokens[at].kind == "amount" or found[1].currency):
            self.value, self.currency = found[1].cents, found[1].currency
            return found[0]
        if low in ("owned", "assigned", "for", "with") and frame.low(at + 1) in (
            "by",
            "to",
            "owner",
        ):
            stop = next(
                (
                    i
                    for i in range(at + 2, end)
                    if frame.low(i) in (",", "and", "worth", "in", "due")
                ),
                end,
            )
            member = read_member(frame, at + 2, stop)
            if member:
                self.owner = member
                return stop
        if low in ("due", "by", "closing", "until") and (
            day := frame.scope.calendar.read(
                frame.tokens[:end], at + 1 + (frame.low(at + 1) in ("on", "by", "in"))
            )
        ):
            self.due = moment(day[1].start)
            return day[0]
        if (
            low
            in (
                "and",
                ",",
                "the",
                "a",
                "with",
                "card",
                "deal",
                "of",
                ".",
                "is",
                "it",
                "value",
                "worth",
                "stage",
                "pipeline",
            )
            or frame.tokens[at].kind == "mark"
        ):
            return at + 1
        raise Unclear(
            f"I do not know what “{frame.text(at, end)}” means here. Can you say it in other words?"
        )

    def _title_end(self, at: int) -> int:
        frame = self.frame
        for i in range(at + 1, frame.end):
            if (
                frame.low(i) in ("to", "in", "into", "on")
                and (target := read_target(frame, i + 1, frame.end))
                and target.kind in ("pipeline", "stage")
            ):
                return i
            if frame.low(i) in ("for", "assigned", "owned") and frame.low(i + 1) in ("to", "by"):
                return i
            if frame.low(i) in ("worth", "due") or (
                frame.low(i) == "," and frame.low(i + 1) in ("worth", "due", "owned", "assigned")
            ):
                return i
        return frame.end

    def _place(self, target: Target) -> None:
        term = target.terms[0]
        if target.kind == "pipeline":
            self.board = term.ref
            return
        inside = [each for each in target.terms if not self.board or each.pipeline == self.board]
        if len({each.pipeline for each in inside}) > 1:
            raise Unclear("Into which pipeline?", join="in")
        self.stage, self.board = inside[0].ref, inside[0].pipeline

    def _usual(self) -> None:
        """The page's pipeline, the only one, or the default."""
        boards = self.frame.scope.words.pipelines
        if self.frame.scope.board():
            self.board = self.frame.scope.board()
        elif len(boards) == 1:
            self.board = boards[0].ref
        else:
            raise Unclear(
                f"Into which pipeline: {', '.join(each.name for each in boards[:8])}?", join="in"
            )

    @property
    def board_name(self) -> str:
        return self.frame.scope.words.pipeline(self.board).name

    def arguments(self) -> dict[str, Any]:
        given: dict[str, Any] = {"pipeline": self.board}
        if self.stage:
            given["stage"] = self.stage
        if self.value is not None:
            given |= {
                "value_cents": self.value,
                "currency": self.currency or self.frame.scope.organization.currency,
            }
        if self.owner:
            given["owner"] = self.owner
        if self.title and self.people is not None:
            given["title"] = self.title
        return given
