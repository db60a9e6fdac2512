"""
`python -m tests.language`: how many requests in plain language end right, per class.

`--seen`, `--earlier`, `--later`, `--latest` or `--unread` takes one part only, `--board-moves` the
set made elsewhere, `--failures` says of each that failed what was said and what was wrong.
"""

import os
import statistics
import sys
from collections import Counter, defaultdict

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from tests import databases  # noqa: E402
from tests.language import board_moves, grounds, judging  # noqa: E402
from tests.language.judging import OUTCOMES, RIGHT, Verdict  # noqa: E402

# By the option that chooses it, the folder of a part.
PARTS = {
    "seen": "requests",
    "earlier": "earlier",
    "later": "later",
    "latest": "latest",
    "unread": "unread",
}


def main(options: set[str]) -> None:
    """Run what is asked for and print it."""
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    with databases.embedded_server(), databases.clone("language"):
        if "--board-moves" in options:
            print(f"board_moves: {board_moves.run(verbose='--failures' in options)}")
            return
        ground = {name: grounds.lay(name) for name in grounds.NAMES}
        chosen = [part for part in PARTS if f"--{part}" in options] or list(PARTS)
        for part in chosen:
            run(PARTS[part], ground, failures="--failures" in options)


def run(part: str, ground: dict[str, grounds.Ground], *, failures: bool) -> None:
    """Judge every conversation of a part and print the table."""
    verdicts: list[tuple[str, Verdict]] = []
    for each in judging.read_all(part):
        verdict = judging.judge(each, ground[each["organization"]])
        verdicts.append((each["class"], verdict))
        if failures and verdict.outcome != RIGHT:
            said = [turn if isinstance(turn, str) else turn["says"] for turn in each["turns"]]
            print(
                f"{verdict.outcome}: {each['id']} {each['organization']} {said}\n    "
                f"{verdict.because[:300]}\n    {verdict.says[-1][:200]!r}"
            )
    if verdicts:
        show(part, verdicts)


def show(part: str, verdicts: list[tuple[str, Verdict]]) -> None:
    """Print how many ended how, per class."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, verdict in verdicts:
        counts[name][verdict.outcome] += 1
        counts["all"][verdict.outcome] += 1
    print(f"\n{part}: {'class':<16}" + "".join(f"{outcome:>18}" for outcome in OUTCOMES))
    for name in [*sorted(set(counts) - {"all"}), "all"]:
        print(
            f"{'':<{len(part) + 2}}{name:<16}"
            + "".join(f"{counts[name][outcome]:>18}" for outcome in OUTCOMES)
        )
    took = [each for _, verdict in verdicts for each in verdict.took]
    right = counts["all"][RIGHT] / len(verdicts)
    p95 = statistics.quantiles(took, n=20)[18]
    print(
        f"{right:.1%} right of {len(verdicts)}; a reply takes p50 {statistics.median(took):.0f} "
        f"ms, p95 {p95:.0f} ms"
    )


if __name__ == "__main__":
    main(set(sys.argv[1:]))
