"""Objects in a bucket of Amazon S3 or a compatible server."""

import hashlib
import logging
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from artifex.errors import BadInput, NotFound, StorageFailed
from artifex.files import hash_file, told
from artifex.store.objects import missing

if TYPE_CHECKING:
    from obstore import ObjectMeta

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

_PIECE = 16 * 2**20
"""Bytes held in memory at once; larger files are sent in parts of this size."""
_UNFINISHED = "unfinished/"
_REFUSED = "The storage refuses this server's credentials; check the AWS_* variables and the bucket's policy."
_CREDENTIALS_OF_A_CLOUD = "//169.254."
"""In the addresses that are asked for a machine's credentials where no variable gives any."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Retries, and timeouts in seconds."""

    attempts: int = 6
    first_pause: float = 0.2
    longest_pause: float = 8.0
    connect: float = 5.0
    silence: float = 60.0
    """Read timeout: how long a request may bring no byte."""
    request: float = 3600.0


class _Wrong(Exception):
    """The bucket does not hold what was sent to it."""


class _Silent(StorageFailed):
    """The storage does not answer now, and may later."""


class S3Objects:
    """``s3://bucket/prefix?endpoint=https://...&region=...``, with credentials from the usual ``AWS_*`` variables.

    Content is uploaded under a temporary key, read back, and copied to its own key only if it is what was sent; the
    copy is read back too. An object under its key is therefore complete, whatever the network did.
    """

    def __init__(self, url: str, patience: Patience = Patience()) -> None:
        """Raises BadInput for an invalid URL."""
        self._patience = patience
        self._store = _open(url, patience)
        self.name = urlsplit(url).netloc
        """Of the bucket."""

    def check(self) -> None:
        key = _unfinished_key()
        try:
            self._write_first(key, b"")
        except _Silent as error:
            _log.warning("%s Before, no file can be read or written.", error.message)
        else:
            self._drop(key)

    def prove(self, sample: bytes) -> None:
        """Write an object, and read, copy, list and delete it. Raises StorageFailed, which says what cannot be done.

        What is left where objects cannot be deleted is swept by the server.
        """
        key = _unfinished_key()
        self._write_first(key, sample)
        copied = f"{key}-copy"
        steps: dict[str, Callable[[], object]] = {
            "read": lambda: self._require_content(key, sample),
            "copied": lambda: obstore.copy(self._store, key, copied),
            "listed": lambda: self._keys(_UNFINISHED).index(copied),
            "deleted": lambda: [obstore.delete(self._store, each) for each in (copied, key)],
        }
        for what, step in steps.items():
            try:
                step()
            except (PermissionDeniedError, UnauthenticatedError) as error:
                raise StorageFailed(
                    f"In the storage's bucket objects can be written, but not {what} with these credentials; allow it "
                    "in the bucket's policy."
                ) from error
            except (BaseError, FileNotFoundError, NotFound, ValueError, _Wrong) as error:
                raise StorageFailed(
                    f"An object that was written to the storage cannot be {what} ({_why(error)}); check the storage."
                ) from error

    def _require_content(self, key: str, sample: bytes) -> None:
        if _digest_pieces(self._pieces(key)) != _digest(sample):
            raise _Wrong(f"{key} is not what was sent")

    def _write_first(self, key: str, data: bytes) -> None:
        """Raises StorageFailed, which says what is set wrongly; _Silent where nothing may be."""
        try:
            obstore.put(self._store, key, data)
        except FileNotFoundError as error:
            raise StorageFailed(
                f"The storage has no bucket {self.name!r:.80}; create it, or correct ARTIFEX_OBJECTS."
            ) from error
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise StorageFailed(_REFUSED) from error
        except BaseError as error:
            if _CREDENTIALS_OF_A_CLOUD in str(error):
                raise StorageFailed(
                    "There are no credentials for the storage; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
                ) from error
            raise _Silent(
                f"The storage does not answer ({_why(error)}); check the endpoint in ARTIFEX_OBJECTS and that it runs."
            ) from error

    def put(self, key: str, source: bytes | Path) -> None:
        wanted = _digest(source)
        if self.size(key) is not None and self._holds(key, wanted):
            return
        self._insist(lambda: self._put(key, source, wanted))

    def get(self, key: str) -> bytes:
        return self._read(key, lambda pieces: b"".join(pieces))

    def get_file(self, key: str, to: Path) -> None:
        def write(pieces: Iterator[bytes]) -> None:
            with to.open("wb") as file:
                for piece in pieces:
                    file.write(piece)

        try:
            self._read(key, write)
        except OSError as error:
            raise told(error, to) from error

    def size(self, key: str) -> int | None:
        try:
            return self._insist(lambda: obstore.head(self._store, key)["size"])
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        with suppress(FileNotFoundError):
            self._insist(lambda: obstore.delete(self._store, key))

    def list(self, prefix: str) -> Iterator[str]:
        keys = self._insist(lambda: self._keys(prefix))
        yield from (key for key in keys if prefix == _UNFINISHED or not key.startswith(_UNFINISHED))

    def sweep(self, older_than: float) -> int:
        latest, count = time.time() - older_than, 0
        for key in self.list(_UNFINISHED):
            if float(key.removeprefix(_UNFINISHED).partition("-")[0]) < latest:
                self.delete(key)
                count += 1
        return count

    def _keys(self, prefix: str) -> tuple[str, ...]:
        batches: Iterable[Sequence[ObjectMeta]] = obstore.list(self._store, prefix or None)  # pyright: ignore[reportUnknownMemberType]
        return tuple(sorted(entry["path"] for batch in batches for entry in batch))

    def _put(self, key: str, source: bytes | Path, wanted: tuple[int, str]) -> None:
        unfinished = _unfinished_key()
        try:
            obstore.put(self._store, unfinished, source, chunk_size=_PIECE, max_concurrency=2)
            self._require(unfinished, wanted)
            obstore.copy(self._store, unfinished, key)
            self._require(key, wanted)
        except (FileNotFoundError, NotFound) as error:
            raise _Wrong(f"{key} was said to be kept and is not there") from error
        finally:
            self._drop(unfinished)

    def _drop(self, unfinished: str) -> None:
        with suppress(BaseError, FileNotFoundError):  # swept later
            obstore.delete(self._store, unfinished)

    def _require(self, key: str, wanted: tuple[int, str]) -> None:
        if not self._holds(key, wanted):
            raise _Wrong(f"{key} is not what was sent")

    def _holds(self, key: str, wanted: tuple[int, str]) -> bool:
        return self.size(key) == wanted[0] and self._read(key, _digest_pieces) == wanted

    def _read(self, key: str, take: Callable[[Iterator[bytes]], _T]) -> _T:
        """What ``take`` makes of the content, which it gets from the beginning again if a read breaks off."""
        try:
            return self._insist(lambda: take(self._pieces(key)))
        except FileNotFoundError as error:
            raise missing(key) from error

    def _pieces(self, key: str) -> Iterator[bytes]:
        answer = obstore.get(self._store, key)
        size, received = answer.meta["size"], 0
        for piece in answer.stream(min_chunk_size=_PIECE):
            received += len(piece)
            yield bytes(piece)
        if received != size:
            raise _Wrong(f"{key} came cut short")

    def _insist(self, request: Callable[[], _T]) -> _T:
        """Retry with backoff while that may help. Raises StorageFailed, FileNotFoundError."""
        failures = 0
        while True:
            try:
                return request()
            except FileNotFoundError:
                raise
            except (PermissionDeniedError, UnauthenticatedError) as error:
                raise StorageFailed(_REFUSED) from error
            except (BaseError, _Wrong) as error:
                failures += 1
                _log.warning("The storage failed %d of %d times: %s", failures, self._patience.attempts, _why(error))
                if failures == self._patience.attempts:
                    raise StorageFailed("The storage fails again and again; try again later.") from error
            most = min(self._patience.longest_pause, self._patience.first_pause * 2 ** (failures - 1))
            time.sleep(random.uniform(most / 2, most))


