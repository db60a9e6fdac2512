"""What an answer holds: figures, days and names, in whichever usual way they are written."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"}
    | dict.fromkeys("‘’ʼ`", "'")
    | {"−": "-", "–": "-"}
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY = r"\b(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?(?!\d)"
YEAR = r"(?P<year>\d{4})\b"
DAYS = [
    re.compile(pattern)
    for pattern in (
        r"\b(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b",
        r"\b(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4}|\d{2})\b",
        r"\b(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.](?P<year>\d{4}|\d{2})\b",
        rf"{DAY} (?:of )?{MONTH}(?:,? {YEAR})?",
        rf"\b{MONTH} {DAY}(?:,? {YEAR})?",
    )
]
RELATIVE = {"today": 0, "yesterday": -1, "tomorrow": 1}
NEAR = timedelta(days=300)  # a day without its year is meant to be this near
NUMBERING = re.compile(r"^\s*\d{1,3}[.)] +(?=\S)", re.MULTILINE)
FIRST = re.compile(r"^\s*1[.)] ", re.MULTILINE)  # where a list is numbered
CLOCK = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")
REFERENCE = re.compile(r"(?<!\w)(?:#|(?!(?:eur|usd|gbp|chf|rs|kr|r)\d)[^\W\d]+[-_/#]?)\d[\w/-]*")
NUMBER = re.compile(
    r"(?<![\d.,])(?P<number>\d{1,3}(?:(?P<mark>[ ,.'])\d{3})(?:(?P=mark)\d{3})*(?!\d)"
    r"(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,]\d+)?)"
    r"(?: ?(?P<unit>k|thousand|m|mn|mio|million)\b)?"
)
UNITS = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6}
WORDS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
COARSE = 0.05  # what is written shortly may be off by this share
LEFT_OUT = re.compile(r"\b(?:and|plus|\+|…|\.\.\.) ?(\d+) (?:more|others?|further)\b")
FEWEST_SHOWN = 5
NONE = re.compile(r"\b(?:no|none|nobody|nothing|zero|neither)\b|(?:n't|\bnot)(?: \w+)? any\b")
UNABLE = (
    r"can ?not|can't|could not|couldn't|unable|not able|not possible|impossible|not something|"
    r"not supported|no way to|beyond what|outside what|not allowed|may not"
)
REFUSES = re.compile(rf"\b(?:{UNABLE})\b")
UNCHANGED = re.compile(r"\bnothing was changed\b")
MISREAD = re.compile(r"\bno [^.;]*\bfits?\b|\bdoes not hold\b")
DECLINES = re.compile(
    rf"\b(?:{UNABLE}|(?:do not|don't) (?:know|understand)|(?:did not|didn't) (?:understand|get)|"
    r"not sure|nothing was changed)\b"
)
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


def fold(text: str) -> str:
    """Return a text without case, accents and typographic marks."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    return "".join(each for each in apart if not unicodedata.combining(each))


