"""Print the table of hostile texts by tools: `python -m tests.hostile`, `--every` for all of it."""

import sys

import pytest

which = "all_texts" if "--every" in sys.argv else "without_a_person"
marker = ["-m", "slow"] if "--every" in sys.argv else []
sys.exit(pytest.main(["-n", "0", "-q", "-s", "-k", which, *marker, "tests/hostile"]))
