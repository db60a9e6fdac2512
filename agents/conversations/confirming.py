"""A plain yes or no, said in words."""

import re

YES = frozenset(
    [
        "yes",
        "y",
        "yep",
        "yeah",
        "yup",
        "sure",
        "ok",
        "okay",
        "confirm",
        "confirmed",
        "proceed",
        "go",
        "agreed",
        "correct",
        "right",
        "definitely",
        "absolutely",
        "fine",
    ]
)
NO = frozenset(
    ["no", "n", "nope", "nah", "cancel", "stop", "don't", "dont", "never", "abort", "leave"]
)
# What may stand around it without changing what is meant.
AROUND = frozenset(
    [
        "please",
        "thanks",
        "thank",
        "you",
        "do",
        "it",
        "that",
        "this",
        "them",
        "all",
        "go",
        "ahead",
        "on",
        "for",
        "of",
        "course",
        "now",
        "the",
        "changes",
        "both",
        "i'm",
        "sounds",
        "good",
        "great",
        "perfect",
        "not",
    ]
)


def read(text: str) -> bool | None:
    """Return True for a plain yes, False for a plain no, and None for anything else."""
    words = re.findall(r"[a-z']+", text.lower().replace("’", "'"))
    if not words or len(words) > 6 or not set(words) <= YES | NO | AROUND:
        return None
    if set(words) & NO or "not" in words:
        return False
    return True if set(words) & YES or words[:2] in (["do", "it"], ["go", "ahead"]) else None
