"""
Write the conversations of every organization, with what must come of them, beside this file.

`uv run python -m tests.language.unread.expectations`
"""

import json
from pathlib import Path

from tests.language.unread.conversations import Conversations, plain
from tests.language.unread.fundraising import talk as fundraising
from tests.language.unread.property import talk as property_
from tests.language.unread.recruiting import talk as recruiting
from tests.language.unread.school import talk as school
from tests.language.unread.software import talk as software
from tests.language.unread.support import talk as support

FOLDER = Path(__file__).parent
ALL = [software, support, fundraising, recruiting, property_, school]


def written(talk: Conversations) -> str:
    """Return the JSON of an organization's conversations."""
    return json.dumps(talk.all, ensure_ascii=False, indent=2, default=plain) + "\n"


if __name__ == "__main__":
    for talk in ALL:
        (FOLDER / f"{talk.organization}.json").write_text(written(talk))
        print(talk.organization, len(talk.all))
