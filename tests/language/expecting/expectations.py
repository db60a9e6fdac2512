"""
Write the conversations of every part and organization, with what must come of them.

`uv run python -m tests.language.expecting.expectations`
"""

import json
from importlib import import_module
from pathlib import Path

from tests.language.expecting.conversations import Conversations, plain

FOLDER = Path(__file__).parent.parent
PARTS = ("earlier", "later", "latest", "unread")


def find_all(part: str) -> list[Conversations]:
    """Return the conversations of a part: the `talk` of each of its scripts."""
    names = sorted(path.stem for path in (FOLDER / part).glob("[a-z]*.py"))
    return [import_module(f"tests.language.{part}.{name}").talk for name in names]


ALL = [(part, talk) for part in PARTS for talk in find_all(part)]


def written(talk: Conversations) -> str:
    """Return the JSON of an organization's conversations."""
    return json.dumps(talk.all, ensure_ascii=False, indent=2, default=plain) + "\n"


if __name__ == "__main__":
    for part, talk in ALL:
        (FOLDER / part / f"{talk.organization}.json").write_text(written(talk))
        print(part, talk.organization, len(talk.all))
