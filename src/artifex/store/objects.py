"""Object storage: in a local folder, or in a bucket that many machines share."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from artifex.errors import BadInput, NotFound
from artifex.files import is_temporary, make_folder, publish, remove_leftovers, told
from artifex.settings import Settings


class Objects(Protocol):
    """Objects are written atomically; a key is a path like ``blobs/ab/cdef``.

    Every method raises StorageFailed where the storage cannot be reached, refuses, or answers wrongly.
    """

    def check(self) -> None:
        """Find out whether objects can be written here, before anything depends on it. Also raises NotWritable.

        A storage that does not answer is only logged, for it may come back.
        """
        ...

    def put(self, key: str, source: bytes | Path) -> None:
        """Store bytes or a file's content, replacing what was there. Also raises OutOfSpace, NotWritable."""
        ...

    def get(self, key: str) -> bytes:
        """Also raises NotFound."""
        ...

    def get_file(self, key: str, to: Path) -> None:
        """Write the content to the file ``to``. Also raises NotFound, OutOfSpace, NotWritable."""
        ...

    def size(self, key: str) -> int | None:
        """In bytes; None where there is no such object."""
        ...

    def delete(self, key: str) -> None:
        """Deleting a missing object is no error."""
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """The keys that begin with ``prefix``, a path that ends in a slash, or with nothing for all."""
        ...

    def sweep(self, older_than: float) -> int:
        """Remove unfinished writes of more than ``older_than`` seconds ago; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class LocalObjects:
    """Objects as files below ``folder``."""

    folder: Path

    def check(self) -> None:
        make_folder(self.folder)

    def put(self, key: str, source: bytes | Path) -> None:
        path = self._path(key)
        make_folder(path.parent)
        with publish(path) as temporary:
            if isinstance(source, bytes):
                temporary.write_bytes(source)
            else:
                shutil.copyfile(source, temporary)

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise missing(key) from error

    def get_file(self, key: str, to: Path) -> None:
        try:
            with self._path(key).open("rb") as source, to.open("wb") as target:
                shutil.copyfileobj(source, target)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise missing(key) from error
        except OSError as error:
            raise told(error, to) from error

    def size(self, key: str) -> int | None:
        path = self._path(key)
        return path.stat().st_size if path.is_file() else None

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def list(self, prefix: str) -> Iterator[str]:
        start = self.folder / prefix
        if not start.is_dir():
            return
        for path in sorted(start.rglob("*")):
            if path.is_file() and not is_temporary(path):
                yield path.relative_to(self.folder).as_posix()

    def sweep(self, older_than: float) -> int:
        return remove_leftovers(self.folder, older_than)

    def _path(self, key: str) -> Path:
        if any(part in ("", ".", "..") for part in key.split("/")) or "\0" in key or "\\" in key:
            raise ValueError(f"{key!r} is no key of an object")
        return self.folder / key


def open_objects(settings: Settings) -> Objects:
    """The bucket that the settings name, or a folder of this installation. Raises BadInput for an invalid URL."""
    if not settings.objects_url:
        return LocalObjects(settings.home / "objects")
    if not settings.objects_url.startswith("s3://"):
        raise BadInput("ARTIFEX_OBJECTS is not understood; write it like s3://bucket/prefix?endpoint=...&region=...")
    from artifex.store.s3 import S3Objects  # its dependencies are slow to import

    return S3Objects(settings.objects_url)


def missing(key: str) -> NotFound:
    return NotFound(f"The storage holds nothing under {key}.")
