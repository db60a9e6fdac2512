"""
Write the conversations of every organization, with what must come of them, beside this file.

`uv run python -m tests.language.earlier.expectations`
"""

import json
from pathlib import Path

from tests.language.earlier.conversations import Conversations, plain
from tests.language.earlier.fundraising import talk as fundraising
from tests.language.earlier.property import talk as property_
from tests.language.earlier.recruiting import talk as recruiting
from tests.language.earlier.school import talk as school
from tests.language.earlier.software import talk as software
from tests.language.earlier.support import talk as support

FOLDER = Path(__file__).parent
ALL = [software, support, fundraising, recruiting, property_, school]


def written(talk: Conversations) -> str:
    """Return the JSON of an organization's conversations."""
    return json.dumps(talk.all, ensure_ascii=False, indent=2, default=plain) + "\n"


if __name__ == "__main__":
    for talk in ALL:
        (FOLDER / f"{talk.organization}.json").write_text(written(talk))
        print(talk.organization, len(talk.all))
