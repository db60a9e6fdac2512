"""Text as tokens: words with their stems, numbers, quoted text, addresses and references."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

LONGEST = 4000  # characters that are read of one message

_CURLY = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": ",",
        "…": ".",
        "\u00a0": " ",
    }
)
_ARROW = re.compile(r"\s*(?:[-=]+>|[→⇒➔])\s*")  # what becomes of something: K-7 -> Won
_CONTRACTIONS = [
    (r"\bcan't\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"\bshan't\b", "shall not"),
    (r"\b(\w+)n't\b", r"\1 not"),
    (r"\b(do|does|did|is|are|was|were|has|have|had|would|should|could)nt\b", r"\1 not"),
    (r"\bcant\b", "can not"),
    (r"\blet's\b", "let us"),
    (
        r"\b(what|who|where|how|when|it|that|there|here|he|she|which|everyone|everybody"
        r"|nobody|someone|somebody)'s\b",
        r"\1 is",
    ),
    (r"\bwhats\b", "what is"),
    (r"\b(\w+)'re\b", r"\1 are"),
    (r"\b(\w+)'ll\b", r"\1 will"),
    (r"\b(\w+)'ve\b", r"\1 have"),
    (r"\b(i|you|he|she|it|we|they)'d\b", r"\1 would"),
    (r"\bi'm\b", "i am"),
    (r"\be-?\s?mail", "email"),
    (r"\bto-do(s?)\b", r"todo\1"),
    (r"\bto-?do(s?)\b(?=(?:'s)?(?:\W|$))", r"todo\1"),
    (r"\bre-(assign|open|schedul|activ)", r"re\1"),
]
_WRITTEN_OUT = [(re.compile(said, re.IGNORECASE), instead) for said, instead in _CONTRACTIONS]
_QUOTED = re.compile(r"""("[^"]*"|(?<![\w])'[^'\n]+'(?![\w]))""")
_TOKEN = re.compile(
    r"""
    (?P<quote>"[^"]+"|(?<![\w])'[^'\n]+'(?![\w]))
  | (?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<ref>\b[a-z]{3,12}:\d+\b)
  | (?P<date>\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})\b)
  | (?P<amount>(?:[$€£¥]|\b(?:USD|EUR|GBP|CHF)\ )\s?\d[\d,.]*(?:\ \d{3}\b)*
        (?:\s?(?:k|m|mio|mln|million|thousand|bn)\b)?
      |\b\d[\d,.]*(?:\ \d{3}\b)*\s?(?:k|m|mio|mln)?\s?[€£$¥])
  | (?P<code>\#\d+|\b(?=[\w/-]*\d)(?=[\w/-]*[A-Za-z])[A-Za-z]+[_/-]?\d[\w/-]*\b
      |\b[A-Za-z]{1,6}[-_/]\d+\w*\b)
  | (?P<number>\b\d(?:[\d,]*\d)?(?:\.\d+)?(?:st|nd|rd|th|k|m|mio|mln|%)?(?![\w])%?)
  | (?P<phone>\+\d[\d\ ()-]{6,}\d)
  | (?P<possessive>'s\b|(?<=s)'(?!\w))
  | (?P<word>[^\W\d_]+(?:'[^\W\d_]{2,})?|\w+)
  | (?P<mark><=|>=|!=|[<>=,.;:?!()&/+])
    """,
    re.VERBOSE,
)
_NAMED = re.compile(r"[^\W\d_]'[^\W\d_]{2,}")
_stemmer = snowballstemmer.stemmer("english")


@dataclass(frozen=True)
class Token:
    """
    One piece of a text.

    :param kind: word, number, amount, date, quote, email, ref, code, phone, possessive or mark
    :param low: in small letters without accents; quoted text without its quotes
    :param stem: the word without its ending
    """

    text: str
    low: str
    stem: str
    kind: str
    start: int = 0
    end: int = 0

    @property
    def is_capital(self) -> bool:
        return self.text[:1].isupper()


def fold(text: str) -> str:
    """Return a text in small letters without accents."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()


# Forms of verbs that have another vowel than the word itself.
_IRREGULAR = {
    form: forms.split()[0]
    for forms in (
        "fall fell fallen", "withdraw withdrew withdrawn", "choose chose chosen", "sell sold",
        "pay paid", "take took taken", "draw drew drawn", "begin began begun", "send sent",
        "break broke broken", "buy bought", "grow grew grown", "rise rose risen", "meet met",
        "drive drove driven", "freeze froze frozen", "throw threw thrown", "build built",
        "write wrote written", "speak spoke spoken", "give gave given", "sign signed",
    )
    for form in forms.split()[1:]
}  # fmt: skip


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a word, in small letters, without its ending."""
    return str(_stemmer.stemWord(_IRREGULAR.get(word, word)))


def plain(text: str) -> str:
    """Return a text with straight quotes, and contractions written out where none is quoted."""
    said = " ".join(_ARROW.sub("; to ", text[:LONGEST].translate(_CURLY)).split())
    parts = _QUOTED.split(said)
    for at in range(0, len(parts), 2):
        for pattern, instead in _WRITTEN_OUT:
            parts[at] = pattern.sub(instead, parts[at])
    return "".join(parts)


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text that `plain` returned."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        found.append(_token(match.group(), kind, match.start(), match.end()))
    return found


@lru_cache(maxsize=50_000)
def words(text: str) -> tuple[Token, ...]:
    """Return the tokens of a name or a label, without marks."""
    return tuple(each for each in tokenize(plain(text)) if each.kind != "mark")


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a name or a label."""
    return tuple(each.stem for each in words(text))


def say(tokens: Iterable[Token], source: str) -> str:
    """Return the text of `source` that neighbouring tokens stand for."""
    many: Sequence[Token] = list(tokens)
    return source[many[0].start : many[-1].end] if many else ""


def _token(text: str, kind: str, start: int, end: int) -> Token:
    if kind == "quote":
        inner = text[1:-1].strip()
        return Token(inner, fold(inner), fold(inner), kind, start, end)
    low = fold(text)
    if kind in ("amount", "number"):
        text = text.rstrip(",. ")
        low = fold(text)
    if re.fullmatch(r"[A-Z]{2,5}s", text):
        return Token(text, low, low[:-1], kind, start, end)
    return Token(text, low, stem(low) if kind == "word" else low, kind, start, end)
