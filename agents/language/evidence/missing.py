"""What is missing, where a verb asks for something and nothing tells what: to whom, until when."""

from agents.language.evidence.clauses import clauses
from agents.language.evidence.evidence import Message, Said
from agents.language.evidence.units import Unit
from agents.language.frames import Frame, Unclear
from agents.language.organization.mentions import link

SHRUG = "I am not sure what to do with that. Can you say it as a request or a question?"
# By what a verb asks for: what is asked where it is not said, and how the answer goes on.
QUESTIONS = {
    "move": ("Where to? Name a stage.", "to"),
    "assign": ("To whom?", "to"),
    "set": ("Which field should I change, and to what?", ""),
    "mark": ("Which field should I change, and to what?", ""),
    "raise": ("By how much?", "by"),
    "lower": ("By how much?", "by"),
    "rename": ("What is the new name?", "to"),
    "clear": ("What should I clear?", ""),
    "tag": ("With which tag?", "with"),
    "untag": ("Which tag, and from whom?", "from"),
    "postpone": ("Until when?", "to"),
    "win": ("Whom or what do you mean?", ""),
    "lose": ("Whom or what do you mean?", ""),
    "close": ("As won or as lost?", "as"),
    "add": ("What should I add: a contact, a task, a note or a deal?", ""),
    "log": ("On whom should I write that down?", "on"),
    "remind": ("Of what?", "to"),
    "schedule": ("With whom?", "with"),
    "follow": ("With whom?", "with"),
    "call": ("With whom?", "with"),
    "archive": ("Whom or what do you mean?", ""),
    "reopen": ("Whom or what do you mean?", ""),
    "complete": ("Whom or what do you mean?", ""),
}
DESCRIBING = ("move", "assign", "archive", "complete", "reopen", "unassign")
UNKNOWN = {
    "move": "I know no stage, pipeline or colleague called “{}”. Where to?",
    "assign": "Nobody here is called “{}”. To whom?",
}


def ask(frame: Frame) -> None:
    """
    Ask for what is missing.

    :raises Unclear: with the question
    """
    mentions = link(frame.scope, frame.tokens)
    message = Message(frame, mentions, [])
    for at, end in clauses(frame.tokens, frame.scope):
        said = Said(message, Unit(at, end))
        if said.verb in QUESTIONS:
            _ask(said)
    raise Unclear(SHRUG, join=None)


def _ask(said: Said) -> None:
    frame, verb = said.frame, said.verb
    at = said.first() + 1
    marker = next((i for i in range(said.end - 1, at, -1) if said.low(i) == "to"), None)
    if verb in DESCRIBING:
        frame.check_understood(frame.read(at, marker or said.end))
    if marker is not None and verb in UNKNOWN and marker + 1 < said.end:
        named = frame.text(marker + 1, said.end)
        raise Unclear(UNKNOWN[verb].format(named), mention=named.casefold())
    question, join = QUESTIONS[verb]
    raise Unclear(question, join=join)
