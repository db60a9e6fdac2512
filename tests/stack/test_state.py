"""The state folder: where things are, and a clear sentence where they cannot be."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.stack import accounts, state


def test_sockets_are_inside_a_folder_with_a_short_path(place):
    assert state.sockets(place / "state") == place / "state" / "sockets"


def test_sockets_of_a_long_path_have_a_short_one_and_always_the_same(place):
    long = place / ("x" * 100)

    assert state.sockets(long) == state.sockets(long)
    assert len(os.fsencode(state.sockets(long))) < state.LONGEST_SOCKET_FOLDER


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        ("/proc/wheelhouse", "The state folder /proc/wheelhouse cannot be written"),
        ("/dev/null", "The state folder /dev/null cannot be made: a file is in the way."),
        ("/dev/null/below", "The state folder /dev/null/below cannot be made: a file is in"),
    ],
)
def test_a_folder_that_cannot_be_used_is_one_sentence(folder, sentence):
    with pytest.raises(state.Unusable, match=sentence):
        state.prepare(Path(folder))


def test_the_secret_is_made_once_and_read_by_us_alone(place):
    folder = place / "new" / "state"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(state.secret, [folder] * 8))

    assert len(found) == 1
    assert len(found.pop()) > 50
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret.key"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can plant somebody else's folder")
def test_a_folder_that_somebody_planted_is_refused(place):
    planted = place / "sockets"
    planted.mkdir()
    os.chown(planted, 4242, 4242)

    with pytest.raises(state.Unusable, match="belongs to somebody else"):
        accounts.servers().own(planted)


def test_a_link_that_somebody_planted_is_refused(place):
    (place / "sockets").symlink_to("/etc")

    with pytest.raises(state.Unusable, match="belongs to somebody else"):
        accounts.servers().own(place / "sockets")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as somebody else")
def test_programs_that_others_cannot_reach_are_copied(place, monkeypatch):
    monkeypatch.setattr(accounts, "OPEN_FOLDER", place / "open")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    (closed / "package" / "bin").mkdir(parents=True)
    (closed / "package" / "bin" / "program").write_text("text")

    found = accounts.servers().reachable(closed / "package")

    assert found.is_relative_to(place / "open")
    assert (found / "bin" / "program").read_text() == "text"
    assert accounts.servers().reachable(closed / "package") == found
