"""What a message says that is no word of ours: misspelt, or a verb of something else."""

from agents.language.organization.mentions import RECORDS, WORDS, link
from agents.language.organization.scopes import Scope
from agents.language.organization.vocabulary import LANGUAGE
from agents.language.words import lexicon, senses
from agents.language.words.tokens import Token, stem, tokenize

KNOWN = LANGUAGE | {word for words in senses.CUES.values() for word in words}


def unknown_verb(tokens: list[Token], scope: Scope) -> str:
    """Return the verb that a message begins with, if it is none of ours: reboot the router."""
    at = next((i for i, each in enumerate(tokens) if each.low not in lexicon.FILLERS), 0)
    first, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    if first.kind != "word" or after is None or first.low in KNOWN | senses.PLAIN:
        return ""
    known = stem(first.low) in lexicon.VERB_STEMS or lexicon.noun(first.low)
    if known or scope.words.correct(first.low):
        return ""
    mentions = link(scope, tokens)
    if mentions.covering(at, *RECORDS, *WORDS):
        return ""
    begins = after.low in ("the", "a", "an", "all", "our", "my") or mentions.starting(
        at + 1, *RECORDS
    )
    return first.low if begins else ""


def mended(source: str, tokens: list[Token], scope: Scope) -> tuple[str, list[Token]] | None:
    """Return a message with its misspelt words as they were meant; None where there are none."""
    mentions = link(scope, tokens)
    said = source
    for at in reversed(range(len(tokens))):
        token = tokens[at]
        odd = token.kind == "word" and len(token.low) > 3 and token.low not in senses.PLAIN
        if not odd or token.low in KNOWN or mentions.covering(at, *RECORDS, *WORDS):
            continue
        meant = scope.words.correct(token.low)
        if meant is None or meant == token.low:
            continue
        term = scope.words.find(tokenize(meant), 0, WORDS)
        if term or (meant in lexicon.VERBS and all(t.low in lexicon.FILLERS for t in tokens[:at])):
            said = f"{said[: token.start]}{meant}{said[token.end :]}"
    return (said, tokenize(said)) if said != source else None
