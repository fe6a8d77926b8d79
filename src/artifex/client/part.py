"""A download that resumes where it stopped, and is renamed to its target once its content is verified."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from artifex.client.answers import Asset
from artifex.errors import DownloadFailed
from artifex.files import TEMPORARY_PREFIX, hash_file, settle, told

_PARTIAL_CONTENT = 206


@dataclass(frozen=True, slots=True)
class Part:
    """The received part of ``asset``, in a temporary file beside ``target``.

    The file is named by the content's hash, so that a repeated download finds it, and not like files that are removed
    when their process is gone. An asset's content never changes.
    """

    asset: Asset
    target: Path

    @property
    def path(self) -> Path:
        return self.target.with_name(f"{TEMPORARY_PREFIX}part-{self.asset.sha256[:12]}-{self.target.name[-80:]}")

    @property
    def received(self) -> int:
        """Bytes received so far."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    @property
    def is_complete(self) -> bool:
        return self.path.exists() and self.received >= self.asset.size

    def request_headers(self) -> dict[str, str]:
        """Headers that ask for the rest only."""
        whole = {"Accept-Encoding": "identity"}
        return {**whole, "Range": f"bytes={self.received}-"} if self.received else whole

    @contextmanager
    def receive(self, status: int, headers: Mapping[str, str]) -> Iterator[BinaryIO]:
        """The file to write the answer's body to. Raises OutOfSpace, NotWritable."""
        goes_on = status == _PARTIAL_CONTENT and headers.get("content-range", "").startswith(f"bytes {self.received}-")
        try:
            with self.path.open("ab" if goes_on else "wb") as file:
                yield file
        except OSError as error:
            raise told(error, self.target) from error

    def finish(self) -> Path:
        """Rename the file to its target. Raises DownloadFailed, after deleting it, if size or hash are wrong."""
        try:
            if self.received != self.asset.size or hash_file(self.path) != self.asset.sha256:
                self.path.unlink()
                raise DownloadFailed(f"{self.target.name} did not arrive as it was sent; fetch it again.")
            settle(self.path, self.target)
        except OSError as error:
            raise told(error, self.target) from error
        return self.target
