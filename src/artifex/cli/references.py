"""The files a clip is made from: checked before any weights load, and stored by their content."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from artifex.jobs.asking import Material
from artifex.recipe import Role
from artifex.units import PixelSize

if TYPE_CHECKING:
    from artifex.store.blobs import Blobs

_VOICE_RATE = 16_000
_MOST_BYTES = 8 * 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Names of files as typed, by their roles."""

    image: str | None = None
    last_image: str | None = None
    video: str | None = None
    audio: str | None = None
    pose: str | None = None

    def given(self) -> dict[Role, Path]:
        named: dict[Role, str | None] = {
            "image": self.image,
            "last_image": self.last_image,
            "video": self.video,
            "audio": self.audio,
            "pose": self.pose,
        }
        return {role: Path(name) for role, name in named.items() if name is not None}


def keep(files: Files, blobs: "Blobs") -> dict[Role, Material]:
    """Check and store every file. Raises BadReference, OutOfSpace, NotWritable."""
    return {role: _keep(role, path, blobs) for role, path in files.given().items()}


def _keep(role: Role, path: Path, blobs: "Blobs") -> Material:
    """Open the file before storing it, so that faults in it are reported now."""
    if role == "audio":
        from artifex.media.sound import open_sound

        seconds = open_sound(path, _VOICE_RATE, channels=1).seconds
        return Material(blobs.put_file(path, _MOST_BYTES), str(path), seconds=seconds)
    size = _size(path, is_video=role in ("video", "pose"))
    return Material(blobs.put_file(path, _MOST_BYTES), str(path), size)


def _size(path: Path, *, is_video: bool) -> PixelSize:
    if is_video:
        from artifex.media.probe import probe

        facts = probe(path)
        return PixelSize(facts.width, facts.height)
    from artifex.media.image import open_picture

    height, width = open_picture(path).shape[:2]
    return PixelSize(width, height)
