"""Records that are called by a date of theirs: the follow-ups of last week, deliveries overdue."""

from agents.language.evidence.evidence import Said
from agents.language.operations.fields import FIXED
from agents.language.organization.mentions import Mention
from agents.language.organization.sets import Atom, Set, today
from agents.language.organization.vocabulary import Term
from agents.language.words import lexicon, senses
from agents.language.words.wording import bag

OVER = bag("missed overdue late passed past gone expired over lapsed")
LEADING = bag(
    "all every each any the our my whose with that which who we i you have has had been being are"
    " is were was be should due planned from of for in on at still already only not yet it them"
)


def called_by(said: Said) -> Set | None:
    """Return the records whose date a unit begins by naming, and whose dates lie where it says."""
    field = next((m for m in said.of("field") if _is_plural(said, m)), None)
    if field is None or any(not _leads(said, i) for i in range(said.at, field.at)):
        return None
    term = _date_of(field)
    if term is None:
        return None
    days = [m for m in said.of("day") if field.end <= m.at and _tells(said, m)]
    over = any(said.low(i) in OVER for i in range(said.at, field.at))
    for i in range(field.end, said.end):
        over = over or said.low(i) in OVER
        within = any(i in m.places for m in days) or i in said.taken
        if not (within or said.low(i) in LEADING | OVER or said.message.tokens[i].kind == "mark"):
            return None
    if len(days) > 1 or not (days or over):
        return None
    atoms = [Atom(term.on, term.name, "<", today().isoformat())] if over else []
    if days:
        read = said.frame.scope.calendar.read(said.message.tokens, days[0].at, past=True)
        span = read[1] if read else days[0].means[0]
        atoms += [
            Atom(term.on, term.name, ">=", span.start.isoformat()),
            Atom(term.on, term.name, "<=", span.last.isoformat()),
        ]
    text = said.frame.text(field.at, said.end)
    return Set(kind=term.on, noun=term.called, atoms=atoms, plural=True, all=True, text=text)


def _is_plural(said: Said, field: Mention) -> bool:
    return said.low(field.end - 1).endswith("s") and _date_of(field) is not None


def _date_of(field: Mention) -> Term | None:
    return next(
        (
            t
            for t in field.means
            if t.type in ("date", "moment")
            and t.name not in FIXED
            and t.on in ("position", "contact")
        ),
        None,
    )


def _leads(said: Said, at: int) -> bool:
    low = said.low(at)
    return (
        low in LEADING | OVER | lexicon.FILLERS | bag("please can could")
        or (at == said.at and low in lexicon.VERBS)
        or at in said.taken
    )


def _tells(said: Said, day: Mention) -> bool:
    """Whether a day tells which are meant, and not what they are to be set to."""
    return not set(day.places) & said.taken and said.low(day.at - 1) not in senses.LEADING
