"""Records that are only described: customers in Boston who pay over 500 are to be listed."""

from agents.language.description.naming import is_plural
from agents.language.description.picking import PLAIN
from agents.language.frames import Frame
from agents.language.words import amounts, lexicon
from agents.language.words.fillers import STATES
from agents.language.words.wording import bag

LICENSING = bag("who that which whose where and or but nor")
FINITE = bag(
    "is are was were am has have had does do did get gets got go goes went become becomes should "
    "must need needs can could will would may might want wants belong belongs receive receives"
)
ADVERBS = bag("not never already still also now just only all both yet ever been be")
LEADING_TO = bag("want wants wanted need needs due expected supposed up like likes able close next")
ASIDE = bag("all the our every any of my")


def is_list(frame: Frame) -> bool:
    """
    Whether a clause only describes records in the plural, and tells nothing of them.

    “Hotels below 1,000 get 1,000” tells; “hotels that get 1,000” describes.
    """
    at = frame.at
    while frame.low(at) in ASIDE:
        at += 1
    ranked = _is_ranked(frame, at)
    if at >= frame.end or not (ranked or _begins(frame, at)) or _tells(frame, at):
        return False
    of = frame.read(at, frame.end)
    said = bool(of.pick and of.noun) if ranked else bool(of.atoms or of.either or of.pick)
    return said and not (of.unknown or of.names or of.without or of.pronoun)


def is_open_ones(frame: Frame) -> bool:
    """Whether open gifts over 20,000 are spoken of, and none is to be opened."""
    if frame.low(frame.at) not in STATES or frame.low(frame.at) not in lexicon.VERBS:
        return False
    if frame.low(frame.at + 1) in bag("a an the another one new this that up"):
        return False
    of = frame.read(frame.at, frame.end)
    return of.kind == "position" and not (of.unknown or of.names or of.pronoun)


def _is_ranked(frame: Frame, at: int) -> bool:
    """Whether the first few of an order begin here: top three, the five oldest."""
    counted = amounts.count(frame.tokens[: frame.end], at)
    return frame.low(counted[0] if counted else at) in PLAIN


def _begins(frame: Frame, at: int) -> bool:
    token = frame.tokens[at]
    if token.kind != "word" or not is_plural(token) or token.low in lexicon.VERBS:
        return False
    named = frame.scope.words.find(frame.tokens[: frame.end], at, ["value"])
    typed = any(term.name in ("subtype", "job_title") for _, term in named)
    return typed or lexicon.noun(token.low) in ("contact", "position")


def _tells(frame: Frame, start: int) -> bool:
    """Whether something is said of the records beside which they are, or where they are to go."""
    licensed, before = False, ""
    for at in range(start, frame.end):
        low, token = frame.low(at), frame.tokens[at]
        if token.kind == "quote" or low in (":", "=", ">"):
            return True
        if low == "to" and before not in LEADING_TO:
            return True
        if low in LICENSING:
            licensed = True
        elif low in FINITE and before not in FINITE | ADVERBS:
            if not licensed:
                return True
            licensed = False
        before = low
    return False
