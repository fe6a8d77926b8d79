"""Filmstrips: frames of a clip side by side in one picture, for its bar on a timeline."""

import io
from collections.abc import Iterable

import numpy as np
from PIL import Image

from artifex.media.reading.pictures import Picture

_QUALITY = 80
_WIDEST = 480


def middles(count: int, frame_count: int) -> tuple[int, ...]:
    """The middle frames of ``count`` equal stretches of a clip; no more than it has, and at least one."""
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
