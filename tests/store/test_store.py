"""Blobs are found by their content, and a job's folder belongs to one process."""

import subprocess
import sys
from pathlib import Path

import pytest

from artifex.errors import BadReference, Busy
from artifex.store.blobs import Blobs
from artifex.store.folders import claim

HOLD = (
    "import sys, time, pathlib\n"
    "from artifex.store.folders import claim\n"
    "with claim(pathlib.Path(sys.argv[1]), 'job') as folder:\n"
    "    folder.write('state', b'kept'); print('held', flush=True); time.sleep(60)\n"
)


def test_content_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"picture")
    assert blobs.put(b"picture") == digest
    assert blobs.path(digest).read_bytes() == b"picture"
    assert list(tmp_path.rglob("??/*")) == [blobs.path(digest)]


def test_missing_and_altered_content_is_refused(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with pytest.raises(BadReference, match="give the file again"):
        blobs.path("0" * 64)
    digest = blobs.put(b"picture")
    blobs.path(digest).write_bytes(b"other")
    with pytest.raises(BadReference):
        blobs.path(digest)


def test_content_that_was_altered_is_whole_again_when_it_is_given_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"picture")
    blobs = Blobs(tmp_path / "blobs")
    digest = blobs.put(b"picture")
    blobs.path(digest).write_bytes(b"other")
    blobs.put(b"picture")
    assert blobs.path(digest).read_bytes() == b"picture"
    blobs.path(digest).write_bytes(b"other")
    blobs.put_file(tmp_path / "file", 100)
    assert blobs.path(digest).read_bytes() == b"picture"


def test_a_folder_is_held_by_one_process_and_freed_by_its_death(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(Busy), claim(tmp_path, "job"):
            pass
        holder.kill()
    with claim(tmp_path, "job") as folder:
        assert folder.read("state") == b"kept"
        folder.forget("state")
        assert folder.read("state") is None
        folder.remove()
    assert list(tmp_path.iterdir()) == []
