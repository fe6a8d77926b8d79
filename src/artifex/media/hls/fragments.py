"""Splits an mp4 of one fragment into its init file, which players need first, and the fragment (ISO/IEC 14496-12)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from artifex.files import write_atomically

MUXER_OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        # One fragment, with timestamps that continue an earlier one, and nothing that refers to the whole file.
        "movflags": "+frag_custom+empty_moov+default_base_moof+frag_discont+skip_sidx+skip_trailer",
        "use_editlist": "0",
        "avoid_negative_ts": "disabled",
        "fflags": "+bitexact",
    }
)


def split(file: Path, number: int, init: Path, segment: Path) -> None:
    """Write the parts of ``file`` to ``init``, unless it has this content already, and ``segment``.

    ``number`` counts the segments from 0. Raises OutOfSpace, NotWritable, and ValueError when ``file`` is no such mp4.
    """
    content = bytearray(file.read_bytes())
    start, header = _find(content, b"moof"), _find(content, b"moof", b"mfhd")
    content[header + 12 : header + 16] = (number + 1).to_bytes(4, "big")  # fragments count from 1
    head = bytes(content[:start])
    if not init.is_file() or init.read_bytes() != head:
        write_atomically(init, head)
    write_atomically(segment, bytes(content[start:]))


def _boxes(content: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each box from ``start`` up to ``end``."""
    at = start
    while at + 8 <= end:
        size = int.from_bytes(content[at : at + 4], "big")
        if size < 8:
            return
        yield bytes(content[at + 4 : at + 8]), at, at + size
        at += size


def moved(fragment: bytes, init: bytes, number: int, seconds: Fraction) -> bytes:
    """A segment that was written as a film's first, changed to segment ``number``, which starts at ``seconds``. Raises
    ValueError when it is no segment."""
    content = bytearray(fragment)
    header, decoded = _find(content, b"moof", b"mfhd"), _find(content, b"moof", b"traf", b"tfdt")
    content[header + 12 : header + 16] = (number + 1).to_bytes(4, "big")
    ticks = round(seconds * _ticks_per_second(init))
    wide = content[decoded + 8] == 1  # the box's version
    content[decoded + 12 : decoded + 12 + (8 if wide else 4)] = ticks.to_bytes(8 if wide else 4, "big")
    return bytes(content)


def _ticks_per_second(init: bytes) -> int:
    content = bytearray(init)
    at = _find(content, b"moov", b"trak", b"mdia", b"mdhd")
    at += 28 if content[at + 8] == 1 else 20
    return int.from_bytes(content[at : at + 4], "big")


def _find(content: bytearray, *path: bytes) -> int:
    """The offset of a box nested in others. Raises ValueError where there is none."""
    start, end = 0, len(content)
    for depth, name in enumerate(path):
        found = next((box for box in _boxes(content, start, end) if box[0] == name), None)
        if found is None:
            raise ValueError(f"there is no {b'/'.join(path).decode()}")
        _, at, end = found
        start = at + 8
        if depth == len(path) - 1:
            return at
    raise ValueError("no box was asked for")
