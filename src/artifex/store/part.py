"""A partial download: the bytes so far, hashed as they arrive."""

import hashlib
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from artifex.errors import DownloadFailed
from artifex.files import make_folder, settle, told
from artifex.store.hub import RemoteFile

_BLOCK = 2**20


class Part:
    """The first bytes of ``file``, in ``folder`` under the name of its checksum.

    Any process finds the part again by this name, and never mistakes it for another file or version. Beside it lies the
    ETag of the response with its first bytes. Writes are unbuffered: a killed process loses no byte.
    """

    def __init__(self, folder: Path, file: RemoteFile) -> None:
        """Open or create the part. Raises OutOfSpace, NotWritable."""
        self.file = file
        self.path = make_folder(folder) / file.checksum.digest
        self._etag = self.path.with_name(f"{self.path.name}.etag")
        try:
            self._stream = self.path.open("a+b", buffering=0)
        except OSError as error:
            raise told(error, self.path) from error
        self._read_back()

    def __enter__(self) -> "Part":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    @property
    def complete(self) -> bool:
        return self.size == self.file.size

    @property
    def intact(self) -> bool:
        """Whether the file is complete and has the expected checksum."""
        return self.complete and self._check.hexdigest() == self.file.checksum.digest

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def etag(self) -> str:
        """The ETag of the response with the first byte; empty if it had none."""
        try:
            return self._etag.read_text(encoding="utf-8")[:1000]
        except (OSError, ValueError):
            return ""

    def begin(self, etag: str) -> None:
        """Discard all bytes and start anew from a response with ``etag``. Raises OutOfSpace, NotWritable."""
        try:
            self._stream.truncate(0)
            self._etag.write_text(etag, encoding="utf-8")
        except OSError as error:
            raise told(error, self.path) from error
        self._reset()

    def write(self, chunk: bytes) -> None:
        """Append. Raises DownloadFailed beyond the listed size, OutOfSpace, NotWritable."""
        if self.size + len(chunk) > self.file.size:
            raise DownloadFailed(f"The hub sends more of {self.file.path} than it listed; it cannot be trusted.")
        rest = memoryview(chunk)
        try:
            while rest:
                rest = rest[self._stream.write(rest) :]
        except OSError as error:
            raise told(error, self.path) from error
        self._count(chunk)

    def publish(self, path: Path) -> None:
        """Move the complete file to ``path``. Raises OutOfSpace, NotWritable."""
        self._stream.close()
        try:
            settle(self.path, make_folder(path.parent) / path.name)
        except OSError as error:
            raise told(error, path) from error
        with suppress(OSError):
            self._etag.unlink()

    def _reset(self) -> None:
        self.size = 0
        self._sha256 = hashlib.sha256()
        self._check = self.file.checksum.hasher(self.file.size)

    def _count(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self._sha256.update(chunk)
        self._check.update(chunk)

    def _read_back(self) -> None:
        """Hash what an earlier process received; a part that is too long is discarded."""
        self._reset()
        self._stream.seek(0)
        while chunk := self._stream.read(_BLOCK):
            self._count(chunk)
        if self.size > self.file.size:
            self.begin("")
