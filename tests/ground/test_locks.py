"""A lock is held by one process, and what is in its way is told in words."""

from pathlib import Path

import pytest

from artifex.errors import Busy, NotWritable
from artifex.locks import hold


def test_one_holds_it_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a.lock"
    with hold(path, "Somebody has it."), pytest.raises(Busy, match="Somebody has it"), hold(path, "Somebody has it."):
        pass
    with hold(path, "Somebody has it.", remove=True):
        assert path.exists()
    assert not path.exists()


def test_where_it_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.lock").mkdir()
    with pytest.raises(NotWritable, match=r"a\.lock cannot be written \(is a directory\)") as refused:
        hold(tmp_path / "a.lock").__enter__()
    assert refused.value.path == tmp_path / "a.lock"
