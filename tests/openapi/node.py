"""Programs that npm brings, kept in the state folder."""

import shutil
import subprocess
from pathlib import Path

from django.conf import settings


def install(wanted: Path, program: str) -> list[str]:
    """
    Install what a `package.json` names, once, and return the command of one of its programs.

    :param program: its script, below node_modules
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise SystemExit("node and npm are missing: they bring the programs that read OpenAPI.")
    folder = settings.STATE_DIR / wanted.parent.name / "node"
    kept, script = folder / "package.json", folder / "node_modules" / program
    if not script.exists() or kept.read_bytes() != wanted.read_bytes():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(wanted, kept)
        flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
        subprocess.run([npm, "install", *flags], cwd=folder, check=True)
    return [node, str(script)]
