"""Yes and no, choices, lists and plain text."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from crm.imports.values import BadValue, shown, words_of

YES = words_of(
    "yes y true t 1 on x ✓ ✔ checked ja j wahr oui o vrai si sí s verdadero verdade sim vero waar"
    " tak да done enabled active activo actif aktiv attivo ativo actief"
)
NO = words_of(
    "no n false f 0 off unchecked nein falsch non faux falso não nao nee onwaar nie нет disabled"
    " inactive inactivo inactif inaktiv inattivo inativo inactief"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def parse_yes_no(value: str) -> bool:
    """
    Return whether a value says yes, in the languages of Western Europe and a few more.

    :raises BadValue: if it says neither yes nor no
    """
    word = value.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadValue(f"{shown(value)} is neither yes nor no; write yes or no.")


def parse_choice(value: str, choices: Iterable[str]) -> str:
    """
    Return the one of `choices` that is meant, whatever the case and the spaces.

    :raises BadValue: if it is none of them; names the nearest, or all if they are few
    """
    known = {plain(choice): choice for choice in choices}
    if (found := known.get(plain(value))) is not None:
        return found
    near = get_close_matches(plain(value), known, n=1, cutoff=0.7)
    if near:
        raise BadValue(f"{shown(value)} is not a choice here; did you mean {known[near[0]]}?")
    listed = ", ".join(list(known.values())[:12])
    raise BadValue(f"{shown(value)} is not a choice here; write one of {listed}.")


def plain(value: str) -> str:
    """Return a value for comparing: small letters, single spaces, no signs between words."""
    return " ".join(re.sub(r"[\W_]+", " ", value.casefold()).split())


def parse_list(value: str) -> list[str]:
    """
    Return the parts of "a; b" or "a, b", each once, in order.

    Commas part only where neither semicolons nor lines nor bars do: "Vienna, Austria; Bonn" is two.
    """
    mark = next((mark for mark in (";", "\n", "|") if mark in value), ",")
    parts = (part.strip().strip('"') for part in value.strip("[]{}").split(mark))
    return list(dict.fromkeys(part for part in parts if part))


def parse_text(value: str) -> str:
    """Return a single line of text: spaces around and control characters gone, nothing else."""
    return " ".join(CONTROLS.sub("", value).split())


def parse_long_text(value: str) -> str:
    """Return text of several lines: line ends as one kind, what cannot be shown gone."""
    return CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
