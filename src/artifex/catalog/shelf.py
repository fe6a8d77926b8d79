"""Which models are installed, recorded in one folder: ``<name>/installed.json`` for each, and ``default``.

A pulled model's files are in ``<name>/files``; an added model stays where it was and is never written to.
"""

import json
import re
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from artifex.errors import BadInput
from artifex.files import told, write_atomically
from artifex.locks import hold

FORMAT = 1
RECORD = "installed.json"
DEFAULT = "default"

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?")
_LARGEST_RECORD = 2**24


@dataclass(frozen=True, slots=True)
class InstalledFile:
    """One file of a model: path relative to the model's folder, with slashes; size in bytes."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a pulled model came from."""

    repository: str
    commit: str


@dataclass(frozen=True, slots=True)
class Installed:
    """A model on this machine. The record of a pulled one has a relative folder, so that the whole can be moved."""

    name: str
    like: str
    """The catalog entry that says what it can do."""
    folder: Path
    files: tuple[InstalledFile, ...]
    source: Source | None = None
    """None for an added folder, whose files are not managed here."""

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


class Shelf:
    """The models in ``root``, a folder that need not exist yet."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def installed(self) -> Mapping[str, Installed]:
        """Every model whose record can be read, in order of name. An unreadable one counts as not installed."""
        names = sorted(path.parent.name for path in self.root.glob(f"*/{RECORD}"))
        found = {name: self.find(name) for name in names if _NAME.fullmatch(name)}
        return {name: model for name, model in found.items() if model is not None}

    def find(self, name: str) -> Installed | None:
        try:
            return read_record(self.record_path(name))
        except (OSError, ValueError):
            return None

    def record_path(self, name: str) -> Path:
        return self.root / name / RECORD

    def files_folder(self, name: str) -> Path:
        """Where a pulled model's files lie."""
        return self.root / name / "files"

    def parts_folder(self, name: str) -> Path:
        """Where files are kept while they are being pulled."""
        return self.root / name / "parts"

    def put(self, model: Installed) -> None:
        """Record a model; from then on it is installed. Raises OutOfSpace, NotWritable."""
        data = {"format": FORMAT, **asdict(model), "folder": "files" if model.source else str(model.folder)}
        write_atomically(self.record_path(model.name), (json.dumps(data, indent=1) + "\n").encode())

    def remove(self, name: str) -> None:
        """Remove a model and its pulled files; an added folder stays. Raises NotWritable.

        The record goes first, so that a half removed model counts as not installed.
        """
        try:
            self.record_path(name).unlink(missing_ok=True)
            if (self.root / name).is_dir():
                shutil.rmtree(self.root / name)
            if self.default == name:
                (self.root / DEFAULT).unlink(missing_ok=True)
        except OSError as error:
            raise told(error, self.root / name) from error

    def remove_unfinished(self, name: str) -> None:
        """Remove the files of an unfinished pull; an installed model stays. Raises NotWritable."""
        if self.find(name) is None:
            self.remove(name)
            return
        try:
            if self.parts_folder(name).is_dir():
                shutil.rmtree(self.parts_folder(name))
        except OSError as error:
            raise told(error, self.parts_folder(name)) from error

    @property
    def default(self) -> str | None:
        """The model chosen with ``artifex models use``; None without a choice."""
        with suppress(OSError, ValueError):
            name = (self.root / DEFAULT).read_text(encoding="utf-8").strip()
            return name if _NAME.fullmatch(name) else None
        return None

    def choose_default(self, name: str) -> None:
        """Raises OutOfSpace, NotWritable."""
        write_atomically(self.root / DEFAULT, f"{name}\n".encode())

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Keep other processes from changing this model until the block ends. Raises Busy, NotWritable, OutOfSpace."""
        busy = f"Another artifex process is busy with the files of {name}; wait for it or stop it."
        return hold(self.root / ".locks" / f"{name}.lock", busy)


def check_name(name: str) -> None:
    """Refuse a name that cannot be a model's folder. Raises BadInput."""
    if not _NAME.fullmatch(name) or name == DEFAULT:
        raise BadInput(
            f"{name[:80]!r} is no name for a model; use up to 64 letters, digits, '.', '_' and '-', a letter first."
        )


def read_record(path: Path) -> Installed:
    """Read the record of an installed model. Raises OSError or ValueError when it cannot be read or is invalid."""
    if path.stat().st_size > _LARGEST_RECORD:
        raise ValueError("the record is too large")
    try:
        data: dict[str, Any] = json.loads(path.read_bytes())
        if data["format"] != FORMAT or data["name"] != path.parent.name:
            raise ValueError("the record is of another format or model")
        source = Source(**data["source"]) if data["source"] is not None else None
        files = tuple(
            InstalledFile(str(file["path"]), int(file["size"]), str(file["sha256"])) for file in data["files"]
        )
        return Installed(str(data["name"]), str(data["like"]), path.parent / data["folder"], files, source)
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("the record is not what was written") from error
