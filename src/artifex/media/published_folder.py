"""Folders of files that belong together, which appear whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from artifex.errors import NotWritable
from artifex.files import temporary_beside, told


@contextmanager
def published_folder(path: Path, mark: str, kind: str) -> Iterator[Path]:
    """Hand out a folder under a temporary name; it becomes ``path`` when the block ends well.

    An earlier folder at ``path`` that holds the file ``mark``, or nothing, is replaced; any other is refused as not
    being ``kind``. Raises NotWritable or OutOfSpace.
    """
    if path.exists() and not _is_replaceable(path, mark):
        raise NotWritable(f"{path} exists and is not {kind}; choose another name.")
    temporary = temporary_beside(path)
    try:
        temporary.mkdir()
        yield temporary
        _exchange(temporary, path)
    except OSError as error:
        raise told(error, path) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _is_replaceable(path: Path, mark: str) -> bool:
    return path.is_dir() and ((path / mark).is_file() or not any(path.iterdir()))


def _exchange(temporary: Path, path: Path) -> None:
    # A folder cannot be renamed over one that is not empty, so the old one steps aside first.
    if path.exists():
        aside = temporary.with_name(f"{temporary.name}.old")
        os.replace(path, aside)
        os.replace(temporary, path)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        os.replace(temporary, path)
