"""What every refusal has in common, and small pictures that programs of this folder hand in."""

import io
import re
import struct
import zlib
from pathlib import Path
from subprocess import CompletedProcess

from PIL import Image

PROMPT = "a red circle moves right on a blue background"


def check_refusal(result: "CompletedProcess[str]", code: int, said: str, work: Path, before: set[Path]) -> None:
    """The right exit code and words, at most two sentences in one line, and nothing new in ``work``."""
    assert result.returncode == code, result.stderr
    assert said.lower() in result.stderr.lower()
    assert "Traceback" not in result.stderr
    assert len(result.stderr) < 500
    assert len(result.stderr.splitlines()) == 1
    assert len(re.split(r"[.!?]\s+(?=[A-Z])", result.stderr.strip())) <= 2
    assert result.stdout == ""
    assert set(work.rglob("*")) == before


def belongings(home: Path) -> set[Path]:
    """What lies in a state folder, besides files that were kept by their content and locks, which hold nothing."""
    return {
        path
        for path in home.rglob("*")
        if path.is_file() and "blobs" not in path.relative_to(home).parts and ".lock" not in path.name
    }


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def picture(size: tuple[int, int] = (64, 64), kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "red").save(data, kind)
    return data.getvalue()