def holds(name: str, text: str) -> bool:
    """Whether a text holds a name or some words, not as part of longer ones."""
    return bool(re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", fold(text)))


def find_missing(names: Sequence[str], text: str) -> list[str]:
    """
    Return the names that a text should hold and does not.

    A long list may be shortened if it says by how many: then so many may be missing.
    """
    missing = [name for name in names if not holds(name, text)]
    left_out = LEFT_OUT.search(fold(text))
    shown = len(names) - len(missing)
    if left_out and shown >= FEWEST_SHOWN and len(missing) == int(left_out[1]):
        return []
    return missing


def holds_day(day: date, text: str, *, today: date) -> bool:
    """Whether a text names a day: in digits or words, with its year or near, or from today."""
    folded = fold(text)
    return any(day in _read(found, today) for found in _written_days(folded)) or any(
        day == today + timedelta(days=distance) for distance in _distances(folded)
    )


def holds_figure(figure: float, text: str) -> bool:
    """Whether a text gives a figure: exactly, or rounded as it is usual."""
    folded = fold(text)
    plain = QUOTED.sub(" ", folded)
    if figure == 0 and NONE.search(plain):
        return not declines(text)
    if figure == 1 and re.search(r"\bone (?!of\b)\w", plain):
        return True
    if figure in range(2, 13) and re.search(rf"\b{WORDS[int(figure) - 2]}\b", plain):
        return True
    return any(_is(figure, *number) for number in _numbers(folded))


def asks(text: str) -> bool:
    """Whether a text asks something by itself, not in what it quotes."""
    return "?" in QUOTED.sub(" ", text)


def refuses(text: str) -> bool:
    """
    Whether a text says that something cannot be done, or how it is done elsewhere.

    That nothing was changed, or that nothing of a name was found, is not enough.
    """
    plain = QUOTED.sub(" ", fold(text))
    if REFUSES.search(plain):
        return True
    rest = UNCHANGED.sub("", plain)
    return rest != plain and bool(re.search(r"\w", rest)) and not MISREAD.search(rest)


def declines(text: str) -> bool:
    """Whether a text says that something cannot be done, was not done or not understood."""
    return bool(DECLINES.search(QUOTED.sub(" ", fold(text))))


def _written_days(folded: str) -> Iterator[re.Match[str]]:
    for pattern in DAYS:
        yield from pattern.finditer(folded)


def _read(found: re.Match[str], today: date) -> set[date]:
    """Return the days that may be meant."""
    month, day, year = found["month"], int(found["day"]), found["year"]
    number = int(month) if month.isdigit() else MONTHS.index(month[:3]) + 1
    near = [today.year - 1, today.year, today.year + 1]
    years = [int(year) + (2000 if len(year) == 2 else 0)] if year else near
    read = set()
    for each in years:
        try:
            meant = date(each, number, day)
        except ValueError:
            continue
        if year or abs(meant - today) <= NEAR:
            read.add(meant)
    return read


def _distances(folded: str) -> Iterator[int]:
    """Yield how many days from today are named."""
    for word, distance in RELATIVE.items():
        if re.search(rf"\b{word}\b", folded):
            yield distance
    yield from (-int(each) for each in re.findall(r"\b(\d+) days? ago\b", folded))
    yield from (int(each) for each in re.findall(r"\bin (\d+) days?\b", folded))


def _numbers(folded: str) -> Iterator[tuple[float, float]]:
    """Yield each number and the step it is written to; days, times and references are none."""
    for found in list(_written_days(folded)):
        if found["year"]:
            folded = folded.replace(found[0], " | ")
    if FIRST.search(folded):
        folded = NUMBERING.sub(" | ", folded)
    for pattern in (CLOCK, REFERENCE):
        folded = pattern.sub(" | ", folded)
    for found in NUMBER.finditer(folded):
        unit = UNITS.get(found["unit"] or "", 1)
        for value, decimals in _readings(found["number"], found["mark"]):
            yield value * unit, unit / 10**decimals


def _readings(number: str, mark: str | None) -> Iterator[tuple[float, int]]:
    """Yield what a number may mean, and how many decimals it has: 1,250.50, 1.250,50, 12 500."""
    if mark is None:
        whole, _, decimals = number.replace(",", ".").partition(".")
        yield float(f"{whole}.{decimals or 0}"), len(decimals)
        return
    tail = re.search(r"[.,](\d{1,2})$", number)
    whole = number[: tail.start()] if tail else number
    decimals = tail[1] if tail else ""
    yield float(f"{whole.replace(mark, '')}.{decimals or 0}"), len(decimals)
    if mark == "." and not tail and number.count(mark) == 1:
        yield float(number), 3
    if mark == " ":
        yield from ((float(part), 0) for part in whole.split(" "))


def _is(figure: float, number: float, step: float) -> bool:
    """Whether a number, written to a step, is a figure."""
    off = abs(abs(figure) - number)
    if off < 1e-6:
        return True
    if step < 1 and float(figure).is_integer():
        return off <= 0.5
    is_short = step > 1 or not float(figure).is_integer()
    return is_short and off <= step / 2 + 1e-6 and off <= COARSE * abs(figure)
