"""Identifies a file by its first bytes, never by its name or a declared type."""

import re
from pathlib import Path
from typing import Literal

from artifex.errors import BadReference
from artifex.media.untrusted import FileKind, file_kind

Kind = Literal["image", "video", "audio", "look"]
"""A ``look`` is a colour lookup table (.cube)."""

CUBE_TYPE = "application/x-cube"

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "audio/wav": ".wav",
    "audio/flac": ".flac",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "audio/x-matroska": ".mka",
    "application/x-safetensors": ".safetensors",
    CUBE_TYPE: ".cube",
}
"""The usual suffix for a file of each media type."""

_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_SOUNDS = {
    FileKind.WAV: "audio/wav",
    FileKind.FLAC: "audio/flac",
    FileKind.MP3: "audio/mpeg",
    FileKind.OGG: "audio/ogg",
}
_HEAD_BYTES = 4096
_LONGEST_BRAND_BOX = 1024
_CUBE = re.compile(rb"^\s*LUT_[13]D_SIZE\s", re.MULTILINE)
_MARKUP = re.compile(rb"<(?:!doctype|html|script|svg|body|head|iframe|img|\?xml)", re.IGNORECASE)


def identify(path: Path) -> tuple[Kind, str] | None:
    """The kind and media type that the first bytes state; None for a file that is not accepted.

    An mp4 or Matroska counts as a video here; whether it has moving pictures is known only once it is opened.
    Raises BadReference when there is no such readable file, it is empty, or it could also be read as a web page.
    """
    kind = file_kind(path)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    picture = picture_format(head)
    if picture is not None:
        return "image", _PICTURES[picture]
    if kind is None and b"\0" not in head and _CUBE.search(head):
        return "look", CUBE_TYPE
    if kind in (None, FileKind.PNG, FileKind.MPEG_TS):
        return None
    if kind in _SOUNDS:
        return "audio", _SOUNDS[kind]
    _refuse_disguise(path, head, kind)
    if kind is FileKind.MP4:
        return "video", "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    return "video", "video/webm" if b"webm" in head[:64] else "video/x-matroska"


def picture_format(head: bytes) -> str | None:
    """Pillow's name of the format of these first bytes; None if it is not an accepted picture format."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _refuse_disguise(path: Path, head: bytes, kind: FileKind) -> None:
    """Refuse a polyglot: a web page with a video's first bytes, which programs may take for one or the other."""
    is_endless = kind is FileKind.MP4 and head[4:8] == b"ftyp" and not 16 <= _length(head) <= _LONGEST_BRAND_BOX
    if is_endless or _MARKUP.search(head):
        raise BadReference(f"{path} looks like a video and like a web page at once; export it again.")


def _length(head: bytes) -> int:
    return int.from_bytes(head[:4], "big")
