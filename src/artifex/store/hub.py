"""A model hub: lists the files of a repository at one commit, with sizes and checksums, and opens them.

It uses the Hugging Face Hub's own client, so ``HF_ENDPOINT``, ``HF_TOKEN`` and ``HF_HUB_OFFLINE`` work as usual.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import httpx2
from huggingface_hub import HfApi, constants, get_session, hf_hub_url
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled
from huggingface_hub.utils import build_hf_headers  # pyright: ignore[reportUnknownVariableType]

from artifex import __version__
from artifex.errors import DownloadFailed, Offline
from artifex.store.file_names import check_names
from artifex.store.retry import Backoff, Transient, judge

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo, RepoSibling

_AGENT = {"user-agent": f"artifex/{__version__}"}
"""The client's own would disclose the versions of Python and torch."""
_TIMEOUT = 30.0
"""Seconds without a byte, or to connect."""
_BLOCK = 2**20
_LARGEST = 2**50
_INDEX = ".index.json"
"""The index of sharded weights; a repository with one file has none, so it may be missing."""
_COMMIT = re.compile("[0-9a-f]{40}")
_DIGEST = {"sha256": re.compile("[0-9a-f]{64}"), "git": re.compile("[0-9a-f]{40}")}


class Hasher(Protocol):
    """A hash object of :mod:`hashlib`."""

    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Checksum:
    """A file's expected hash: ``sha256`` of its bytes, or ``git``'s SHA-1 of a blob (with a header of its length)."""

    kind: Literal["sha256", "git"]
    digest: str

    def hasher(self, size: int) -> Hasher:
        """A hash object, fed with what precedes the file's ``size`` bytes."""
        if self.kind == "sha256":
            return hashlib.sha256()
        return hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)

    def of(self, path: Path) -> str:
        """The hash of a local file. Raises OSError."""
        hasher = self.hasher(path.stat().st_size)
        with path.open("rb") as file:
            while chunk := file.read(_BLOCK):
                hasher.update(chunk)
        return hasher.hexdigest()


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file as the hub describes it: path relative to the repository, size in bytes."""

    path: str
    size: int
    checksum: Checksum


@dataclass(frozen=True, slots=True)
class Listing:
    """The selected files of a repository at a commit, in order of path."""

    repository: str
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


class HubClient:
    """The hub at ``endpoint``; endpoint and token default to those of ``huggingface_hub``."""

    def __init__(self, backoff: Backoff, endpoint: str | None = None, token: str | None = None) -> None:
        self._backoff = backoff
        self._token = token
        self._endpoint = endpoint or constants.ENDPOINT
        self._api = HfApi(endpoint=self._endpoint, token=token, headers=_AGENT)

    def look_up(self, repository: str, revision: str, patterns: Sequence[str]) -> Listing:
        """The files that match one of ``patterns``, at the commit that ``revision`` names now.

        Raises Offline when the hub cannot be reached, DownloadFailed when it refuses or its answer is invalid.
        """
        info = self._backoff.insist(lambda: self._ask(repository, revision))
        if not _COMMIT.fullmatch(info.sha or ""):
            raise DownloadFailed(
                f"{self._endpoint} names no commit of {repository}; try again, or another HF_ENDPOINT."
            )
        found = {sibling.rfilename: sibling for sibling in info.siblings or ()}
        names = [name for name in sorted(found) if any(fnmatchcase(name, pattern) for pattern in patterns)]
        for pattern in patterns:
            if not pattern.endswith(_INDEX) and not any(fnmatchcase(name, pattern) for name in names):
                raise DownloadFailed(f"{repository} has no file {pattern}; a newer Artifex may know its files.")
        check_names(names, repository)
        return Listing(repository, str(info.sha), tuple(_remote_file(found[name]) for name in names))

    def open(
        self, listing: Listing, file: RemoteFile, headers: Mapping[str, str]
    ) -> AbstractContextManager[httpx2.Response]:
        """The response to a request for a file of a listing, its body not yet read; redirects are followed.

        The token is sent to the hub itself, not to other origins that it redirects to. Raises httpx2.RequestError.
        """
        url = hf_hub_url(listing.repository, file.path, revision=listing.commit, endpoint=self._endpoint)
        ours = build_hf_headers(token=self._token, headers=_AGENT)
        return get_session().stream("GET", url, headers={**ours, **headers}, follow_redirects=True, timeout=_TIMEOUT)

    def _ask(self, repository: str, revision: str) -> "ModelInfo":
        try:
            return self._api.model_info(repository, revision=revision, timeout=_TIMEOUT, files_metadata=True)
        except OfflineModeIsEnabled as error:
            raise Offline("HF_HUB_OFFLINE is set, so no hub is asked; unset it to pull models.") from error
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError) as error:
            raise Offline(f"{self._endpoint} cannot be reached; check the connection, or set HF_ENDPOINT.") from error
        except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
            raise DownloadFailed(
                f"{self._endpoint} is no address of a hub; set HF_ENDPOINT to one like https://huggingface.co."
            ) from error
        except httpx2.RequestError as error:
            raise Transient(f"{self._endpoint} broke off while listing {repository}") from error
        except HfHubHTTPError as error:
            judge(error.response, repository)
            raise DownloadFailed(f"{self._endpoint} did not list {repository}; try again later.") from error
        except (HFValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DownloadFailed(f"{self._endpoint} listed {repository} in a way that makes no sense.") from error


def _remote_file(sibling: "RepoSibling") -> RemoteFile:
    """A file's validated metadata. Files in LFS have a sha256, others git's SHA-1. Raises DownloadFailed."""
    large = sibling.lfs is not None
    checksum = Checksum("sha256", str(sibling.lfs.sha256)) if sibling.lfs else Checksum("git", str(sibling.blob_id))
    size = sibling.lfs.size if sibling.lfs else sibling.size
    if not _DIGEST[checksum.kind].fullmatch(checksum.digest):
        raise DownloadFailed(f"The hub gives no checksum for {sibling.rfilename}, so it cannot be trusted.")
    if not isinstance(size, int) or not 0 <= size <= _LARGEST or (large and sibling.size not in (None, size)):
        raise DownloadFailed(f"The hub gives no sensible size for {sibling.rfilename}, so it is not pulled.")
    return RemoteFile(sibling.rfilename, size, checksum)
