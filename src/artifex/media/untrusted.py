"""The one way to open an untrusted media file.

FFmpeg picks a demuxer by guessing, and some demuxers (playlists, concat scripts, image patterns) open
other files or the network. So the demuxer is pinned by the file's first bytes to one of a few that read
nothing but the file itself, only the ``file:`` protocol is allowed, and sizes are capped before decoding.
"""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from artifex.errors import BadReference
from artifex.media.pyav import has_decoder

MAX_PIXELS = 40_000_000
"""The largest picture that is decoded; 8K is 33 million."""

_SUFFIXES = {
    "video": "an mp4, mov, mkv or webm video",
    "sound": "a wav, flac, mp3, ogg or m4a sound, or a video with one",
}
_TIMEOUT_SECONDS = 10
_MAX_STREAMS = 64
_PROBE_BYTES = 2**23
_TS_PACKET = 188
_HEAD_BYTES = 4 * _TS_PACKET + 1


class FileKind(Enum):
    """What a file's first bytes say it is; the value is FFmpeg's name of the demuxer."""

    MP4 = "mov"
    MATROSKA = "matroska"
    PNG = "png_pipe"
    WAV = "wav"
    FLAC = "flac"
    MP3 = "mp3"
    OGG = "ogg"
    MPEG_TS = "mpegts"


VIDEOS = (FileKind.MP4, FileKind.MATROSKA)
FOOTAGE = (*VIDEOS, FileKind.MPEG_TS)
"""What can be edited: also transport streams, as broadcasters and cameras record them."""
SOUNDS = (*VIDEOS, FileKind.WAV, FileKind.FLAC, FileKind.MP3, FileKind.OGG)
"""What may hold a sound, videos included."""


def require_file(path: Path, max_bytes: int | None = None) -> None:
    """Raise BadReference unless ``path`` is a regular, readable file that is not empty nor over ``max_bytes``.

    Devices and pipes are refused before they are opened, since opening one can wait for ever.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise BadReference(f"{path} cannot be opened ({reason.lower()}); check the name.") from error
    if stat.S_ISDIR(status.st_mode):
        raise BadReference(f"{path} is a folder; give a file.")
    if not stat.S_ISREG(status.st_mode):
        raise BadReference(f"{path} is not a regular file; copy its content to one first.")
    if status.st_size == 0:
        raise BadReference(f"{path} is empty; give another file.")
    if max_bytes is not None and status.st_size > max_bytes:
        raise BadReference(f"{path} is larger than {max_bytes // 2**20} MiB; give a smaller file.")


def file_kind(path: Path) -> FileKind | None:
    """What ``path`` holds by its first bytes, never by its suffix; None for an unknown kind.

    Raises BadReference when there is no such readable file.
    """
    require_file(path)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise BadReference(
            f"{path} cannot be read ({(error.strerror or 'error').lower()}); check its rights."
        ) from error
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):  # ISO/IEC 14496-12, 4.2
        return FileKind.MP4
    if head.startswith(b"\x1a\x45\xdf\xa3"):  # RFC 8794, 11.2.1
        return FileKind.MATROSKA
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if len(head) == _HEAD_BYTES and set(head[::_TS_PACKET]) == {0x47}:  # ISO/IEC 13818-1, 2.4.3.2
        return FileKind.MPEG_TS
    return _sound_kind(head)


def _sound_kind(head: bytes) -> FileKind | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return FileKind.WAV
    if head[:4] == b"fLaC":
        return FileKind.FLAC
    if head[:4] == b"OggS":
        return FileKind.OGG
    is_mpeg_frame = head[0] == 0xFF and head[1:2] >= b"\xe0"
    return FileKind.MP3 if head[:3] == b"ID3" or is_mpeg_frame else None


@contextmanager
def open_media(path: Path, kinds: tuple[FileKind, ...] = VIDEOS) -> Iterator[InputContainer]:
    """Open a video (mp4, mov, mkv or webm), with ``FOOTAGE`` also a transport stream, or with ``SOUNDS`` a sound file.

    Raises BadReference when it is something else, cut, damaged or over the limits, both here and for
    what FFmpeg finds while the block reads on.
    """
    kind = file_kind(path)
    wanted = "sound" if FileKind.WAV in kinds else "video"
    if kind not in kinds:
        raise BadReference(f"{path} is not {_SUFFIXES[wanted]}; convert it to one of them first.")
    try:
        with av.open(
            file_url(path),
            "r",
            format=kind.value,
            options={
                "protocol_whitelist": "file",
                "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,wav,flac,mp3,ogg,mpegts",
                "max_pixels": str(MAX_PIXELS),
                "max_streams": str(_MAX_STREAMS),
                "probesize": str(_PROBE_BYTES),
            },
            metadata_errors="replace",
            timeout=(_TIMEOUT_SECONDS, _TIMEOUT_SECONDS),
        ) as container:
            yield container
    except FFmpegError as error:
        reason = (error.strerror or "error").lower()
        found = "video" if kind in FOOTAGE else "sound"
        raise BadReference(f"{path} cannot be read as a {found} ({reason}); it is cut or damaged.") from error


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The first video stream that can be decoded, with its picture size limited; a cover picture does not count.

    Raises BadReference when there is none.
    """
    for stream in container.streams.video:
        if stream.disposition & Disposition.attached_pic or not has_decoder(stream):
            continue
        # The limit given to open() guards the probe only; the decoder needs its own.
        stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        return stream
    raise BadReference(f"{path} holds no moving picture that can be decoded; give a video.")


def sequence_files(folder: Path) -> list[Path]:
    """The pictures of a sequence in playing order. Raises BadReference when ``folder`` holds none."""
    files = sorted(folder.glob("frame_*.png"))
    if not files:
        raise BadReference(f"{folder} holds no frame_*.png pictures; give a clip or a folder of frames.")
    return files


def file_url(path: Path) -> str:
    """``path`` as FFmpeg must be given it: absolute, so that no name is taken for a protocol or a pattern."""
    return f"file:{path.absolute()}"
