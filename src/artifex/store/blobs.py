"""Files by the sha256 of their content, in a local folder."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from artifex.errors import BadReference
from artifex.files import hash_file, make_folder, publish, sweep, write_atomically
from artifex.units import show_bytes


@dataclass(frozen=True, slots=True)
class Blobs:
    """``folder/ab/cdef...`` holds the content whose sha256 is ``abcdef...``."""

    folder: Path

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its sha256. Raises OutOfSpace, NotWritable."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        with FileLock(make_folder(self.folder) / ".lock"):
            sweep(path.parent, path.name)
            if not path.exists():
                write_atomically(path, data)
        return sha256

    def put_file(self, source: Path, most_bytes: int) -> str:
        """Keep a copy of a file and return its sha256. Raises BadReference, OutOfSpace, NotWritable."""
        try:
            size, sha256 = source.stat().st_size, hash_file(source)
        except OSError as error:
            raise BadReference(f"{source} cannot be read ({(error.strerror or 'error').lower()}).") from error
        if size > most_bytes:
            raise BadReference(f"{source} is larger than {show_bytes(most_bytes)}; give a smaller file.")
        path = self._path(sha256)
        with FileLock(make_folder(self.folder) / ".lock"):
            sweep(make_folder(path.parent), path.name)
            if not path.exists():
                with publish(path) as temporary:
                    shutil.copyfile(source, temporary)
        return sha256

    def path(self, sha256: str) -> Path:
        """Where the content lies. Raises BadReference when it is not here or was altered."""
        path = self._path(sha256)
        try:
            intact = hash_file(path) == sha256
        except OSError:
            intact = False
        if not intact:
            raise BadReference(
                "A picture, sound, clip or LoRA that this clip was made from is not in this library any more; "
                "give the file again (its content must be the same)."
            )
        return path

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]
