"""
The account the embedded servers run as.

PostgreSQL refuses to run as root, so where we are root the servers run as `nobody`: no account
is added and no folder of yours is opened up. What `nobody` cannot reach (a clone in /root) is
copied or kept under /var/lib/wheelhouse instead.
"""

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from config.stack import state

OPEN_FOLDER = Path("/var/lib/wheelhouse")
SERVERS = "nobody"


class Popen(TypedDict, total=False):
    """Arguments of `subprocess` that drop privileges."""

    user: int
    group: int
    extra_groups: Sequence[int]


@dataclass(frozen=True)
class Account:
    """Who runs the servers; `dropped` where that is not who we are."""

    uid: int
    gid: int
    dropped: bool

    @property
    def popen(self) -> Popen:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def own(self, folder: Path) -> Path:
        """
        Create `folder`, or check that the one there is ours, and close it to all others.

        :raises state.Unusable: if somebody else owns it (a folder planted in /tmp, say)
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), self.uid}:
            raise state.Unusable(f"{folder} belongs to somebody else; remove it and start again.")
        folder.chmod(0o700)
        if found.st_uid != self.uid:
            os.chown(folder, self.uid, self.gid)
        return folder

    def can_enter(self, folder: Path) -> bool:
        return not (self.dropped and state.is_closed(folder))

    def private(self, folder: Path) -> Path:
        """Create `folder` for this account, elsewhere behind a link where it cannot be reached."""
        if not folder.exists() and not self.can_enter(folder.parent):
            folder.unlink(missing_ok=True)  # a link whose target is gone
            folder.symlink_to(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=open_folder()))
        return self.own(folder.resolve())

    def reachable(self, *folders: Path) -> Path:
        """Return the first of these sibling folders, or of their copies where it is closed."""
        if self.can_enter(folders[0]):
            return folders[0]
        copies = open_folder() / f"binaries-{state.digest(folders[0])}-{stamp(folders[0])}"
        if not copies.exists():
            making = Path(tempfile.mkdtemp(prefix="making-", dir=open_folder()))
            making.chmod(0o755)
            for folder in folders:
                shutil.copytree(folder, making / folder.name)
            try:
                making.rename(copies)
            except OSError:  # another start was quicker
                shutil.rmtree(making)
        return copies / folders[0].name


def servers() -> Account:
    """
    Return the account that embedded servers run as.

    :raises state.Unusable: if we are root and there is nobody to become
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), dropped=False)
    try:
        entry = pwd.getpwnam(SERVERS)
    except KeyError:
        raise state.Unusable(
            f"PostgreSQL does not run as root, and there is no account {SERVERS} to run it."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, dropped=True)


def open_folder() -> Path:
    OPEN_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    OPEN_FOLDER.chmod(0o755)
    return OPEN_FOLDER


def stamp(folder: Path) -> int:
    """Tell one installation at the same place from the next."""
    return folder.stat().st_mtime_ns
