"""Numbers and amounts of money, in digits and in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.language.words.tokens import Token
from agents.language.words.wording import bag

SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
CURRENCIES = {
    "dollar": "USD",
    "dollars": "USD",
    "usd": "USD",
    "bucks": "USD",
    "euro": "EUR",
    "euros": "EUR",
    "eur": "EUR",
    "pound": "GBP",
    "pounds": "GBP",
    "gbp": "GBP",
    "quid": "GBP",
    "franc": "CHF",
    "francs": "CHF",
    "chf": "CHF",
    "yen": "JPY",
    "jpy": "JPY",
}
TIMES = {
    "k": 1_000,
    "thousand": 1_000,
    "grand": 1_000,
    "m": 1_000_000,
    "mio": 1_000_000,
    "mln": 1_000_000,
    "million": 1_000_000,
    "bn": 10**9,
    "billion": 10**9,
    "hundred": 100,
}
UNITS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {"dozen": 12, "couple": 2}
TENS = {
    word: 10 * number
    for number, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}


@dataclass(frozen=True)
class Amount:
    """
    A number that was said.

    :param currency: ISO 4217 where it is money that names one
    :param percent: it is a share
    """

    number: float
    currency: str = ""
    percent: bool = False

    @property
    def cents(self) -> int:
        return round(self.number * 100)

    @property
    def plain(self) -> int | float:
        return int(self.number) if self.number == int(self.number) else self.number


def read(tokens: Sequence[Token], at: int) -> tuple[int, Amount] | None:
    """Return where a number or an amount that begins at `at` ends, and what it is."""
    if at >= len(tokens):
        return None
    first = tokens[at]
    if first.kind == "amount":
        return at + 1, _from_text(first.text)
    if first.kind == "number":
        if re.fullmatch(r"\d+(st|nd|rd|th)", first.low):
            return None
        amount, end = _from_text(first.text), at + 1
    elif first.kind == "word" and (found := _from_words(tokens, at)):
        end, amount = found
    else:
        return None
    while end < len(tokens) and tokens[end].low in TIMES and tokens[end].low not in ("m",):
        amount = Amount(amount.number * TIMES[tokens[end].low], amount.currency)
        end += 1
    if end < len(tokens) and tokens[end].low in CURRENCIES:
        return end + 1, Amount(amount.number, CURRENCIES[tokens[end].low])
    if end < len(tokens) and tokens[end].low in ("percent", "%"):
        return end + 1, Amount(amount.number, "", True)
    return end, amount


def scale(tokens: Sequence[Token]) -> int:
    """Return what an amount is said in: 1,000 for 25k and for 25 thousand; 1 for plain numbers."""
    for token in tokens:
        if token.low in TIMES:
            return TIMES[token.low]
        match = re.search(r"\d\s?(k|mio|mln|million|thousand|m|bn)\b", token.low)
        if match and token.kind in ("amount", "number"):
            return TIMES[match[1]]
    return 1


def count(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """Return where a whole number that counts something ends, and what it is."""
    found = read(tokens, at)
    if found is None or found[1].currency or found[1].percent:
        return None
    number = found[1].number
    return (found[0], int(number)) if number == int(number) and number < 1000 else None


def _from_text(text: str) -> Amount:
    currency = next((code for sign, code in SYMBOLS.items() if sign in text), "")
    named = re.match(r"(USD|EUR|GBP|CHF)", text)
    currency = named[1] if named else currency
    match = re.search(r"(\d[\d,.\s]*)\s*(k|mio|mln|million|thousand|m|bn)?\b", text, re.IGNORECASE)
    assert match is not None
    return Amount(
        _number(match[1].strip()) * TIMES.get((match[2] or "").lower(), 1), currency, "%" in text
    )


def _number(text: str) -> float:
    """Read 1,500.50 and 1.500,50 and 1 500."""
    text = text.replace(" ", "").rstrip(".,")
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", text):
        return float(re.sub(r"[.,]", "", text))
    if "," in text and "." in text:
        last = max(text.rfind(","), text.rfind("."))
        return float(re.sub(r"[.,]", "", text[:last]) + "." + text[last + 1 :])
    if re.fullmatch(r"\d+,\d{1,2}", text):
        return float(text.replace(",", "."))
    return float(text.replace(",", ""))


def _from_words(tokens: Sequence[Token], at: int) -> tuple[int, Amount] | None:
    total, current, end = 0, 0, at
    while end < len(tokens):
        word = tokens[end].low
        if word in UNITS and not (word == "one" and end == at and not _goes_on(tokens, end)):
            current += UNITS[word]
        elif word in TENS:
            current += TENS[word]
        elif word == "half" and end + 2 < len(tokens) and tokens[end + 2].low == "million":
            return end + 3, Amount(500_000)
        elif word in ("hundred", "thousand", "million", "grand") and (current or word != "grand"):
            current = (current or 1) * TIMES[word]
            if word != "hundred":
                total, current = total + current, 0
        elif not (
            word == "and"
            and current
            and end + 1 < len(tokens)
            and tokens[end + 1].low in (UNITS | TENS)
            and current >= 100
        ):
            break
        end += 1
    return (end, Amount(total + current)) if end > at else None


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether `one` counts something: one deal, one hundred; not the one, that one."""
    before = tokens[at - 1].low if at else ""
    return at + 1 < len(tokens) and before not in bag("the that this which another")
