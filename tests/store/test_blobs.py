"""Content is found by its hash, here or in the bucket behind, and what was altered is never handed out."""

from pathlib import Path

import pytest

from artifex.errors import BadReference, NotFound
from artifex.settings import Settings
from artifex.store.blobs import Blobs, open_blobs
from artifex.store.objects import LocalObjects


@pytest.fixture
def shared(tmp_path: Path) -> LocalObjects:
    """Stands for the bucket that two machines share; only its contract counts here."""
    return LocalObjects(tmp_path / "shared")


def test_another_machine_finds_what_was_kept(tmp_path: Path, shared: LocalObjects) -> None:
    digest = Blobs(tmp_path / "one", shared).put(b"picture")
    other = Blobs(tmp_path / "other", shared)
    assert other.path(digest).read_bytes() == b"picture"
    assert list(shared.list("")) == [f"blobs/{digest[:2]}/{digest[2:]}"]
    assert list(other.all()) == [digest]


def test_a_copy_that_was_altered_here_is_fetched_again(tmp_path: Path, shared: LocalObjects) -> None:
    blobs = Blobs(tmp_path / "one", shared)
    digest = blobs.put(b"picture")
    blobs.path(digest).write_bytes(b"scratched")
    assert blobs.path(digest).read_bytes() == b"picture"


def test_content_that_was_altered_in_the_bucket_is_refused(tmp_path: Path, shared: LocalObjects) -> None:
    digest = Blobs(tmp_path / "one", shared).put(b"picture")
    shared.put(f"blobs/{digest[:2]}/{digest[2:]}", b"something else")
    other = Blobs(tmp_path / "other", shared)
    with pytest.raises(BadReference):
        other.path(digest)
    assert [path for path in (tmp_path / "other").rglob("??/*") if path.is_file()] == []


def test_content_that_only_this_machine_still_has_is_shared_again(tmp_path: Path, shared: LocalObjects) -> None:
    one = Blobs(tmp_path / "one", shared)
    digest = one.put(b"picture")
    Blobs(tmp_path / "other", shared).delete(digest)
    assert not one.holds(digest)
    one.put(b"picture")
    assert one.holds(digest)


def test_a_file_that_changes_while_it_is_kept_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"later")
    blobs = Blobs(tmp_path / "blobs")
    with pytest.raises(BadReference, match="changed"):
        blobs.keep(tmp_path / "file", "ab" * 32)
    assert list(blobs.all()) == []


def test_what_dead_writers_left_is_swept(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"picture")
    blobs.path(digest).with_name(".artifex-0123456789ab-rest").write_bytes(b"pict")
    assert list(blobs.all()) == [digest]
    assert blobs.sweep(older_than=60) == 0
    assert blobs.sweep(older_than=-60) == 1
    assert blobs.path(digest).read_bytes() == b"picture"


def test_without_a_bucket_the_folder_is_all_there_is(tmp_path: Path) -> None:
    blobs = open_blobs(Settings(tmp_path))
    assert blobs == Blobs(tmp_path / "blobs")
    with pytest.raises(NotFound):
        LocalObjects(tmp_path).get("nothing")
