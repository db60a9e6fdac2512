"""
Print the table of hostile texts by tools: `python -m tests.hostile`, `--every` for all texts.

`--arguments` prints that of all texts by every argument of every tool, which takes long.
"""

import sys

import pytest

if "--arguments" in sys.argv:
    chosen = ["-m", "slow", "-k", "any_argument", "--every-turn"]
elif "--every" in sys.argv:
    chosen = ["-m", "slow", "-k", "all_texts"]
else:
    chosen = ["-k", "without_a_person"]
sys.exit(pytest.main(["-n", "0", "-q", "-s", *chosen, "tests/hostile"]))
