"""
`python -m tests.openapi [--seed N] [--seconds N]`: the API is as its description says.

Spectral reads the description; Schemathesis calls every operation of the product's own server, as
two organizations that are to see nothing of each other.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from tests import databases  # noqa: E402
from tests.openapi import node, peers, serving  # noqa: E402

HERE = Path(__file__).parent


def main(words: list[str]) -> int:
    """Return 0 where nothing is found."""
    reader = argparse.ArgumentParser(prog="tests.openapi")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--seconds", type=int, default=90, help="of calling, in all")
    asked, further = reader.parse_known_args(words)
    folder = settings.STATE_DIR / "openapi"
    folder.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)  # pages of errors ask for it
    with databases.embedded_server(), serving.broker(), databases.clone("openapi"):
        peers.write(peers.settle(), folder)
        with serving.serve() as port:
            described = fetch(port, folder)
            return max(
                read(described),
                call(port, described, seed=asked.seed, seconds=asked.seconds, further=further),
            )


def fetch(port: int, folder: Path) -> Path:
    """Fetch what the product says of itself; return where it is kept."""
    path = folder / "openapi.json"
    address = f"http://127.0.0.1:{port}/api/schema/"
    with urlopen(address, timeout=serving.PATIENCE) as answer:
        path.write_bytes(answer.read())
    return path


def read(described: Path) -> int:
    """Let Spectral read the description; return its exit code."""
    program = node.install(HERE / "package.json", "@stoplight/spectral-cli/dist/index.js")
    command = [*program, "lint", str(described), "--ruleset", str(HERE / "spectral.yaml")]
    return subprocess.run([*command, "--fail-severity", "hint"], check=False).returncode


def call(port: int, described: Path, *, seed: int, seconds: int, further: list[str]) -> int:
    """Let Schemathesis call every operation; return its exit code."""
    folder = described.parent
    for name in ("schemathesis.toml", "hooks.py"):
        shutil.copy(HERE / name, folder)
    program = Path(sys.executable).with_name("schemathesis")
    command = [
        *(str(program), "run", described.name, "--url", f"http://127.0.0.1:{port}"),
        *("--phases", "examples,coverage,fuzzing,stateful", "--checks", "all"),
        *("--seed", str(seed), "--max-time", str(seconds), *further),
    ]
    return subprocess.run(command, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
