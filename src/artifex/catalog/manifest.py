"""The SHA-256 of each of a model's files, and checks that the files are unchanged."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from artifex.catalog import digests
from artifex.catalog.digests import Digests
from artifex.catalog.shelf import read_record
from artifex.catalog.spec import ModelSpec
from artifex.errors import CannotRun, NotInstalled, WeightsDamaged
from artifex.files import hash_file, write_atomically
from artifex.recipe import ModelLock

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is not as it was when the model was installed."""

    path: Path
    what: Literal["missing", "damaged"]


def lock(spec: ModelSpec) -> ModelLock:
    """The model's files and their hashes, checked against what was installed.

    The model in the package is hashed each time. An installed one may take sixty gigabytes, so a file with the size and
    modification time of its last hashing is trusted. Raises NotInstalled; WeightsDamaged naming the first file that is
    missing or altered.
    """
    folder, expected = require_folder(spec), expected_files(spec)
    sha256 = _digests(spec, folder).sha256 if spec.record else _hasher(folder)
    for fault in _faults(folder, expected, sha256):
        raise WeightsDamaged(f"The model file {fault.path} is {fault.what}; {remedy(spec)}")
    return ModelLock(spec.name, tuple(sorted(expected.items())))


def require(spec: ModelSpec, wanted: ModelLock) -> None:
    """Make sure the installed model is the one a recipe was made with. Raises CannotRun otherwise."""
    if lock(spec) != wanted:
        get = "install the version of Artifex" if spec.record is None else "give Artifex the files"
        raise CannotRun(
            f"This clip was made with other weights of {spec.name} than those installed here; "
            f"{get} it was made with, or start a new clip from its prompt."
        )


def require_folder(spec: ModelSpec) -> Path:
    """Where the model's files lie. Raises NotInstalled."""
    if spec.folder is None:
        raise NotInstalled(f"{spec.name} is not installed; run: artifex models pull {spec.name}")
    return spec.folder


def verify(spec: ModelSpec, on_file: Callable[[str], None] = lambda _: None) -> tuple[Fault, ...]:
    """Hash every byte of an installed model; returns missing and damaged files in order of path.

    ``on_file`` receives the path of each file before it is read. Raises NotInstalled; WeightsDamaged when the list of
    files cannot be read.
    """
    folder = require_folder(spec)
    measure = _digests(spec, folder).measure if spec.record else _hasher(folder)

    def told(name: str) -> str:
        on_file(name)
        return measure(name)

    return tuple(_faults(folder, expected_files(spec), told))


def expected_files(spec: ModelSpec) -> Mapping[str, str]:
    """The sha256 that each file should have, by path relative to the model's folder.

    Raises NotInstalled; WeightsDamaged when the list of files cannot be read.
    """
    path = spec.record or require_folder(spec) / NAME
    try:
        if spec.record is not None:
            return {file.path: file.sha256 for file in read_record(spec.record).files}
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise WeightsDamaged(f"The list of model files {path} cannot be read; {remedy(spec)}") from error


def remedy(spec: ModelSpec) -> str:
    """What to do about a damaged file, as the end of a sentence."""
    if spec.record is None:
        return f"reinstall Artifex to repair the model {spec.name}."
    if spec.hub is None:
        return f"put the file back, or run: artifex models remove {spec.name}"
    return f"to repair it, run: artifex models pull {spec.name}"


def write_manifest(folder: Path) -> None:
    """Write the manifest of a newly built model: the hashes of the files under ``folder``."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    found = {path.relative_to(folder).as_posix(): hash_file(path) for path in files}
    write_atomically(folder / NAME, (json.dumps(found, indent=1) + "\n").encode())


def _faults(folder: Path, expected: Mapping[str, str], sha256: Callable[[str], str]) -> Iterator[Fault]:
    for name, digest in sorted(expected.items()):
        path = folder / name
        try:
            if sha256(name) != digest:
                yield Fault(path, "damaged")
        except FileNotFoundError:
            yield Fault(path, "missing")
        except OSError:
            yield Fault(path, "damaged")


def _digests(spec: ModelSpec, folder: Path) -> Digests:
    return Digests((spec.record or folder / NAME).with_name(digests.NAME), folder)


def _hasher(folder: Path) -> Callable[[str], str]:
    return lambda name: hash_file(folder / name)
