"""Replies: what comes next in a conversation, a text or calls of tools."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from agents.language.dialogue import choices, corrections, repeating
from agents.language.dialogue.conversations import Message, Turn, call, read, say
from agents.language.dialogue.receipts import READS, receipt
from agents.language.frames import Impossible, Plan, Step, Unclear, noun_of
from agents.language.organization.scopes import Scope, open_scope
from agents.language.organization.vocabulary import learn
from agents.language.questions import answers, shown
from agents.language.requests import understand
from agents.language.words import lexicon, reserve
from agents.language.words.tokens import fold, plain, tokenize
from agents.language.words.wording import bag
from audit.actions import tenant
from audit.actors import Actor

FEW = 25  # records that are changed at once without asking first
UNCHANGED = "All right; nothing was changed."
HELLO = "I can find, count, change and move what is in here. Say what you would like."


def respond(
    messages: Sequence[Mapping[str, Any]],
    *,
    by: Actor,
    tools: Iterable[Any] = (),
    page: str | None = None,
) -> Message:
    """
    Return the next message of the assistant, in OpenAI's shape: a text, or calls of our tools.

    It depends on the messages, on the database as `by` sees it and on business time alone. What it
    needs to go on stands in `provider_specific_fields` of its own messages; tool messages hold the
    JSON of a `Result`.

    :param tools: the tools that may be called, by name or in OpenAI's shape; all where none is
    :param page: the reference of what the person looks at: contact:42
    """
    turns = read(messages)
    if not turns:
        return say(HELLO, {})
    with tenant(by.tenant_id):
        reply = _Reply(turns, by=by, allowed=_names(tools), page=page or "")
        return reply.go_on() if turns[-1].states else reply.begin()


def _names(tools: Iterable[Any]) -> set[str]:
    return {
        str(
            tool["function"]["name"]
            if isinstance(tool, Mapping) and "function" in tool
            else tool["name"]
            if isinstance(tool, Mapping)
            else tool
        )
        for tool in tools
    }


class _Reply:
    """One reply."""

    def __init__(self, turns: list[Turn], *, by: Actor, allowed: set[str], page: str) -> None:
        self.turns, self.by, self.allowed, self.page = turns, by, allowed, page
        self.turn = turns[-1]
        self.before = turns[-2].state if len(turns) > 1 else {}

    # --- Something new was said -------------------------------------------------------------------
    def begin(self) -> Message:
        said = self.turn.text.strip()
        question = self.before.get("question")
        if question:
            answered = self._answer(question, said)
            if answered is not None:
                return answered
        if self.before.get("offer") and _is_yes(said):
            return self._take_offer(self.before["offer"])
        if _is_no(said) and (question or self.before.get("offer")):
            return say(UNCHANGED, self._kept())
        if corrections.is_undo(said):
            return self._undo()
        for way in (corrections.read, repeating.read) if self.turns[:-1] else ():
            if fixed := way(said, self.turns, self._scope()):
                return self._carry_out(fixed, said)
        if _is_greeting(said):
            return say(HELLO, self._kept())
        if looked := self.before.get("looked"):
            said = repeating.spell_out(said, looked, self._scope())
        if self.turns[:-1] and (asked := corrections.asked_anew(said, self.turns, self._scope())):
            return self._plan(asked, {})
        return self._plan(said, {})

    def _plan(self, text: str, bound: dict[str, list[str]]) -> Message:
        scope = self._scope()
        scope.bound = dict(bound)
        try:
            plan = self._understand(text, scope)
        except Unclear as unclear:
            if reserve.refuses(text):
                return say(UNCHANGED, self._kept())
            return self._ask(unclear, text, bound)
        except Impossible as impossible:
            return say(str(impossible), self._kept())
        changes = any(step.tool not in READS | WRITTEN_DOWN for step in plan.steps)
        if changes and reserve.refuses(text):
            return say(UNCHANGED, self._kept())
        return self._carry_out(plan, text, doubtful=changes and reserve.asks_first(text))

    def _understand(self, text: str, scope: Scope) -> Plan:
        """
        Understand a message; where a word is not known, among all there are and not the newest.
        """
        try:
            return understand(text, scope)
        except Unclear as unclear:
            if unclear.candidates or not unclear.mention:
                raise
            learned = learn(scope.words, text, self.by)
            if learned is None:
                raise
        scope.words = learned
        scope.sets.clear()
        return understand(text, scope)

    def _scope(self) -> Scope:
        scope = open_scope(self.by, page=self.page, about=self.before.get("about", ()))
        scope.earlier = list(self.before.get("earlier", ()))
        scope.asked = str(self.before.get("asked", ""))
        return scope

    def _kept(self) -> dict[str, Any]:
        kept = ("about", "earlier", "last", "asked")
        return {key: self.before[key] for key in kept if key in self.before}

    def _ask(self, unclear: Unclear, text: str, bound: Mapping[str, Any]) -> Message:
        question = {
            "kind": "which" if unclear.candidates else "say",
            "text": text,
            "bound": dict(bound),
            "mention": unclear.mention,
            "candidates": [list(each) for each in unclear.candidates],
            "join": unclear.join,
        }
        return say(unclear.question, {**self._kept(), "question": question})

    def _carry_out(self, plan: Plan, text: str, *, doubtful: bool = False) -> Message:
        """Begin a plan; where it is of many, or of what was only told, ask first."""
        about = {**self._about(plan), "asked": plan.asked}
        if not plan.steps:
            answer = answers.render(plan.render, [], by=self.by)
            said = " ".join([*plan.says, answer]).strip() or "There is nothing to do."
            return say(said, {**self._kept(), **about})
        missing = sorted({step.tool for step in plan.steps} - self.allowed) if self.allowed else []
        if missing:
            return say(f"I may not use {missing[0]} here; nothing was changed.", self._kept())
        many = plan.count > FEW or (plan.destructive and plan.count > 1)
        if doubtful or (many and any(step.tool not in READS for step in plan.steps)):
            return self._confirm(plan, text, about)
        return self._next(_as_state(plan, text, about), [])

    def _about(self, plan: Plan) -> dict[str, Any]:
        if not plan.about:
            return {key: self.before[key] for key in ("about", "earlier") if key in self.before}
        before, list_of = list(self.before.get("about", ())), list(self.before.get("earlier", ()))
        # Of a list, one after the other may be spoken of: the first one, and then the third.
        kept = list_of if len(before) < 2 and set(plan.about) <= set(list_of) else before
        return {"about": list(plan.about), "earlier": kept}

    def _confirm(self, plan: Plan, text: str, about: Mapping[str, Any]) -> Message:
        refs = [ref for step in plan.steps for ref in step.about]
        kind = refs[0].partition(":")[0] if refs else "record"
        listed = (
            shown.list_rows(refs, kind, len(refs), self.by)
            if refs and kind in ("contact", "position", "company", "task")
            else ""
        )
        what = "; ".join(dict.fromkeys(step.says for step in plan.steps if step.says))
        text_of = (
            f"{plan.count} {noun_of(kind, one=plan.count == 1)} would be {what}. {listed}\nShall "
            "I go ahead?"
        )
        return say(
            text_of,
            {**self._kept(), "question": {"kind": "confirm", "plan": _as_state(plan, text, about)}},
        )

    # --- Answers to our own questions -------------------------------------------------------------
    def _answer(self, question: Mapping[str, Any], said: str) -> Message | None:
        if question["kind"] == "confirm":
            if _is_yes(said):
                return self._next(question["plan"], [])
            if _is_no(said):
                return say(UNCHANGED, self._kept())
            return None
        if question["kind"] == "which":
            chosen = choices.choose(said, question["candidates"]) or choices.narrow(
                said, question["candidates"], self._scope()
            )
            if chosen:
                bound = {**question["bound"], question["mention"]: chosen}
                return self._plan(question["text"], bound)
        if _is_no(said):
            return say(UNCHANGED, self._kept())
        if question["kind"] == "say" and _is_yes(said):
            return say(HELLO, self._kept())
        if question["kind"] == "say" and question["join"] is not None and choices.is_fragment(said):
            join = question["join"]
            whole = (
                f"{question['text'].rstrip(' .!?')} {join} {said}"
                if join
                else f"{question['text'].rstrip(' .!?')} {said}"
            )
            return self._plan(whole, dict(question["bound"]))
        return None

    def _take_offer(self, offer: Mapping[str, Any]) -> Message:
        steps = list(offer["steps"])
        return self._next(
            {"steps": steps, "render": [], "says": [], "about": offer.get("about", []), "text": ""},
            [],
        )

    # --- Undoing ----------------------------------------------------------------------------------
    def _undo(self) -> Message:
        for turn in reversed(self.turns[:-1]):
            if turn.actions and not any(tool == "undo_action" for _, tool, _ in turn.calls):
                steps = [
                    asdict(Step("undo_action", {"action": action}, "undone"))
                    for action in reversed(turn.actions)
                ]
                return self._next(
                    {
                        "steps": steps,
                        "render": [],
                        "says": [],
                        "text": self.turn.text,
                        **self._kept(),
                    },
                    [],
                )
        return say("There is nothing of this conversation to undo.", self._kept())

    # --- A plan goes on ---------------------------------------------------------------------------
    def go_on(self) -> Message:
        """Make the next calls of a plan, or say what came of all of them."""
        state = self.turn.state
        return self._next(state, self.turn.ordered)

    def _next(self, state: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> Message:
        steps = list(state["steps"])
        done = len(results)
        ready = []
        for number, step in enumerate(steps[done:], start=done + 1):
            filled = _fill(step["arguments"], results)
            if filled is _WAITS:
                break
            if filled is _FAILED:
                return self._finish(state, results, halted=True)
            ready.append((f"call_{len(self.turns)}_{number}", step["tool"], filled))
        if ready:
            return call(ready, {**state})
        return self._finish(state, results)

    def _finish(
        self,
        state: Mapping[str, Any],
        results: Sequence[Mapping[str, Any]],
        *,
        halted: bool = False,
    ) -> Message:
        about = [made for ref in state.get("about", ()) if (made := _made(ref, results))]
        reading = [
            result
            for step, result in zip(state["steps"], results, strict=False)
            if step["tool"] in READS
        ]
        about = _as_shown(about, reading)
        parts = [*state.get("says", ())] if _all_done(results) or not results else []
        parts.append(receipt(state["steps"], results, self.by))
        parts.append(answers.render(state.get("render", ()), reading, by=self.by))
        kept: dict[str, Any] = {
            "about": about,
            "earlier": list(state.get("earlier", ())),
            "last": state.get("text", ""),
            "asked": state.get("asked", ""),
        }
        offer = state.get("offer")
        if offer and _all_done(results) and not halted:
            steps = [
                {**step, "arguments": filled}
                for step in offer["steps"]
                if (filled := _fill(step["arguments"], results)) not in (_WAITS, _FAILED)
            ]
            kept["offer"] = {**offer, "steps": steps}
            parts.append(offer["text"])
        looked = [each for each in state.get("render", ()) if each.get("as") == "attribute"]
        if len(looked) == 1:
            kept["looked"] = [looked[0]["label"], looked[0]["ref"]]
        for each in state.get("render", ()):
            if each.get("as") == "risk" and not each["only"]:
                kept |= self._offer_letters(each, reading)
        text = "\n".join(part for part in parts if part).strip()
        return say(text or "There was nothing to do.", kept)

    def _offer_letters(
        self, says: Mapping[str, Any], reading: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        from agents.language.operations.letters import letter
        from crm import refs

        cards = answers.at_risk(says, [result.get("result") or {} for result in reading], self.by)
        people = list(dict.fromkeys(card["contact"] for card in cards))[:25]
        steps = [asdict(letter(refs.find(person, "contact", by=self.by), "")) for person in people]
        about = [card["position"] for card in cards]
        return (
            {"about": about, "offer": {"text": "", "steps": steps, "about": people}}
            if steps
            else {}
        )


WRITTEN_DOWN = bag("log_activity create_task")  # of words that may tell of anything
_WAITS, _FAILED = object(), object()


def _as_state(plan: Plan, text: str, about: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "steps": [asdict(step) for step in plan.steps],
        "says": plan.says,
        "render": plan.render,
        "offer": plan.offer,
        "text": text,
        **about,
    }


def _fill(value: Any, results: Sequence[Mapping[str, Any]]) -> Any:
    """Put what earlier steps answered where arguments stand for it."""
    if (
        isinstance(value, str)
        and value.startswith("$")
        and "." in value
        and value[1 : value.index(".")].isdigit()
    ):
        number, key = int(value[1 : value.index(".")]), value[value.index(".") + 1 :]
        if number > len(results):
            return _WAITS
        found = (results[number - 1].get("result") or {}).get(key)
        return _FAILED if found is None else found
    if isinstance(value, Mapping):
        filled = {key: _fill(each, results) for key, each in value.items()}
        return next((each for each in filled.values() if each in (_WAITS, _FAILED)), filled)
    if isinstance(value, list):
        many = [_fill(each, results) for each in value]
        return next((each for each in many if each in (_WAITS, _FAILED)), many)
    return value


def _as_shown(about: Sequence[str], reading: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what is spoken of in the order in which it was listed."""
    listed = [row for each in reading for row in (each.get("result") or {}).get("listed", ())]
    first = [ref for ref in dict.fromkeys(row["ref"] for row in listed) if ref in about]
    return [*first, *(ref for ref in about if ref not in first)]


