"""In whose charge records are: given to a colleague, taken over, handed back."""

from collections.abc import Iterator
from functools import partial

from agents.language.evidence import duties
from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import Said
from agents.language.frames import which
from agents.language.operations import owners
from agents.language.operations.owners import email_of
from agents.language.organization.mentions import Mention
from agents.language.organization.sets import Set
from agents.language.words import lexicon, senses
from agents.language.words.wording import bag, sayings

TO = bag("to with by for")
GIVING = bag("give gives hand assign pass let have")
TAKES = bag(
    "take takes taking own owns handle handles run runs manage manages look looks looking get gets"
    " cover covers inherit inherits pick picks do does keep keeps be responsible charge"
)
ME = bag("me myself i mine")
CHANGING = bag("make makes become becomes is are be set change to as = :")
FEWEST, MOST = bag("fewest least lowest smallest"), bag("most")
NOBODY = bag("nobody noone none")
CHARGED = sayings(
    "the owner of, owner of, as the owner of, as owner of, responsible for, in charge of,"
    " the assignee of, the lead of"
)


def giving(said: Said) -> Iterator[Candidate]:
    """A colleague is to have, or has from now on, what is named."""
    if duties.asks_for_task(said):
        return
    for member in said.of("member"):
        if (found := _role(said, member)) is not None:
            score, places = found
            yield from _to(
                said,
                list(dict.fromkeys(t.ref for t in member.means)),
                score,
                places,
                said.frame.text(member.at, member.end),
            )
    yield from _owning(said)
    for i in said.places():
        if said.low(i) in ME and (found := _my_role(said, i)) is not None:
            yield from _to(said, [said.frame.scope.me], found[0], found[1], "me")
        them = said.low(i) in bag("him her them")
        if them and said.low(i - 1) in GIVING and not said.is_last(i + 1):
            ref = _colleague_before(said)
            if ref:
                yield from _to(said, [ref], 3.5, {i - 1, i}, said.low(i))
        if them and said.low(i - 1) == "to" and _hands(said, i):
            ref = _colleague_before(said)
            if ref:
                yield from _to(said, [ref], 3.5, {i - 1, i}, said.low(i))


def _owning(said: Said) -> Iterator[Candidate]:
    """Who is to be the owner: she becomes the owner of …, make me their owner."""
    field = next((m for m in said.of("field") if m.means[0].name == "owner"), None)
    if field is None or not said.has(*CHANGING):
        return
    who: tuple[list[str], set[int], str] | None = None
    for member in said.of("member"):
        if said.low(member.end) != "'s" and not _only_tells(said, member.at):
            refs = list(dict.fromkeys(term.ref for term in member.means))
            who = refs, set(member.places), said.frame.text(member.at, member.end)
    me = next((i for i in said.places() if said.low(i) in ME), None)
    if who is None and me is not None:
        who = [said.frame.scope.me], {me}, "me"
    if who is None:
        return
    taken = who[1] | set(field.places) | {field.at - 1}
    taken |= {i for i in said.places() if said.low(i) in CHANGING | bag("now")}
    yield from _to(said, who[0], 4.2, taken, who[2])


def _role(said: Said, member: Mention) -> tuple[float, set[int]] | None:
    """Return how much says that a colleague gets something, and what tells it."""
    at, end = member.at, member.end
    marker, low = said.before(at)
    places = set(member.places)
    if said.low(end) == "'s" or said.message.tokens[min(end, said.end - 1)].kind == "possessive":
        owned = low in senses.BECOMING | senses.MODALS and said.is_last(
            end + 1 + _from_now(said, end + 1)
        )
        return (4.0, places | {end} | _lead(said, at)) if owned else None
    if low == "to" and said.is_last(end) and _only_names(said, marker):
        return 4.0, places | set(range(marker, at))
    if low in TO and said.low(marker - 1) != "belong" and _hands(said, marker):
        if low == "for" and said.cue("hand", said.at, marker) is None:
            return None
        return 3.5 + said.is_last(end), places | _lead(said, at)
    verb = _next_verb(said, end)
    if verb is not None and said.low(verb) in TAKES and not _only_tells(said, at):
        return 4.0, places | set(range(end, verb + 1)) | _after(said, verb + 1)
    charged = _charged(said, end)
    if charged:
        return 4.5, places | charged | {at - 1}
    if said.low(at - 1) in GIVING and end < said.end - 1:
        return 3.5, places | {at - 1} | ({end} if said.low(end) == "to" else set())
    return None


def _charged(said: Said, at: int) -> set[int]:
    """Return the places that put somebody in charge: the owner of, responsible for."""
    for words in CHARGED:
        if tuple(said.low(i) for i in range(at, at + len(words))) == words:
            return set(range(at, at + len(words)))
    return set()


def balancing(said: Said) -> Iterator[Candidate]:
    """Whoever has the fewest open deals gets them; whoever has most."""
    for i in said.places():
        extreme = next((k for k in said.places(i) if said.low(k) in FEWEST | MOST), None)
        if said.low(i) not in bag("whoever whomever") or said.low(i - 1) not in TO or not extreme:
            continue
        taken = frozenset(range(i - 1, said.end))
        of = said.subject(taken, "position")
        counted = said.frame.read(extreme + 1, said.end)
        fewest = said.low(extreme) in FEWEST
        if of is not None and _hands(said, i):
            make = partial(_balance, said, of, counted, fewest)
            yield Candidate("give", 5.0, taken, make)


