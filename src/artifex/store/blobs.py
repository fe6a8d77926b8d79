"""Files by the sha256 of their content, in a local folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from artifex.errors import BadReference
from artifex.files import make_folder, sweep, write_atomically


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

    def path(self, sha256: str) -> Path:
        """Where the content lies. Raises BadReference when it is not here or was altered."""
        path = self._path(sha256)
        try:
            intact = hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        except OSError:
            intact = False
        if not intact:
            raise BadReference(
                "A picture or sound this clip was made from is not in this library any more; "
                "give the file again (its content must be the same)."
            )
        return path

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:]
