"""
Reserve: what a message says of a change without asking for it.

What is wondered, nearly was, used to be or is to happen one day is asked about before it is done;
what is refused is not done.
"""

import re

from agents.language.words import lexicon
from agents.language.words.tokens import fold, plain

_QUOTED = re.compile(r"""("[^"]*"|(?<!\w)'[^'\n]+'(?!\w))""")
# Beside these, a change is only told of, unless a request of its own follows.
_TOLD = re.compile(
    r"""\b(
    (asks?|asked|wonders?|wondered|(wants?|wanted|like)\ to\ know)\ (me\ |us\ )?(if|whether)
  | (was|were|had\ been)\ (just\ )?(going|about|supposed|meant|planning|tempted|expected)\ to
  | (almost|nearly)\ \w+ed | used\ to\ (be|have|own|look|run|handle|manage|stand|sit)
  | (perhaps|maybe|possibly)\ (we|i|you|one)\ (should|could|might|ought)
  | (thinks|thought|believes|believed|guesses|suspects|suspected|hopes|hoped|imagines|feels)
  | (would|might|could)\ be\ (a\ mistake|wrong|too\ early|better\ not|foolish|premature)
  | (was|were)\ (?:\w+\ ){1,5}(before|previously|formerly|originally|earlier|once)
  | would\ (like|love)\ to\ move | (hopes|plans|intends|considers|thinks\ of)\ (to\ )?\w+
  | suppose|supposing|imagine|assuming | should\ (not\ )?have\ been
    )\b""",
    re.VERBOSE,
)
# What is to happen only after something else has.
_ONE_DAY = re.compile(
    r"(^|[.!?;,]\s*)(once|as soon as|the moment|the day|(before|after) (you|we|i))\b(?! more)"
)
_REFUSED = re.compile(
    r"""\b(
    (stop|avoid|refrain\ from|resist)\ \w+ing | (is|are|was|were|be)\ not\ to\ be
  | (but|and)\ (i|we)\ (will|would|do|did)\ not
    )\b
  | [.?!;,-]\s*(no,?\ )?(leave\ (it|them|everything)|never\ ?mind|forget\ (it|that)|do\ not
    |(rather|better)\ not|scratch\ that)\W*$""",
    re.VERBOSE,
)
_REQUEST = re.compile(
    r"[,;.:!?]\s*(?:(?:please|so|then|and|but|kindly|could you|can you)\s+)*(\w+)"
)


def asks_first(text: str) -> bool:
    """Whether what a message speaks of is to be asked about before it is done."""
    said = _bare(text)
    told = _TOLD.search(said)
    if told is not None and not _requests(said[told.end() :]):
        return True
    return _ONE_DAY.search(said) is not None


def refuses(text: str) -> bool:
    """Whether what a message speaks of is not to be done."""
    found = _REFUSED.search(_bare(text))
    return found is not None and not _requests(_bare(text)[found.end() :])


def _bare(text: str) -> str:
    """Return a text in small letters without what it quotes."""
    return fold(_QUOTED.sub(" ", plain(text)))


def _requests(rest: str) -> bool:
    """Whether a request of its own follows: so move her."""
    return any(word in lexicon.VERBS for word in _REQUEST.findall(rest))