def _made(ref: str, results: Sequence[Mapping[str, Any]]) -> str:
    if not ref.startswith("$"):
        return ref
    found = _fill(ref, results)
    return found if isinstance(found, str) else ""


def _all_done(results: Sequence[Mapping[str, Any]]) -> bool:
    return all(result.get("status") == "done" for result in results)


def _is_yes(said: str) -> bool:
    said_yes = set(_bare(said).split())
    if said_yes and said_yes <= {word for each in YES for word in each.split()} and said_yes & YES:
        return True
    return _bare(said) in YES or (
        _bare(said).split(" ")[0] in ("yes", "yep", "yeah", "sure") and len(_bare(said).split()) < 5
    )


def _is_no(said: str) -> bool:
    words = _bare(said).split()
    again = words[:1] in (["no"], ["nope"], ["nah"]) and " ".join(words[1:]) in NO
    return again or _bare(said) in NO


def _is_greeting(said: str) -> bool:
    return _bare(said) in (
        "hi",
        "hello",
        "hey",
        "help",
        "good morning",
        "what can you do",
        "thanks",
        "thank you",
        "",
    )


def _bare(said: str) -> str:
    return " ".join(each.low for each in tokenize(plain(fold(said))) if each.kind != "mark")


YES, NO = set(lexicon.YES), set(lexicon.NO)
