"""Imports untrusted files into the library: examined in a sandbox, checked for size, stored under generated names."""

import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from artifex.catalog.uploads import WeightsKind, uploaded_weights
from artifex.errors import BadInput, BadReference, TooLarge
from artifex.files import passing_file
from artifex.media.examine import Examined
from artifex.media.identify import identify
from artifex.media.sandbox import Sandbox
from artifex.store.assets import GRACE_SECONDS, AssetRow, Assets, NewAsset, Quota
from artifex.store.fetch import Fetcher
from artifex.units import show_bytes

_LONGEST_NAME = 200
_PIECE = 2**20
_BLANKS = re.compile(r"\s+")
WEIGHTS_TYPE = "application/x-safetensors"


@dataclass(frozen=True, slots=True)
class Sizes:
    """The largest accepted size of each kind of file, in bytes."""

    image: int
    video: int
    audio: int
    lora: int

    @property
    def most(self) -> int:
        return max(self.image, self.video, self.audio, self.lora)

    def of(self, kind: str) -> int:
        return {"image": self.image, "look": self.image, "video": self.video, "audio": self.audio}.get(kind, self.lora)


@dataclass(frozen=True, slots=True)
class Importer:
    """All ways to import a file, with the same checks. ``folder`` holds files while they are checked.

    All methods raise BadReference, BadInput or BadWeights for files that are not accepted, TooLarge over a limit or the
    quota, OutOfSpace, NotWritable, StorageFailed, DatabaseUnreachable; then nothing of the file is left.
    """

    assets: Assets
    folder: Path
    sizes: Sizes
    quota: Quota
    fetcher: Fetcher = field(default_factory=Fetcher)
    sandbox: Sandbox = field(default_factory=Sandbox)

    def take(self, source: IO[bytes], owner: str, name: str) -> AssetRow:
        """Import the bytes of ``source``."""
        with self._waiting() as path:
            _copy(source, path, self.sizes.most)
            return self._keep(path, owner, name)

    def take_url(self, url: str, owner: str) -> AssetRow:
        """Import from a URL of the public internet."""
        with self._waiting() as path:
            self.fetcher.fetch(url, path, self.sizes.most)
            return self._keep(path, owner, url.partition("?")[0])

    def take_path(self, name: str, folders: Sequence[Path], owner: str) -> AssetRow:
        """Import a file of the server itself that lies in one of ``folders`` after resolving links."""
        with self._waiting() as path, _opened_within(name, folders) as source:
            _copy(source, path, self.sizes.most)
            return self._keep(path, owner, name)

    def _keep(self, path: Path, owner: str, name: str) -> AssetRow:
        found = self._looked_at(path)
        self.assets.require_room(owner, path.stat().st_size, self.quota)
        content = self.assets.store_file(path)
        shown = display_name(name)
        if isinstance(found, str):
            weights = NewAsset(owner=owner, content=content, kind=found, media_type=WEIGHTS_TYPE, name=shown)
            return self.assets.add(weights, self.quota)
        media = NewAsset(
            owner=owner,
            content=content,
            kind=found.kind,
            media_type=found.media_type,
            name=shown,
            facts=found.facts,
            thumbnail=self._picture(found.thumbnail),
            poster=self._picture(found.poster),
            claimed_recipe=found.recipe,
        )
        return self.assets.add(media, self.quota)

    def _looked_at(self, path: Path) -> Examined | WeightsKind:
        try:
            promised = identify(path)
        except BadReference as error:
            raise BadReference(error.message.replace(str(path), "The file")) from error
        if promised is None and _may_be_weights(path):
            _require_size(path, self.sizes.lora, "LoRA")
            return uploaded_weights(path, "The file")
        if promised is not None:
            _require_size(path, self.sizes.of(promised[0]), promised[0])
        found = self.sandbox.examine(path)
        _require_size(path, self.sizes.of(found.kind), found.kind)
        return found

    def _picture(self, content: bytes | None) -> str | None:
        return None if content is None else self.assets.store(content).sha256

    def _waiting(self) -> AbstractContextManager[Path]:
        return passing_file(self.folder, "upload", GRACE_SECONDS)


def display_name(name: str) -> str:
    """A file's name for display, never used as a path: the last part, on one line without control characters."""
    return one_line(re.split(r"[/\\]", name)[-1])


def one_line(name: str) -> str:
    """Normalise a name for storage: NFC, no control characters, whitespace collapsed, at most 200 characters."""
    normal = unicodedata.normalize("NFC", name)
    shown = "".join(character for character in normal if unicodedata.category(character)[0] != "C")
    return _BLANKS.sub(" ", shown).strip()[:_LONGEST_NAME]


def _copy(source: IO[bytes], to: Path, most_bytes: int) -> None:
    received = 0
    with to.open("wb") as file:
        while piece := source.read(_PIECE):
            received += len(piece)
            if received > most_bytes:
                raise _too_large("file", most_bytes)
            file.write(piece)


@contextmanager
def _opened_within(name: str, folders: Sequence[Path]) -> Iterator[IO[bytes]]:
    """The same error for files that are missing and files outside the folders, so that it reveals nothing."""
    refused = BadInput("There is no such file in the folders that this server imports from.")
    try:
        path = Path(name).resolve(strict=True)
        if not path.is_file() or not any(path.is_relative_to(folder.resolve()) for folder in folders):
            raise refused
        # O_NOFOLLOW and O_NONBLOCK in case a link or pipe has replaced the file since.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        file = os.fdopen(handle, "rb")
    except (OSError, ValueError, RuntimeError) as error:
        raise refused from error
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise refused
        yield file


def _may_be_weights(path: Path) -> bool:
    """Safetensors begin with 8 bytes of length and a JSON object. Pickles and zips count too, for a better error."""
    with path.open("rb") as file:
        head = file.read(9)
    return head[8:] == b"{" or head[:2] in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def _require_size(path: Path, most_bytes: int, what: str) -> None:
    if path.stat().st_size > most_bytes:
        raise _too_large(what, most_bytes)


def _too_large(what: str, most_bytes: int) -> TooLarge:
    return TooLarge(f"The {what} is larger than the {show_bytes(most_bytes)} that are taken; give a smaller one.")
