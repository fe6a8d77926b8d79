"""A folder is replaced whole or stays."""

from pathlib import Path

import pytest

from artifex.errors import NotWritable
from artifex.media.published_folder import FolderKind, published_folder

KIND = FolderKind("mark", "a folder of the test")


def test_an_earlier_folder_stays_when_the_new_one_cannot_take_its_place(tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.mkdir()
    (path / KIND.mark).write_text("earlier")
    with pytest.raises(NotWritable), published_folder(path, KIND) as temporary:
        temporary.rmdir()  # as a cleaner of temporary files may
    assert (path / KIND.mark).read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_an_earlier_folder_is_replaced_and_nothing_else_left(tmp_path: Path) -> None:
    path = tmp_path / "film"
    for content in ("earlier", "new"):
        with published_folder(path, KIND) as temporary:
            (temporary / KIND.mark).write_text(content)
    assert (path / KIND.mark).read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]
