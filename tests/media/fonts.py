"""Fonts for tests, made of Pillow's own (Aileron, which is in the public domain): its drawings under other letters."""

import struct
from pathlib import Path

from PIL import ImageFont

_FIRST_GLYPH = 20
"""From here on its glyphs have ink."""


def write_font(path: Path, letters: str) -> Path:
    """A font that has these letters and no others."""
    own = ImageFont.load_default(32)
    assert isinstance(own, ImageFont.FreeTypeFont)
    content = own.font_bytes
    count = struct.unpack_from(">H", content, 4)[0]
    tables: dict[bytes, bytes] = {}
    for index in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", content, 12 + 16 * index)
        tables[tag] = content[offset : offset + length]
    tables[b"cmap"] = _cmap(letters)
    for tag in (b"GSUB", b"GPOS", b"kern"):
        tables.pop(tag, None)
    head = content[:4] + struct.pack(">HHHH", len(tables), 0, 0, 0)
    at = len(head) + 16 * len(tables)
    directory, body = b"", b""
    for tag, table in sorted(tables.items()):
        directory += struct.pack(">4sLLL", tag, 0, at + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    path.write_bytes(head + directory + body)
    return path


def _cmap(letters: str) -> bytes:
    """Format 12: each letter is a group of its own."""
    points = sorted({ord(letter) for letter in letters})
    groups = b"".join(struct.pack(">LLL", point, point, _FIRST_GLYPH + i) for i, point in enumerate(points))
    table = struct.pack(">HHLLL", 12, 0, 16 + len(groups), 0, len(points)) + groups
    return struct.pack(">HHHHL", 0, 1, 3, 10, 12) + table
