"""A plain yes or no, said in words."""

import re

YES = {
    *("yes", "y", "yep", "yeah", "yup", "sure", "ok", "okay", "confirm", "confirmed", "proceed"),
    *("go", "agreed", "correct", "right", "definitely", "absolutely", "fine"),
}
NO = {"no", "n", "nope", "nah", "cancel", "stop", "don't", "dont", "not", "never", "abort", "leave"}
# What may stand around it without changing what is meant.
AROUND = {
    *("please", "thanks", "thank", "you", "do", "it", "that", "this", "them", "all", "both"),
    *("ahead", "on", "for", "of", "course", "now", "the", "changes", "i'm"),
    *("sounds", "good", "great", "perfect"),
}
LONGEST = 6  # words


def read(text: str) -> bool | None:
    """Return True for a plain yes, False for a plain no, and None for anything else."""
    words = re.findall(r"[a-z']+", text.lower().replace("’", "'"))
    said = set(words)
    if not said or len(words) > LONGEST or not said <= YES | NO | AROUND:
        return None
    if said & NO:
        return False
    return True if said & YES or words[:2] == ["do", "it"] else None
