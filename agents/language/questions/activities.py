"""What passed between us and people, counted for itself: how many calls in May, which meetings."""

from collections.abc import Sequence

from agents.language.description import phrases
from agents.language.description.touching import ANSWERS, MAILS, TOUCHES
from agents.language.organization.scopes import Scope
from agents.language.organization.sets import Atom, Set
from agents.language.words.tokens import Token
from agents.language.words.wording import bag
from crm.models.activities import ActivityKind

CALL, MEETING = ActivityKind.CALL.value, ActivityKind.MEETING.value
# What is a noun of something that passed; whom we called is told by a verb.
NOUNS = {
    word: kinds
    for said, kinds in {
        "call calls phonecall phonecalls": (CALL,),
        "meeting meetings visit visits appointment appointments": (MEETING,),
        "mail mails email emails letter letters message messages": MAILS,
        "reply replies answer answers response responses": ANSWERS,
        "note notes": (ActivityKind.NOTE.value,),
        "conversation conversations": (CALL, MEETING),
        "interaction interactions touchpoint touchpoints": TOUCHES,
        "activity activities": (*TOUCHES, ActivityKind.NOTE.value),
    }.items()
    for word in said.split()
}
# What is done with them, and says nothing of which they are.
DOING = bag(
    "log logged record recorded make made making hold held holding have had has do did done take "
    "took taken place send sent write wrote written get got receive received exchange exchanged "
    "happen happened there phone we us our were was are is any"
)


def read(scope: Scope, tokens: Sequence[Token]) -> Set | None:
    """Return the activities that some tokens describe; None where something else heads them."""
    at, kinds = 0, list[str]()
    while at < len(tokens) and tokens[at].low in bag("phone all the our of"):
        at += 1
    while at < len(tokens) and (tokens[at].low in NOUNS or (kinds and tokens[at].low in _JOINING)):
        own = scope.words.find(tokens, at, ["stage", "pipeline", "value"])
        if any(term.sure > 1 or tokens[at].low in term.words for _, term in own):
            return None
        kinds += NOUNS.get(tokens[at].low, ())
        at += 1
    if not kinds or tokens[at - 1].low in _JOINING:
        return None
    rest = [each for each in tokens[at:] if each.low not in DOING]
    phrase = phrases.Phrase(scope, rest, 0, len(rest))
    phrase.set.kind, phrase.set.noun = "activity", tokens[at - 1].low
    of = phrase.read()
    of.kind = "activity"
    of.atoms.insert(0, Atom("activity", "kind", "in", list(dict.fromkeys(kinds))))
    return of


_JOINING = bag("and or ,")