def _balance(said: Said, of: Set, counted: Set, fewest: bool) -> None:
    owners.give(said.frame, of, owners.busiest(said.frame, counted, fewest=fewest))


def releasing(said: Said) -> Iterator[Candidate]:
    """Nobody is to have it any more: unassign it, give it to nobody, take the owner off."""
    first = said.first()
    nobody = next((i for i in said.places(first) if said.low(i) in NOBODY), None)
    owner = [m for m in said.of("field") if m.means[0].name == "owner"]
    if said.verb == "unassign":
        taken = {first}
    elif nobody is not None and said.low(nobody - 1) in TO and _hands(said, nobody):
        taken = {first, nobody - 1, nobody}
    elif owner and said.verb in ("move", "archive") and said.has("off", "away"):
        taken = {first, *owner[0].places}
        taken |= {i for i in said.places() if said.low(i) in bag("off away from of the")}
    else:
        return
    of = said.subject(taken, "position")
    if of is not None:
        yield Candidate("give", 5.0, frozenset(taken), lambda: owners.give(said.frame, of, ""))


def _only_names(said: Said, until: int) -> bool:
    """Whether nothing but records that are named stands before a place: K-4 and K-7 to Tom."""
    named = until == said.at and said.message.focus is not None
    for i in range(said.at, until):
        held = said.message.mentions.covering(i, "position", "contact")
        named = named or held is not None
        if held is None and said.low(i) not in bag("and both all , &") | lexicon.FILLERS:
            return False
    return named


def _only_tells(said: Said, at: int) -> bool:
    """Whether what a colleague has only tells what is meant: the leads that Tom owns."""
    before = said.low(at - 1)
    noun = lexicon.noun(before) if before.endswith("s") else ""
    return before in bag("that which who whom") or bool(noun)


def _from_now(said: Said, at: int) -> int:
    return 3 if [said.low(i) for i in range(at, at + 3)] == ["from", "now", "on"] else 0


def _hands(said: Said, until: int) -> bool:
    """Whether something is handed over before a place."""
    at = said.cue("hand", said.at, until)
    return at is not None and not said.negated(at)


def _lead(said: Said, at: int) -> set[int]:
    """Return the places before a colleague that only lead there: should be handled by."""
    places, i = set(), at - 1
    words = TO | senses.ADVERBS | senses.BECOMING | senses.MODALS
    while i >= said.at and (
        said.low(i) in words - bag("them him her it his their its my our both")
        or said.message.tokens[i].stem in senses.CUES["hand"]
    ):
        places.add(i)
        i -= 1
    return places


def _next_verb(said: Said, at: int) -> int | None:
    """Return the verb of which a colleague is the subject: Tom could take over."""
    i = at
    while i < said.end and said.low(i) in senses.MODALS | bag(
        "to now also be going please is are would like"
    ):
        i += 1
    return i if i < said.end else None


def _after(said: Said, at: int) -> set[int]:
    places = set()
    while said.low(at) in bag("over after of on care charge for in"):
        places.add(at)
        at += 1
    return places


def _my_role(said: Said, at: int) -> tuple[float, set[int]] | None:
    if said.low(at) in bag("me myself") and (charged := _charged(said, at + 1)):
        return 4.5, {at - 1, at} | charged
    if said.low(at) in bag("me myself"):
        marker, low = said.before(at)
        if low == "to" and _hands(said, marker) and said.low(at + 1) not in bag("by"):
            return 3.5 + said.is_last(at + 1), {at} | _lead(said, at)
        return None
    verb = _next_verb(said, at + 1)
    if said.low(at) == "mine":
        now = set(range(at + 1, said.end)) if said.low(at + 1) == "from" else set()
        told = said.before(at)[1] in senses.BECOMING | bag("make makes") and (
            now or said.is_last(at + 1)
        )
        return (4.0, {at} | now | _lead(said, at)) if told else None
    while verb is not None and said.low(verb) in bag("am will would like want love to"):
        verb += 1
    taking = bag("take taking own handle manage run look cover")
    if (
        verb is None
        or said.low(verb) not in taking
        or not (
            said.low(verb + 1) in bag("over after on")
            or said.message.mentions.starting(verb + 1, "position") is not None
        )
    ):
        return None
    mine = {i for i in said.places() if said.low(i) in ("myself", "on") and i > verb + 1}
    return 4.0, set(range(at, verb + 1)) | _after(said, verb + 1) | {
        i for i in mine if said.low(i) == "myself"
    }


def _colleague_before(said: Said) -> str:
    """Return the colleague that the message named before."""
    named = said.message.mentions.of("member", end=said.at)
    about = [ref for ref in said.frame.scope.about if ref.startswith("member:")]
    return named[-1].means[0].ref if named else (about[-1] if about else "")


def _to(
    said: Said, refs: list[str], score: float, taken: set[int], text: str
) -> Iterator[Candidate]:
    tasked = said.cue("task") is not None
    of = said.subject(taken, "task" if tasked else "position")
    if of is None:
        return
    if tasked and not of.kind:
        of.kind = "task"

    def make() -> None:
        said.hint(taken)
        chosen = said.frame.scope.bound.get(text.casefold(), refs)
        if len(chosen) > 1:
            members = [(ref, str(said.frame.scope.words.member(ref).user)) for ref in chosen]
            raise which(text, members)
        _give(said, of, email_of(said.frame, chosen[0]))

    yield Candidate("give", score, frozenset(taken), make)


def _give(said: Said, of: Set, member: str) -> None:
    if of.names and all(name.kind == "task" for name in of.names):
        of.kind = "task"
    owners.give(said.frame, of, member)
