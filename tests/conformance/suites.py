"""Others' programs, of Node: brought by npm into the state folder, once."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from django.conf import settings

WANTED = Path(__file__).parent / "package.json"
NODE = "22"  # what they need
MODULES = "node_modules/@modelcontextprotocol"


class NpmMissing(Exception):
    """npm is missing: it brings the suites, and the Node that runs them."""


def conformance() -> list[str]:
    """Return the command of the official suite."""
    return [str(node()), str(install() / MODULES / "conformance/dist/index.js")]


def inspector() -> list[str]:
    """Return the command of the inspector."""
    launcher = install() / MODULES / "inspector/clients/launcher/build/index.js"
    return [str(node()), str(launcher), "--cli"]


def environment() -> dict[str, str]:
    """Return an environment in which they find their Node."""
    return os.environ | {"PATH": f"{node().parent}:{os.environ['PATH']}"}


def node() -> Path:
    (found,) = install().glob("node_modules/node-*/bin/node")
    return found


def install() -> Path:
    """
    Return the folder that holds all that `package.json` names, and the Node that runs it.

    :raises NpmMissing: if nothing can be brought
    """
    folder = settings.STATE_DIR / "node"
    kept, done = folder / "package.json", folder / "installed"
    if not done.exists() or kept.read_bytes() != WANTED.read_bytes():
        folder.mkdir(parents=True, exist_ok=True)
        done.unlink(missing_ok=True)
        shutil.copy(WANTED, kept)
        fetch(folder)
        done.touch()
    return folder


def fetch(folder: Path) -> None:
    """:raises NpmMissing: if nothing can be brought"""
    npm = shutil.which("npm")
    if npm is None:
        raise NpmMissing(NpmMissing.__doc__)
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    package = f"node-{platform.system().lower()}-{machine}@{NODE}"
    flags = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    subprocess.run([npm, "install", *flags, package], cwd=folder, check=True)
