"""
Meanings: which field a verb is about. Who gave is in the gifts, who earns in the salary.

A field is found by what its label is about, in whatever language the label is; no organization's
fields are named here.
"""

from collections.abc import Iterable
from functools import lru_cache

from agents.language.organization.vocabulary import SMALL, Term, Vocabulary
from agents.language.words import lexicon
from agents.language.words.tokens import stem, words
from agents.language.words.wording import bag

# Verbs, and what labels of fields they are about say.
_CONCEPTS = [
    ("give gave given giving donate donated contribute contributed", "gift donation giving given"),
    (
        "earn earns earned earning ask asks asking make makes",
        "salary pay wage wages income compensation earnings remuneration",
    ),
    (
        "pay pays paid paying spend spends spent spending bring brings brought owe owes owed "
        "earn earns earned make makes collect collects receive receives invoice bill",
        "fee price rent rate budget charge subscription payment spend spending bill tariff premium "
        "tuition dues retainer",
    ),
    ("afford stretch", "budget"),
    ("cost costs costing charge charged", "price rent fee cost"),
    ("born", "birth born birthday birthdate"),
    ("end ends ended ending expire expires expired expiring run runs ran running"
     " lapse lapses lapsed finish finishes terminate terminates",
     "until end expiry expiration expire term ends"),
    ("renew renews renewed renewing", "renewal renew"),
    ("start starts started starting begin begins began", "start begin available availability"
     " notice"),
    ("apply applied applies", "applied application"),
    ("move moves moving", "move moving"),
    ("join joined joins", "joined since member join"),
    ("look looks looking search searches searching hunt hunting",
     "area region district neighbourhood location"),
    ("live lives living reside resides residing based", "city town residence location"),
    ("ride rides rode riding take takes took taking catch catches use uses used using travel"
     " travels", "bus route transport line shuttle"),
    ("study studies studying attend attends", "class grade section course subject level year"),
    ("prefer prefers preferred like likes", "preferred preference channel"),
    ("speak speaks", "language"),
    ("come came comes hear heard find found refer referred",
     "source origin channel referral hear heard enquiry referrer"),
    ("employ employs employing", "employees headcount staff"),
    ("own owns", "devices machines equipment"),
    ("support supports supporting", "cause purpose"),
    ("weigh weighs", "weight"),
    ("measure measures", "size area length height"),
    ("sleep sleeps", "beds bedrooms capacity"),
    ("smoke smokes", "smoker smoking"),
    ("drive drives", "car vehicle licence model"),
    ("cover covers covered insured", "cover coverage insurance insured premium"),
    ("weekly train trains", "training sessions"),
]  # fmt: skip
# Words of stages that say something else when they stand apart.
NOT_APART = bag("closed won lost open new customer client done not on hold follow up")
# What a field holds that stands for nothing: no pets.
NONE = bag("none no nein kein keine nicht ninguno ninguna aucun aucune nil nothing n/a na non")


# Fields of text that everybody has, called by all their names at once.
BUILT_IN = [
    Term("field", aliases, (name,), (name,), on=on, name=name, type="text", sure=2)
    for (on, name), aliases in lexicon.FIELDS.items()
    if (on, name)
    in {("contact", each) for each in ("city", "region", "source", "language", "company")}
]


@lru_cache(maxsize=1)
def _by_verb() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for verbs, labels in _CONCEPTS:
        for verb in verbs.split():
            found.setdefault(verb, set()).update(stem(each) for each in labels.split())
    return found


def fields_of(verb: str, own: Vocabulary) -> list[Term]:
    """Return the organization's fields that a verb is about."""
    about = _by_verb().get(verb)
    if not about:
        return []
    found = [term for term in own_fields(own) if about & set(map(stem, said(term.called)))]
    return found or [term for term in BUILT_IN if about & set(map(stem, said(term.called)))]


def own_fields(own: Vocabulary) -> list[Term]:
    """Return each field that the organization declared, as it is labelled."""
    keys = [(custom.on, f"custom.{custom.key}", custom.label) for custom in own.customs]
    found = []
    for on, name, label in keys:
        first = words(label)[:1]
        for term in own.terms.get(first[0].stem, ()) if first else ():
            if (term.kind, term.on, term.name, term.called) == ("field", on, name, label):
                found.append(term)
                break
    return found


def standing_for_nothing(term: Term, own: Vocabulary) -> list[str]:
    """Return the values of a field that say that there is none."""
    return sorted(
        {
            each.value
            for word in NONE
            for each in own.terms.get(stem(word), ())
            if (each.kind, each.on, each.name) == ("value", term.on, term.name)
            and each.sure == 3
            and len(each.words) == 1
        }
    )


def content(term: Term) -> list[str]:
    """Return the stems of a stage's name that say something."""
    return [each for each, word in zip(term.stems, term.words, strict=True) if word not in SMALL]


def staged(word: str, own: Vocabulary) -> list[Term]:
    """Return the stages that are called by several words, of which one has this stem."""
    found = []
    for stage in own.stages:
        first = words(stage.name)[:1]
        for term in own.terms.get(first[0].stem, ()) if first else ():
            if (term.kind, term.ref, term.sure) != ("stage", stage.ref, 3):
                continue
            said = content(term)
            plain = not set(term.words) & NOT_APART
            if len(said) > 1 and word in said and plain:
                found.append(term)
    return found


def headed(noun: str, own: Vocabulary) -> list[Term]:
    """Return the values of one field that end in a noun: of engineers, QA engineer and the like."""
    found: dict[tuple[str, str], list[Term]] = {}
    for terms in own.terms.values():
        for term in terms:
            if term.kind == "value" and len(term.stems) > 1 and term.stems[-1] == noun:
                found.setdefault((term.on, term.name), []).append(term)
    return next(iter(found.values())) if len(found) == 1 else []


@lru_cache(maxsize=2000)
def said(label: str) -> tuple[str, ...]:
    """Return the words of a label, and what they mean in English."""
    return tuple(_meant(each.low for each in words(label)))


def _meant(label: Iterable[str]) -> Iterable[str]:
    for word in label:
        yield word
        yield lexicon.TRANSLATIONS.get(word, word)
        for foreign, meaning in lexicon.TRANSLATIONS.items():
            if len(foreign) > 3 and word.startswith(foreign):
                yield meaning
                rest = word.removeprefix(foreign).lstrip("s")
                yield lexicon.TRANSLATIONS.get(rest, rest)
