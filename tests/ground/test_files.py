"""A published file is whole or absent, whatever happens in between."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from artifex.errors import NotWritable, OutOfSpace
from artifex.files import TEMPORARY_PREFIX, publish, sweep, temporary_beside, write_atomically


def test_the_name_appears_only_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with publish(path) as temporary:
        temporary.write_bytes(b"film")
        assert temporary.suffix == ".mp4"
        assert not path.exists()
    assert path.read_bytes() == b"film"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_block_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), publish(path) as temporary:
        temporary.write_bytes(bytes(1 // 0))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_writer_leaves_only_what_sweep_removes(tmp_path: Path) -> None:
    path = tmp_path / "clip [1].mp4"
    program = (
        "import os, sys, pathlib, artifex.files as f\n"
        "with f.publish(pathlib.Path(sys.argv[1])) as t:\n"
        "    t.write_bytes(b'half'); os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [leftover.name.startswith(TEMPORARY_PREFIX) for leftover in tmp_path.iterdir()] == [True]
    others = {f"{TEMPORARY_PREFIX}000000000000-other.mp4", f"{TEMPORARY_PREFIX}000000000000-my {path.name}"}
    for other in others:
        (tmp_path / other).touch()
    sweep(tmp_path, path.name)
    assert {leftover.name for leftover in tmp_path.iterdir()} == others


def test_of_long_names_with_the_same_end_only_the_own_one_is_swept(tmp_path: Path) -> None:
    names = [f"{take}-{'long' * 30}.mp4" for take in ("one", "two")]
    temporaries = [temporary_beside(tmp_path / name) for name in names]
    for temporary in temporaries:
        assert (temporary.suffix, len(temporary.name) <= 110) == (".mp4", True)
        temporary.touch()
    sweep(tmp_path, names[0])
    assert list(tmp_path.iterdir()) == [temporaries[1]]


@pytest.mark.skipif(os.name != "posix", reason="POSIX rights")
def test_what_cannot_be_removed_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user's file in a folder of all users; nothing of it is the concern of who writes there now."""

    def refused(_path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Operation not permitted")

    temporary = temporary_beside(tmp_path / "clip.mp4")
    temporary.touch()
    monkeypatch.setattr(Path, "unlink", refused)
    sweep(tmp_path, "clip.mp4")
    assert list(tmp_path.iterdir()) == [temporary]


def test_a_missing_folder_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="cannot be written"), publish(tmp_path / "no" / "clip.mp4") as temporary:
        temporary.write_bytes(b"")


@pytest.mark.skipif(os.name == "nt", reason="POSIX resource limits")
def test_a_full_disk_is_told_in_words(tmp_path: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OutOfSpace):
            write_atomically(tmp_path / "clip.mp4", b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert list(tmp_path.iterdir()) == []
