"""An mp4 of one fragment, taken apart: what players need first, and the fragment itself (ISO/IEC 14496-12)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from artifex.files import write_atomically

MUXER_OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        # One fragment, with times that go on from an earlier one, and nothing that refers to the whole file.
        "movflags": "+frag_custom+empty_moov+default_base_moof+frag_discont+skip_sidx+skip_trailer",
        "use_editlist": "0",
        "avoid_negative_ts": "disabled",
        "fflags": "+bitexact",
    }
)


def split(file: Path, number: int, init: Path, segment: Path) -> None:
    """Write the parts of ``file`` to ``init``, where it is not there with this content already, and ``segment``.

    ``number`` counts the segments from 0. Raises OutOfSpace, NotWritable, and ValueError when ``file`` is none.
    """
    content = bytearray(file.read_bytes())
    start = next((at for name, at in _boxes(content) if name == b"moof"), None)
    if start is None or bytes(content[start + 12 : start + 16]) != b"mfhd":
        raise ValueError(f"{file.name} holds no fragment")
    content[start + 20 : start + 24] = (number + 1).to_bytes(4, "big")  # fragments count from 1
    head = bytes(content[:start])
    if not init.is_file() or init.read_bytes() != head:
        write_atomically(init, head)
    write_atomically(segment, bytes(content[start:]))


def _boxes(content: bytearray) -> Iterator[tuple[bytes, int]]:
    at = 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        if size < 8:
            return
        yield bytes(content[at + 4 : at + 8]), at
        at += size
