"""E-mails that are asked for: drafted, and not sent."""

from collections.abc import Iterator
from functools import partial

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import Message, Said
from agents.language.evidence.recording import last_of
from agents.language.frames import row_ref
from agents.language.operations.letters import letter
from agents.language.organization.sets import Set
from agents.language.words.wording import bag

MOST = 25  # drafts of one request
LETTERS = bag("email emails mail message letter")
LEADING = bag("an a the quick short friendly to for follow up reengagement re engagement")
TOPICS = bag("about saying regarding : that asking")
WRITING = bag("send write draft compose email mail message")


def drafting(message: Message) -> Iterator[Candidate]:
    """Draft an e-mail to all of them about …; send her an e-mail; e-mail Karen about …."""
    for number, unit in message.unread():
        said = Said(message, unit)
        at = said.first()
        if unit.mood != "said" or said.low(at) not in WRITING:
            continue
        noun = next((i for i in said.places(at) if said.low(i) in LETTERS), None)
        topic = next((i for i in said.places(at + 1) if said.low(i) in TOPICS), said.end)
        texted = noun is not None and said.low(noun - 1) in bag("text sms whatsapp")
        if noun is None or texted or noun > topic or (noun == at and topic == said.end):
            continue  # e-mail her on Friday is a task
        last = last_of(message, number) if topic < said.end else number
        taken = {at, noun, *range(topic, said.end)} | _around(said, noun)
        of = said.subject(taken, "contact") or Set(pronoun="many", plural=True, text="them")
        told = message.frame.text(topic + 1, message.units[last].end)
        units = frozenset(range(number, last + 1))
        yield Candidate("letter", 7.0, frozenset(), partial(_draft, said, of, told), units)


def _around(said: Said, noun: int) -> set[int]:
    """Return the places beside the noun that only lead there: a short e-mail to."""
    found = set()
    for step in (-1, 1):
        i = noun + step
        while said.low(i) in LEADING:
            found.add(i)
            i += step
    return found


def _draft(said: Said, of: Set, topic: str) -> None:
    frame = said.frame
    people = frame.rows(of, "contact")
    frame.plan.steps += [letter(person, topic) for person in people[:MOST]]
    frame.plan.count += len(people)
    frame.plan.about = [row_ref(person) for person in people]
