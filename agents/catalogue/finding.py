"""
Finding tools by the meaning of words: a small index over what the registry says of each.

A word counts by how few tools have it and by where it stands: in the name most, then in the first
sentence, then elsewhere. Words that mean the same here count as one.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from agents.catalogue.registry import Tool

# What people say, and what the catalogue says instead.
MEANS = {
    word: meant
    for meant, words in {
        "create": "add new make insert register open declare set up",
        "update": "change edit modify adjust rename reword correct set alter write",
        "archive": "delete remove erase hide discard drop trash away rid",
        "restore": "unarchive undelete recover bring back",
        "position": "deal opportunity card ticket",
        "pipeline": "board funnel process kanban",
        "stage": "column step phase",
        "contact": "person people customer lead client someone somebody prospect",
        "company": "organization organisation account firm business employer",
        "task": "todo reminder chore follow",
        "activity": "call meeting note log interaction",
        "search": "find look query list where lookup",
        "undo": "revert rollback reverse mistake",
        "close": "win won lose lost finish",
        "reopen": "revive again unclose",
        "move": "advance progress promote transition",
        "score": "rate rating qualify grade",
        "enrich": "research fill augment",
        "owner": "assign assignee responsible reassign",
        "link": "relate relation relationship connect referral",
        "criterion": "criteria requirement gate checklist condition",
        "field": "property attribute custom",
        "import": "upload csv spreadsheet load",
        "approval": "approve pending waiting queue wait decision",
        "policy": "allowed permitted why permission rule automatic may",
        "email": "mail message",
        "complete": "done tick finish",
        "attest": "evidence confirm prove",
        "reorder": "order sort arrange rearrange",
        "value": "amount price worth money",
        "template": "blueprint preset",
        "budget": "quota limit rate",
    }.items()
    for word in words.split()
}
_NOISE = """
    a an the of to in on for and or with by is are be it its this that what who whom which how i me
    my we our us you your do does can not no from at as into them they their there one only want
    need please
"""
NOISE = frozenset(_NOISE.split())
WEIGHTS = {"name": 4.0, "lead": 2.0, "rest": 1.0}
ENOUGH = 0.35  # of the best score; what is further off is not shown


def find(query: str, tools: Iterable[Tool], *, limit: int) -> list[Tool]:
    """Return the tools whose words mean most of `query`, the best first."""
    index = {tool.name: _weigh(tool) for tool in tools}
    named = {tool.name: tool for tool in tools}
    wanted = words_of(query)
    spread = Counter(word for weights in index.values() for word in weights)
    rare = {word: math.log(1 + len(index) / (1 + spread[word])) for word in wanted}
    scores = {
        name: sum(rare[word] * weights.get(word, 0.0) for word in wanted)
        for name, weights in index.items()
    }
    best = max(scores.values(), default=0.0)
    close = [name for name in scores if scores[name] > 0 and scores[name] >= ENOUGH * best]
    return [named[name] for name in sorted(close, key=lambda name: (-scores[name], name))][:limit]


def words_of(text: str) -> list[str]:
    """Return the words of a text that mean something, each as the catalogue says it, once."""
    words = [_stem(word) for word in re.findall(r"[a-z]+", text.lower()) if word not in NOISE]
    return list(dict.fromkeys(MEANS.get(word, word) for word in words))


def _stem(word: str) -> str:
    """Return a word without the ending that its number or its tense gave it."""
    if word in MEANS:
        return word
    for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        stem = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(stem) > 3 and not word.endswith("ss"):
            return stem
    return word


def _weigh(tool: Tool) -> Mapping[str, float]:
    lead, _, rest = tool.description.partition(".")
    said = {
        "name": tool.name.replace("_", " "),
        "lead": lead,
        "rest": f"{rest} {_tell(tool.signature.schema)}",
    }
    weights: dict[str, float] = {}
    for part, weight in WEIGHTS.items():
        for word in words_of(said[part]):
            weights[word] = max(weights.get(word, 0.0), weight)
    return weights


def _tell(schema: Mapping[str, Any]) -> str:
    """Return the names of a tool's parameters, and what is said of them."""
    parts = [f"{name} {each.get('description', '')}" for name, each in schema["properties"].items()]
    return " ".join(parts).replace("_", " ")
