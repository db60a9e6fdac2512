"""
Put uv into a folder of our own: `python3 get_uv.py .uv`.

Any Python 3.6 or newer runs this. Where there is pip it does the work, and so heeds the machine's
mirrors and proxies; where it is missing (Debian's bare python3), the wheel is fetched from PyPI.
"""

import hashlib
import io
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

INDEX = "https://pypi.org/pypi/uv/json"
PLATFORMS = {
    ("Linux", "x86_64"): "manylinux_2_17_x86_64",
    ("Linux", "aarch64"): "manylinux_2_17_aarch64",
    ("Darwin", "x86_64"): "macosx_10_12_x86_64",
    ("Darwin", "arm64"): "macosx_11_0_arm64",
}


def by_pip(folder):
    """Let pip put uv there, if there is a pip; return whether that worked."""
    step = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), "uv"]
    failed = subprocess.call(step, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return not failed and (folder / "bin" / "uv").exists()


def by_wheel(folder):
    """Unpack uv's program from its wheel on PyPI."""
    wanted = PLATFORMS.get((platform.system(), platform.machine()), "none")
    files = json.loads(fetch(INDEX).decode())["urls"]
    wheel = next((file for file in files if wanted in file["filename"]), None)
    if wheel is None:
        raise OSError("PyPI has none for this machine")
    content = fetch(urllib.parse.urljoin(INDEX, wheel["url"]))
    if hashlib.sha256(content).hexdigest() != wheel["digests"]["sha256"]:
        raise OSError("what came is not what PyPI announced")
    (folder / "bin").mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        program = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        (folder / "bin" / "uv").write_bytes(archive.read(program))
    (folder / "bin" / "uv").chmod(0o755)


def fetch(url):
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310
        return answer.read()


def main(folder):
    making = Path(tempfile.mkdtemp(prefix=".uv-", dir=str(folder.absolute().parent)))
    try:
        if not by_pip(making):
            shutil.rmtree(str(making))
            by_wheel(making)
        shutil.rmtree(str(folder), ignore_errors=True)
        making.rename(folder)
    except OSError as error:
        sys.exit(f"Unable to get uv ({error}); install it by hand: https://docs.astral.sh/uv")
    finally:
        shutil.rmtree(str(making), ignore_errors=True)


main(Path(sys.argv[1]))
