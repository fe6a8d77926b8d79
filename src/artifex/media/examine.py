"""Examines an untrusted file: what it is, whether it is within the limits, and small pictures of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from PIL import Image

from artifex.errors import BadReference
from artifex.media.claimed import claimed_recipe, read_claimed
from artifex.media.identify import CUBE_TYPE, Kind, identify
from artifex.media.image import open_picture, untrusted_image
from artifex.media.limits import PICTURES
from artifex.media.looks.cube import read_cube
from artifex.media.sound_facts import look_at_sound
from artifex.media.thumbnails import jpeg, shrunk
from artifex.media.untrusted import SOUNDS as SOUND_FILES
from artifex.media.untrusted import open_media
from artifex.media.video_facts import look_at_video, moving_stream
from artifex.units import parse_fraction

_MEDIA_TYPES = frozenset(
    (
        *("image/jpeg", "image/png", "image/webp"),
        *("video/mp4", "video/quicktime", "video/webm", "video/x-matroska"),
        CUBE_TYPE,
        *("audio/wav", "audio/flac", "audio/mpeg", "audio/ogg", "audio/mp4", "audio/x-matroska"),
    )
)
_FACTS = frozenset(
    (
        *("width", "height", "frame_rate", "frame_count", "seconds", "codec"),
        *("sound", "sample_rate", "channels"),
        *("entries", "dimensions"),
    )
)
_TEXTS = ("frame_rate", "codec")
"""The facts that are text; all others are numbers."""
_SOUND_TYPES = {"video/x-matroska": "audio/x-matroska", "video/webm": "audio/x-matroska"}


@dataclass(frozen=True, slots=True)
class Examined:
    """``facts`` are plain data; the pictures are JPEG, encoded from pixels, so that they carry no metadata."""

    kind: Kind
    media_type: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    thumbnail: bytes | None = None
    """At most 320 pixels wide; None for sounds."""
    poster: bytes | None = None
    """The first frame that is not blank, in full size; of videos only."""
    recipe: dict[str, Any] | None = None
    """The recipe that a video claims to be made by."""


def examine(path: Path) -> Examined:
    """Examine a file. Raises BadReference, with the remedy, for one not accepted, over the limits, cut or damaged."""
    found = identify(path)
    if found is None:
        raise BadReference(
            f"{path} is no file that is taken here; give a PNG, JPEG or WebP picture, an mp4, mov, mkv or webm video, "
            "a wav, flac, mp3, ogg or m4a sound, or a .cube table of colours."
        )
    kind, media_type = found
    if kind == "image":
        return _examine_picture(path, media_type)
    if kind == "look":
        cube = read_cube(path)
        return Examined("look", media_type, {"entries": len(cube.table), "dimensions": cube.table.ndim - 1})
    with open_media(path, SOUND_FILES) as container:
        if kind == "video" and moving_stream(container) is not None:
            facts, frame = look_at_video(path, container)
            image = Image.fromarray(frame)
            recipe = claimed_recipe(container.metadata)
            return Examined("video", media_type, facts, jpeg(shrunk(image)), jpeg(image), recipe)
        facts = look_at_sound(path, container)
    return Examined("audio", _SOUND_TYPES.get(media_type, media_type.replace("video/mp4", "audio/mp4")), facts)


def read_examined(value: Any, pictures: list[bytes]) -> Examined:
    """A sandbox's answer, which is untrusted and so is checked. Raises ValueError, TypeError, KeyError,
    ZeroDivisionError."""
    kind, media_type, facts = value["kind"], value["media_type"], value["facts"]
    if kind not in get_args(Kind) or media_type not in _MEDIA_TYPES or len(pictures) > 2:
        raise ValueError("not a kind of file that is taken")
    typed = (isinstance(fact, str if name in _TEXTS else int | float) for name, fact in facts.items())
    if not set(facts) <= _FACTS or not all(typed) or parse_fraction(facts.get("frame_rate", "1")) <= 0:
        raise ValueError("not facts of a file")
    if not all(picture.startswith(b"\xff\xd8\xff") for picture in pictures):
        raise ValueError("not pictures")
    thumbnail, poster = (*pictures, None, None)[:2]
    recipe = value["recipe"] if kind == "video" else None
    return Examined(kind, media_type, facts, thumbnail, poster, None if recipe is None else read_claimed(recipe))


def _examine_picture(path: Path, media_type: str) -> Examined:
    with untrusted_image(path) as image:
        _check_size(path, image.size)
        if getattr(image, "n_frames", 1) > 1:
            raise BadReference(f"{path} is an animation; give a still picture, or a video.")
    pixels = open_picture(path)
    height, width = pixels.shape[:2]
    thumbnail = jpeg(shrunk(Image.fromarray(pixels)))
    return Examined("image", media_type, {"width": width, "height": height}, thumbnail)


def _check_size(path: Path, size: tuple[int, int]) -> None:
    if max(size) > PICTURES.most_side or size[0] * size[1] > PICTURES.most_pixels:
        raise BadReference(
            f"{path} is {size[0]}x{size[1]}; give a picture of at most {PICTURES.most_side} pixels a side "
            f"and {PICTURES.most_pixels // 10**6} million in all."
        )