def _open(url: str, patience: Patience) -> S3Store:
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    endpoint, region = options.pop("endpoint", None), options.pop("region", None)
    if parts.scheme != "s3" or not parts.hostname or options or parts.username is not None:
        raise BadInput(
            "The storage's address is not understood; write it like s3://bucket/prefix?endpoint=...&region=..."
        )
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise BadInput(f"The storage's endpoint is {endpoint!r:.80}; write it with http:// or https:// before it.")
    named = {"endpoint": endpoint, "region": region}
    try:
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config={name: value for name, value in named.items() if value},  # pyright: ignore[reportArgumentType]
            client_options={
                "allow_http": (endpoint or "").startswith("http://"),
                "connect_timeout": timedelta(seconds=patience.connect),
                "read_timeout": timedelta(seconds=patience.silence),
                "timeout": timedelta(seconds=patience.request),
            },
            retry_config={"max_retries": 0},  # this module retries, since it knows what to check first
        )
    except (BaseError, ValueError) as error:
        raise BadInput(f"The storage's address cannot be used ({str(error)[:200]}).") from error


def _unfinished_key() -> str:
    return f"{_UNFINISHED}{int(time.time())}-{uuid.uuid4().hex}"


def _why(error: Exception) -> str:
    """What went wrong, without the client's own account of it, which has many lines."""
    return str(error).partition("\n")[0][:200]


def _digest_pieces(pieces: Iterator[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


def _digest(source: bytes | Path) -> tuple[int, str]:
    """Size in bytes and sha256. Raises NotWritable where the file cannot be read."""
    if isinstance(source, bytes):
        return len(source), hashlib.sha256(source).hexdigest()
    try:
        return source.stat().st_size, hash_file(source)
    except OSError as error:
        raise told(error, source) from error
