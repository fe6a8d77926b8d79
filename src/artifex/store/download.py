"""Downloads files from a hub: resumes after broken connections, and keeps only complete, verified files.

Range requests and If-Range follow RFC 9110 (sections 13.1.5 and 14).
"""

import re
from pathlib import Path
from typing import Protocol

import httpx2

from artifex.errors import DownloadFailed
from artifex.store.hub import HubClient, Listing, RemoteFile
from artifex.store.part import Part
from artifex.store.retry import Backoff, Transient, judge

LEAST_PROGRESS = 2**16
"""Bytes; an attempt that receives fewer counts as a failure in a row."""

_RANGE = re.compile(r"bytes (\d{1,16})-(\d{1,16})/(\d{1,16})")


class DownloadReport(Protocol):
    """Callbacks for a download's progress; they must return quickly."""

    def file(self, path: str) -> None:
        """This file is next."""
        ...

    def received(self, count: int) -> None:
        """``count`` more bytes are here; below 0 when some had to be thrown away."""
        ...

    def retrying(self, why: str) -> None:
        """Something went wrong and is tried again after a pause."""
        ...


class Allowance:
    """How many bytes may be thrown away: a fifth of the listing's, or as many as its largest file has."""

    def __init__(self, listing: Listing) -> None:
        self._left = max(listing.size // 5, max((file.size for file in listing.files), default=0))

    def spend(self, part: Part) -> None:
        """Throw a part's bytes away. Raises DownloadFailed when too many were already."""
        self._left -= part.size
        if self._left < 0:
            raise DownloadFailed(
                f"The hub sent too much that had to be thrown away, last of {part.file.path}; what is good is kept. "
                "Try again later, or another HF_ENDPOINT."
            )


class Downloader:
    """Downloads the files of one listing, one after another."""

    def __init__(self, hub: HubClient, listing: Listing, backoff: Backoff, report: DownloadReport) -> None:
        self._hub = hub
        self._listing = listing
        self._backoff = backoff
        self._report = report
        self._allowance = Allowance(listing)

    def fetch(self, file: RemoteFile, parts: Path, target: Path) -> str:
        """Download one file to ``target``; returns its sha256.

        Resumes what an earlier process left in ``parts``. A complete file with a wrong checksum is fetched once more.
        Raises DownloadFailed, OutOfSpace or NotWritable; the bytes received stay in ``parts``.
        """
        self._report.file(file.path)
        with Part(parts, file) as part:
            self._complete(part)
            if not part.intact:
                self._drop(part, "")
                self._report.retrying(f"{file.path} arrived damaged")
                self._complete(part)
            if not part.intact:
                part.begin("")
                raise DownloadFailed(
                    f"{file.path} arrived twice with another content than its checksum promises, and was not kept; "
                    "try again later, or another HF_ENDPOINT."
                )
            part.publish(target)
            return part.sha256

    def _complete(self, part: Part) -> None:
        failures = 0
        while not part.complete:
            before = part.size
            try:
                self._request(part)
            except Transient as fault:
                failures = 1 if part.size - before >= LEAST_PROGRESS else failures + 1
                self._report.retrying(str(fault))
                self._backoff.pause(failures, fault)

    def _request(self, part: Part) -> None:
        """Receive one response. Raises Transient when it ends early."""
        name = part.file.path
        try:
            with self._hub.open(self._listing, part.file, _ask(part)) as answer:
                judge(answer, name)
                self._check_version(answer, part.file)
                self._take_up(answer, part)
                for chunk in answer.iter_raw():
                    part.write(chunk)
                    self._report.received(len(chunk))
        except httpx2.RequestError as error:
            raise Transient(f"the connection broke off in {name}") from error
        if not part.complete:
            raise Transient(f"{name} ended early")

    def _check_version(self, answer: httpx2.Response, file: RemoteFile) -> None:
        """Refuse, before reading the body, a response whose headers name another commit, content or size."""
        first = (*answer.history, answer)[0].headers
        commit, linked = first.get("x-repo-commit", ""), first.get("x-linked-etag", "").strip('"')
        size = first.get("x-linked-size", "")
        changed = (
            (commit and commit != self._listing.commit)
            or (linked and file.checksum.kind == "sha256" and linked != file.checksum.digest)
            or (size and size != str(file.size))
        )
        if changed:
            raise DownloadFailed(f"The hub has another {file.path} now than it listed a moment ago; try again.")

    def _take_up(self, answer: httpx2.Response, part: Part) -> None:
        """Prepare the part for the response's body, which continues it or starts anew."""
        etag = answer.headers.get("etag", "")
        start, total = _extent(answer, part.file.size)
        if total != part.file.size or start not in (0, part.size):
            raise DownloadFailed(
                f"The hub offers {total:,} bytes of {part.file.path} where it listed {part.file.size:,}; "
                "it cannot be trusted now, so try again later."
            )
        if part.size and start == part.size:
            if _is_strong(etag) and _is_strong(part.etag) and etag != part.etag:
                self._drop(part, "")  # the server ignored If-Range
                raise Transient(f"{part.file.path} changed on the server")
        else:
            self._drop(part, etag)

    def _drop(self, part: Part, etag: str) -> None:
        self._allowance.spend(part)
        self._report.received(-part.size)
        part.begin(etag)


def _ask(part: Part) -> dict[str, str]:
    """Headers that ask for the missing bytes, on the condition that the file is unchanged."""
    headers = {"accept-encoding": "identity"}
    if part.size:
        headers["range"] = f"bytes={part.size}-"
        if _is_strong(part.etag):
            headers["if-range"] = part.etag
    return headers


def _is_strong(etag: str) -> bool:
    return etag.startswith('"')


def _extent(answer: httpx2.Response, expected: int) -> tuple[int, int]:
    """The response's first byte position and the total size; the expected size if it states none."""
    if answer.status_code == 206:
        match = _RANGE.fullmatch(answer.headers.get("content-range", ""))
        return (int(match[1]), int(match[3])) if match else (0, -1)
    length = answer.headers.get("content-length", "")
    return 0, int(length) if length.isdecimal() and len(length) <= 16 else expected
