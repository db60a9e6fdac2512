"""
The state folder: everything that is kept on this machine, and where in it.

Free of Django, because settings start from it.
"""

import hashlib
import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

# A unix socket's path holds 107 bytes, of which `/.s.PGSQL.5432` is the longest name we add.
LONGEST_SOCKET_FOLDER = 90
# Not $TMPDIR: every process of one state must find the same place. Its owner is checked.
SHORT_FOLDER = Path("/tmp")  # noqa: S108


class Unusable(Exception):
    """The state folder cannot be used; the text says why in one sentence."""


def sockets(state: Path) -> Path:
    """Say where the servers of `state` listen: inside it where that is short and open enough."""
    inside = state / "sockets"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER and not (
        os.geteuid() == 0 and is_closed(state)
    ):
        return inside
    return SHORT_FOLDER / f"wheelhouse-{os.geteuid()}-{digest(state)}"


def is_closed(folder: Path) -> bool:
    """Say whether other accounts are kept out of `folder`, or of a folder above it."""
    for place in [folder, *folder.parents]:
        try:
            if not place.stat().st_mode & stat.S_IXOTH:
                return True
        except FileNotFoundError:
            continue  # `prepare` makes it open to others
        except PermissionError:
            return True
    return False


def digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def prepare(state: Path) -> None:
    """
    Create the state folder where it is missing. What in it is private is closed by itself.

    :raises Unusable: if it cannot be created, is no folder, or cannot be written
    """
    try:
        for folder in reversed([state, *state.parents]):
            if not folder.exists():
                folder.mkdir(exist_ok=True)
                folder.chmod(0o711 if folder == state else 0o755)
        tempfile.TemporaryFile(dir=state).close()
    except (FileExistsError, NotADirectoryError):
        raise Unusable(f"The state folder {state} cannot be made: a file is in the way.") from None
    except OSError as error:
        raise Unusable(
            f"The state folder {state} cannot be written ({error.strerror}); "
            "choose another with --state or WHEELHOUSE_STATE."
        ) from None


def secret(state: Path) -> str:
    """
    Return the secret key kept in the state folder, making it on the first call.

    :raises Unusable: as `prepare` does
    """
    kept = state / "secret.key"
    if not kept.exists():
        prepare(state)
        with tempfile.NamedTemporaryFile("w", dir=state) as made:  # readable by us alone
            made.write(secrets.token_urlsafe(50))
            made.flush()
            with suppress(FileExistsError):  # another process was quicker
                os.link(made.name, kept)
    return kept.read_text()
