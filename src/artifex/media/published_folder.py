"""Writes folders that appear whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from artifex.errors import BadInput, NotWritable
from artifex.files import require_writable, temporary_beside, told


@dataclass(frozen=True, slots=True)
class FolderKind:
    """``mark`` is the file that each folder of the kind holds, ``name`` what messages call one."""

    mark: str
    name: str

    def check(self, path: Path) -> None:
        """Raises NotWritable if ``path`` exists and is neither a folder of this kind nor an empty one."""
        held = path.is_dir() and ((path / self.mark).is_file() or not any(path.iterdir()))
        if path.exists() and not held:
            raise NotWritable(f"{path} exists and is not {self.name}; choose another name.")


def require_replaceable(path: Path, kind: FolderKind | None = None) -> None:
    """Check before the work that a file, or a folder of ``kind``, can be put at ``path``, replacing what is there.

    Raises BadInput, NotWritable.
    """
    if path.parent.is_file():
        raise NotWritable(f"{path.parent} is a file and no folder; choose another place with -o.")
    if not path.parent.is_dir():
        raise NotWritable(f"There is no folder {path.parent}; make it first, or choose another place with -o.")
    if kind is not None:
        kind.check(path)
    elif path.is_dir():
        raise BadInput(f"{path} is a folder; choose another name with -o.")
    elif path.exists() and not path.is_file():
        raise BadInput(f"{path} is not an ordinary file; choose another name with -o.")
    require_writable(path)


@contextmanager
def published_folder(path: Path, kind: FolderKind) -> Iterator[Path]:
    """Give a folder under a temporary name; it becomes ``path`` when the block ends without an error.

    A folder of the same kind at ``path``, or an empty one, is replaced; anything else is refused.
    Raises NotWritable or OutOfSpace.
    """
    kind.check(path)
    temporary = temporary_beside(path)
    try:
        temporary.mkdir()
        yield temporary
        _exchange(temporary, path)
    except OSError as error:
        raise told(error, path) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _exchange(temporary: Path, path: Path) -> None:
    # A folder cannot be renamed over one that is not empty, so the old one steps aside first.
    if not path.exists():
        os.replace(temporary, path)
        return
    aside = temporary.with_name(f"{temporary.name}.old")
    os.replace(path, aside)
    try:
        os.replace(temporary, path)
    except BaseException:
        os.replace(aside, path)
        raise
    shutil.rmtree(aside, ignore_errors=True)
