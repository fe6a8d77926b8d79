"""The files a clip is made from: looked at before any weights load, and kept by their content."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from artifex.errors import BadReference
from artifex.recipe import Recipe, Reference, Role
from artifex.units import PixelSize

if TYPE_CHECKING:
    from artifex.catalog.compose import Material
    from artifex.store.blobs import Blobs

_VOICE_RATE = 16_000
_MOST_BYTES = 8 * 2**30
_ODDEST_POSE = 1.25
"""How far the shape of a pose video may be from the clip's: a quarter wider or higher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Names of files as typed, by what they are for."""

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


def keep(files: Files, base: Recipe | None, blobs: "Blobs") -> "tuple[tuple[Reference, ...], Material]":
    """The references a clip has: those typed, over those of the recipe it starts from.

    Returns them with what they say about the clip's shape and length. Raises BadReference, OutOfSpace, NotWritable.
    """
    from artifex.catalog.compose import Material

    given = files.given()
    kept = {reference.role: reference for reference in (base.references if base else ())}
    if {"image", "video"} & given.keys():
        kept = {role: reference for role, reference in kept.items() if role not in ("image", "video")}
    shown = given.get("image", given.get("video"))
    material = Material(
        picture=None if shown is None else _size(shown, is_video="image" not in given),
        sound_seconds=None,
    )
    for role, path in given.items():
        seconds = _look_at(role, path)
        if role == "audio":
            material = Material(material.picture, seconds)
        kept[role] = Reference(role, blobs.put_file(path, _MOST_BYTES))
    return tuple(kept[role] for role in sorted(kept)), material


def check_pose(files: Files, size: PixelSize) -> None:
    """Refuse a pose video of quite another shape than the clip. Raises BadReference."""
    if files.pose is None:
        return
    pose = _size(Path(files.pose), is_video=True)
    ratio = (pose.width / pose.height) / (size.width / size.height)
    if max(ratio, 1 / ratio) > _ODDEST_POSE:
        raise BadReference(
            f"{files.pose} is {pose} and the clip {size}: people would be cut off; "
            "crop one to the other's shape, or give the clip another --size."
        )


def _size(path: Path, *, is_video: bool) -> PixelSize:
    if is_video:
        from artifex.media.probe import probe

        facts = probe(path)
        return PixelSize(facts.width, facts.height)
    from artifex.media.image import open_picture

    height, width = open_picture(path).shape[:2]
    return PixelSize(width, height)


def _look_at(role: Role, path: Path) -> Fraction | None:
    """Read the file once, so that what is wrong with it is said now; the length of a sound in seconds."""
    match role:
        case "image":
            return None  # its size was read from its pixels
        case "last_image":
            _size(path, is_video=False)
        case "video" | "pose":
            _size(path, is_video=True)
        case "audio":
            from artifex.media.sound import open_sound

            return open_sound(path, _VOICE_RATE, channels=1).seconds
    return None
