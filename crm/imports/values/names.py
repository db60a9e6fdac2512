"""Names of people, taken apart and put together."""

import re

from crm.imports.values import words_of

HONORIFICS = words_of(
    "mr mrs ms miss mx dr prof herr frau hr fr m mme mlle sr sra srta sig dott ing dipl-ing sir"
)
SUFFIXES = words_of("jr sr ii iii iv phd md mba esq cpa dds dvm jd msc bsc ma ba rn")
# Words that begin a family name rather than end a given one.
PARTICLES = words_of(
    "van von der den de del della di da dos das du la le ter ten zu zum al el bin ibn st saint"
)


def split(full: str) -> tuple[str, str]:
    """
    Return given and family name; a single word is a given name, after a title a family name.

    "Hopper, Grace" is turned round, titles and degrees are left out, "van" goes with the family.
    """
    plain = " ".join(full.split())
    family, comma, given = plain.partition(",")
    if comma and not is_suffix(given):
        return bare(given.split()), bare(family.split())
    said = (family if comma else plain).split()
    words = trimmed(said)
    if len(words) < 2:
        lone = " ".join(words)
        return ("", lone) if words != said[: len(words)] else (lone, "")
    start = next((at for at in range(1, len(words) - 1) if plainly(words[at]) in PARTICLES), -1)
    return " ".join(words[:start]), " ".join(words[start:])


def join(given: str, family: str) -> str:
    """Return the full name, first the given one."""
    return " ".join(f"{given} {family}".split())


def plainly(word: str) -> str:
    """Return a word without full stops, for comparing."""
    return word.replace(".", "").strip(",()").casefold()


def is_suffix(words: str) -> bool:
    """Say whether what follows a comma is a degree or rank, not a given name."""
    found = re.split(r"[\s,]+", words.strip())
    return all(plainly(word) in SUFFIXES for word in found)


def trimmed(words: list[str]) -> list[str]:
    """Return a name's words without titles before and degrees after them."""
    while len(words) > 1 and plainly(words[0]) in HONORIFICS:
        words = words[1:]
    while len(words) > 2 and plainly(words[-1]) in SUFFIXES:
        words = words[:-1]
    return words


def bare(words: list[str]) -> str:
    """Return a part of a name without titles and degrees."""
    return " ".join(trimmed(words))
