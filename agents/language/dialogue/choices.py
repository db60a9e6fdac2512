"""Answers to our own questions: which of several is meant, what was missing."""

from collections.abc import Sequence

from agents.language.description import phrases
from agents.language.organization import sets
from agents.language.organization.scopes import Scope
from agents.language.words import lexicon
from agents.language.words.tokens import fold, plain, tokenize, words
from agents.language.words.wording import bag

MOST_WORDS = 9  # of an answer that names one of several


def choose(said: str, candidates: Sequence[Sequence[str]]) -> list[str]:
    """Return which candidates an answer names: by place, by words of their labels, both, all."""
    bare = [each.low for each in tokenize(plain(fold(said))) if each.kind != "mark"]
    text = " ".join(bare)
    if set(bare) & {"both", "all", "every", "each"} and len(bare) <= 5:
        return [ref for ref, _ in candidates]
    place = _place(bare, len(candidates))
    if place is not None:
        return [candidates[place][0]]
    noise = (
        lexicon.DETERMINERS
        | lexicon.FILLERS
        | bag(
            "one at from in i mean meant of with is it who works deal card contact "
            "stage called named the"
        )
    )
    wanted = [word for word in bare if word not in noise]
    if not wanted or (wanted[0] in lexicon.VERBS and len(wanted) > 3):
        return []
    scores = []
    for ref, label in candidates:
        known = {each.low for each in words(label)} | {each.stem for each in words(label)}
        scores.append((sum(word in known for word in wanted), ref))
    best = max(score for score, _ in scores)
    chosen = [ref for score, ref in scores if score == best]
    if best and len(chosen) == 1 and len(bare) <= MOST_WORDS:
        return chosen
    if " and " in text and best:
        return [ref for score, ref in scores if score]
    return []


def narrow(said: str, candidates: Sequence[Sequence[str]], scope: Scope) -> list[str]:
    """Return the one candidate of whom a description holds: the one from Lisbon."""
    tokens = tokenize(plain(said))
    kinds = {ref.partition(":")[0] for ref, _ in candidates}
    first = next((each.low for each in tokens if each.kind != "mark"), "")
    if (
        len(tokens) > MOST_WORDS
        or len(kinds) != 1
        or first not in bag("the that whoever in from at")
    ):
        return []
    (kind,) = kinds
    of = phrases.read(scope, tokens, 0, len(tokens))
    if kind not in sets.KINDS or of.unknown or of.pronoun or not of.says() or of.names:
        return []
    of.ref_ids = {kind: [int(ref.partition(":")[2]) for ref, _ in candidates]}
    try:
        rows = sets.query(of, kind, scope.by)
        found = list(sets.order(rows, of.pick, kind)[:1] if of.pick else rows[:2])
    except sets.Unfit:
        return []
    return [str(found[0].ref)] if len(found) == 1 else []


def _place(bare: Sequence[str], many: int) -> int | None:
    noise = bag("the one number option please take choose i mean meant no pick candidate")
    left = [word for word in bare if word not in noise]
    if len(left) == 1 and left[0] in lexicon.ORDINALS:
        at = lexicon.ORDINALS[left[0]]
        return at if -many <= at < many else None
    if len(left) == 1 and left[0].isdigit() and 1 <= int(left[0]) <= many:
        return int(left[0]) - 1
    if not left and list(bare) == ["one"]:
        return 0
    named = {"two": 1, "three": 2, "four": 3}
    if len(left) == 1 and left[0] in named and named[left[0]] < many:
        return named[left[0]]
    return None


def is_fragment(said: str) -> bool:
    """Whether an answer only fills what was missing, and is no request of its own."""
    tokens = tokenize(plain(said))
    if not tokens or len(tokens) > 14 or tokens[-1].low == "?":
        return False
    first = tokens[0].low
    return (
        first not in lexicon.VERBS
        or first in bag("call contact file book include")
        or len(tokens) == 1
    )
