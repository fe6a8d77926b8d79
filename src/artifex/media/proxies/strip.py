"""Frames of a clip side by side in one picture, for the bar that stands for it on a timeline."""

import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from artifex.files import publish
from artifex.media.reading.frame_reader import FrameReader
from artifex.media.reading.pictures import Picture
from artifex.units import PixelSize

_COLUMNS = 16
_QUALITY = 80
_WIDEST = 480


@dataclass(frozen=True, slots=True)
class Strip:
    """As the JSON beside the picture has it: tiles of ``width`` x ``height``, row by row; tile i is ``frames[i]``."""

    width: int
    height: int
    columns: int
    frames: tuple[int, ...]


def write_strip(reader: FrameReader, count: int, picture: Path, facts: Path, height: int = 90) -> Strip:
    """Write ``count`` frames at equal distances as JPEG, and what is where as JSON, each whole or not at all.

    A frame is taken from the middle of the stretch it stands for; there are no more than the clip has. Pixels that are
    not square are widened. Raises BadReference as the reader does, OutOfSpace, NotWritable.
    """
    numbers = middles(count, reader.frame_count)
    size = _tile(reader, height)
    columns = min(_COLUMNS, len(numbers))
    page = np.zeros((-(-len(numbers) // columns) * size.height, columns * size.width, 3), np.uint8)
    for index, number in enumerate(numbers):
        top, left = index // columns * size.height, index % columns * size.width
        page[top : top + size.height, left : left + size.width] = reader.frame(number, size)[..., :3]
    strip = Strip(size.width, size.height, columns, numbers)
    file = io.BytesIO()
    Image.fromarray(page).save(file, "JPEG", quality=_QUALITY)
    for path, content in ((picture, file.getvalue()), (facts, json.dumps(asdict(strip)).encode())):
        with publish(path) as temporary:
            temporary.write_bytes(content)
    return strip


def middles(count: int, frame_count: int) -> tuple[int, ...]:
    """The frames in the middle of as many equal stretches of a clip; no more than it has, and at least one."""
    count = max(1, min(count, frame_count))
    return tuple((2 * index + 1) * frame_count // (2 * count) for index in range(count))


def in_a_row(frames: Iterable[Picture], height: int) -> bytes:
    """Frames [h, w, 3 or 4] side by side as JPEG, each as wide as the first. Raises what ``frames`` raise."""
    tiles = [Image.fromarray(np.ascontiguousarray(frame[..., :3])) for frame in frames]
    width = min(_WIDEST, max(2, round(height * tiles[0].width / tiles[0].height)))
    page = Image.new("RGB", (width * len(tiles), height))
    for index, tile in enumerate(tiles):
        page.paste(tile.resize((width, height), Image.Resampling.BOX), (index * width, 0))
    file = io.BytesIO()
    page.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _tile(reader: FrameReader, height: int) -> PixelSize:
    facts = reader.facts
    width = round(height * facts.size.width * facts.pixel_aspect / facts.size.height)
    return PixelSize(width=min(_WIDEST, max(2, width)), height=height)
