"""Pulls (downloads) a model from its hub: verified and complete, or resumable by the next pull."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from artifex.catalog import digests
from artifex.catalog.digests import Digests
from artifex.catalog.shards import check_shards
from artifex.catalog.shelf import Installed, InstalledFile, Shelf, Source
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadInput, Offline, OutOfSpace, WeightsDamaged
from artifex.files import make_folder
from artifex.store.download import Downloader, DownloadReport
from artifex.store.hub import HubClient, Listing, RemoteFile
from artifex.store.retry import Backoff
from artifex.units import show_bytes

MARGIN = 2**28
"""Bytes of disk space to leave free."""


class PullReport(DownloadReport, Protocol):
    """A download report that also receives the size of the whole pull."""

    def begin(self, total: int, here: int) -> None:
        """The model has ``total`` bytes, of which ``here`` are on this machine already."""
        ...


@dataclass(frozen=True, slots=True)
class Pulled:
    """The model, and how it was obtained; ``offline``: the hub was unreachable, but all files were here."""

    model: Installed
    began: Literal["new", "complete", "offline"]
    fetched: tuple[str, ...]
    """Paths of the files downloaded now."""


@dataclass(frozen=True, slots=True)
class _Places:
    """The folders of a model's files and partial downloads, and its cached hashes."""

    files: Path
    parts: Path
    memory: Digests

    @classmethod
    def of(cls, shelf: Shelf, name: str) -> "_Places":
        files = shelf.files_folder(name)
        return cls(files, shelf.parts_folder(name), Digests(shelf.record_path(name).with_name(digests.NAME), files))

    def sha256(self, path: str) -> str | None:
        """The hash of a file; None if it is not here."""
        try:
            return self.memory.sha256(path)
        except OSError:
            return None


def pull(
    spec: ModelSpec, shelf: Shelf, hub: HubClient, backoff: Backoff, report: PullReport, update: bool = False
) -> Pulled:
    """Install or repair a model, or find that it is complete.

    A pulled model stays at its commit unless ``update`` asks for the hub's current one. Only missing or damaged files
    are fetched, and a killed pull is resumed by the next. Raises BadInput for a model that is not from a hub;
    Busy, DownloadFailed, OutOfSpace, NotWritable, WeightsDamaged.
    """
    if spec.hub is None:
        raise BadInput(f"{spec.name} is not from a hub, so there is nothing to pull.")
    with shelf.hold(spec.name):
        before = shelf.find(spec.name)
        if before is not None and before.source is None:
            raise BadInput(f"{spec.name} was added from {before.folder}; remove it first to pull it instead.")
        places = _Places.of(shelf, spec.name)
        revision = before.source.commit if before and before.source and not update else spec.hub.revision
        try:
            listing = hub.look_up(spec.hub.repository, revision, spec.hub.files)
        except Offline as offline:
            return _without_hub(spec, before, places, offline)
        missing = _missing(listing, places)
        _require_room(listing, missing, places)
        report.begin(listing.size, listing.size - sum(file.size - _part_size(file, places) for file in missing))
        _fetch(missing, Downloader(hub, listing, backoff, report), places)
        model = _record(spec, listing, places)
        if model != before:
            _remove_others(places.files, listing.files)
            check_shards(places.files)
            shelf.put(model)
        shutil.rmtree(places.parts, ignore_errors=True)
        return Pulled(model, "new" if missing or model != before else "complete", tuple(file.path for file in missing))


def _without_hub(spec: ModelSpec, before: Installed | None, places: _Places, offline: Offline) -> Pulled:
    if before is not None and all(places.sha256(file.path) == file.sha256 for file in before.files):
        return Pulled(before, "offline", ())
    state = "is not whole here" if before else "is not here yet"
    raise Offline(f"{spec.name} {state}, and {_lower(offline.message)}") from offline


def _lower(sentence: str) -> str:
    return sentence if sentence[:2].isupper() else sentence[0].lower() + sentence[1:]


def _missing(listing: Listing, places: _Places) -> tuple[RemoteFile, ...]:
    """The files that are missing here or differ from the hub's."""
    return tuple(file for file in listing.files if not _is_here(file, places))


def _is_here(file: RemoteFile, places: _Places) -> bool:
    if file.checksum.kind == "sha256":
        return places.sha256(file.path) == file.checksum.digest
    path = places.files / file.path  # git hashes are only used for small files, so they are not cached
    try:
        return path.stat().st_size == file.size and file.checksum.of(path) == file.checksum.digest
    except OSError:
        return False


def _part_size(file: RemoteFile, places: _Places) -> int:
    part = places.parts / file.checksum.digest
    return min(part.stat().st_size, file.size) if part.is_file() else 0


def _require_room(listing: Listing, missing: Iterable[RemoteFile], places: _Places) -> None:
    needed = sum(file.size - _part_size(file, places) for file in missing)
    free = shutil.disk_usage(make_folder(places.parts)).free
    if needed and needed + MARGIN > free:
        raise OutOfSpace(
            f"{listing.repository} needs {show_bytes(needed + MARGIN)} more and {show_bytes(free)} is free; "
            "make room, or move ARTIFEX_HOME to a larger disk."
        )


def _fetch(missing: Iterable[RemoteFile], downloader: Downloader, places: _Places) -> None:
    for file in missing:
        sha256 = downloader.fetch(file, places.parts, places.files / file.path)
        places.memory.note(file.path, sha256)


def _record(spec: ModelSpec, listing: Listing, places: _Places) -> Installed:
    """The record of the installed model. Raises WeightsDamaged if a file was removed meanwhile."""
    try:
        files = tuple(InstalledFile(file.path, file.size, places.memory.sha256(file.path)) for file in listing.files)
    except OSError as error:
        raise WeightsDamaged(f"A file of {spec.name} was changed by another program meanwhile; pull again.") from error
    return Installed(spec.name, spec.name, places.files, files, Source(listing.repository, listing.commit))


def _remove_others(folder: Path, files: Iterable[RemoteFile]) -> None:
    """Delete files of an earlier version, which must not be mistaken for this one's."""
    wanted = {folder / file.path for file in files}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path not in wanted:
            path.unlink()
