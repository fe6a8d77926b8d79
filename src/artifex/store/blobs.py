"""Files by the sha256 of their content: in a local folder, and also in a bucket where several machines share them."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from artifex.errors import BadReference, NotFound
from artifex.files import hash_file, is_temporary, make_folder, publish, remove_leftovers, sweep, write_atomically
from artifex.locks import hold
from artifex.settings import Settings
from artifex.store.objects import Objects, open_objects
from artifex.units import show_bytes

_PREFIX = "blobs/"


@dataclass(frozen=True, slots=True)
class Blobs:
    """``folder/ab/cdef...`` holds the content whose sha256 is ``abcdef...``.

    With ``remote``, its objects ``blobs/ab/cdef...`` are authoritative, and the folder is this machine's cache.
    """

    folder: Path
    remote: Objects | None = None

    def put(self, data: bytes) -> str:
        """Store ``data`` and return its sha256. Raises OutOfSpace, NotWritable, StorageFailed."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self._turn(sha256):
            if not self._is_intact(sha256):
                write_atomically(self._path(sha256), data)
        self._share(sha256)
        return sha256

    def put_file(self, source: Path, most_bytes: int) -> str:
        """Store a copy of a file and return its sha256. Raises BadReference, OutOfSpace, NotWritable, StorageFailed."""
        try:
            size, sha256 = source.stat().st_size, hash_file(source)
        except OSError as error:
            raise BadReference(f"{source} cannot be read ({(error.strerror or 'error').lower()}).") from error
        if size > most_bytes:
            raise BadReference(f"{source} is larger than {show_bytes(most_bytes)}; give a smaller file.")
        self.keep(source, sha256)
        return sha256

    def keep(self, source: Path, sha256: str) -> None:
        """Store a copy of a file with a known hash; a stored copy that was altered is replaced. Raises BadReference
        where the file no longer has this hash, OutOfSpace, NotWritable, StorageFailed."""
        with self._turn(sha256):
            if not self._is_intact(sha256):
                with publish(self._path(sha256)) as temporary:
                    shutil.copyfile(source, temporary)
                    if hash_file(temporary) != sha256:
                        raise BadReference(f"{source.name} changed while it was read; give it again.")
        self._share(sha256)

    def path(self, sha256: str) -> Path:
        """The local file with the content, verified; fetched if need be. Raises BadReference when it is missing or
        altered, StorageFailed."""
        if not self.is_usable(sha256):
            raise BadReference(
                "A picture, sound, clip or LoRA that this clip was made from is not in this library any more; "
                "give the file again (its content must be the same)."
            )
        return self._path(sha256)

    def find(self, sha256: str) -> Path:
        """Like :meth:`path`, but without verifying a local file, which would read it whole: for serving parts."""
        path = self._path(sha256)
        return path if path.is_file() else self.path(sha256)

    def holds(self, sha256: str) -> bool:
        """Whether the authoritative storage has the content. Raises StorageFailed."""
        if self.remote is None:
            return self._path(sha256).is_file()
        return self.remote.size(_key(sha256)) is not None

    def is_usable(self, sha256: str) -> bool:
        """Whether the content can be had here unaltered; reads all of it. Raises StorageFailed."""
        return self._is_intact(sha256) or self._fetch(sha256)

    def delete(self, sha256: str) -> None:
        """Delete the content, with this machine's copy; those of other machines stay. Raises StorageFailed."""
        if self.remote is not None:
            self.remote.delete(_key(sha256))
        with self._turn(sha256):
            self._path(sha256).unlink(missing_ok=True)

    def all(self) -> Iterator[str]:
        """The sha256 of all stored content. Raises StorageFailed."""
        if self.remote is not None:
            yield from (key.removeprefix(_PREFIX).replace("/", "") for key in self.remote.list(_PREFIX))
            return
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            if not is_temporary(path):
                yield path.parent.name + path.name

    def sweep(self, older_than: float) -> int:
        """Remove what dead writers left more than ``older_than`` seconds ago; returns how many files and objects."""
        count = remove_leftovers(self.folder, older_than)
        return count if self.remote is None else count + self.remote.sweep(older_than)

    def _is_intact(self, sha256: str) -> bool:
        """Whether the content is in the folder, unaltered; reads all of it."""
        try:
            return hash_file(self._path(sha256)) == sha256
        except OSError:
            return False

    def _share(self, sha256: str) -> None:
        if self.remote is not None:
            self.remote.put(_key(sha256), self._path(sha256))

    def _fetch(self, sha256: str) -> bool:
        if self.remote is None:
            return False
        path = self._path(sha256)
        try:
            with self._turn(sha256), publish(path) as temporary:
                self.remote.get_file(_key(sha256), temporary)
                if hash_file(temporary) != sha256:
                    raise NotFound("The storage holds something else under this hash.")
        except NotFound:
            return False
        return True

    @contextmanager
    def _turn(self, sha256: str) -> Iterator[None]:
        """Lock this content; its folder exists then, without leftovers of dead writers."""
        path = self._path(sha256)
        make_folder(path.parent)
        with hold(self.folder / ".locks" / path.parent.name):
            sweep(path.parent, path.name)
            yield

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]


def open_blobs(settings: Settings) -> Blobs:
    """The blobs of the settings: a folder, or a folder in front of a bucket. Raises BadInput for an invalid URL."""
    return Blobs(settings.blobs, open_objects(settings) if settings.objects_url else None)


def _key(sha256: str) -> str:
    return f"{_PREFIX}{sha256[:2]}/{sha256[2:]}"
