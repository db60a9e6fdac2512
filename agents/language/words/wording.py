"""
Short ways to write word lists down: "in on at" is a set, "in charge of, owned by" are phrases.
"""

from functools import lru_cache


@lru_cache(maxsize=1000)
def bag(text: str) -> frozenset[str]:
    """Return words as a set."""
    return frozenset(text.split())


@lru_cache(maxsize=1000)
def sayings(text: str) -> tuple[tuple[str, ...], ...]:
    """Return phrases that commas part, each as its words."""
    return tuple(tuple(phrase.split()) for phrase in text.split(",") if phrase.strip())
