"""A contact sheet of a clip: frames at equal distances, left to right and top to bottom."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.errors import BadReference
from artifex.files import publish

COLUMNS = 5
ROWS = 5
_WIDTH = 160
_QUALITY = 85


def write_spritesheet(frames: Iterable[NDArray[np.uint8]], frame_count: int, sheet: Path) -> None:
    """Write a JPEG of at most 25 of a clip's ``frames`` [H, W, 3], whole or not at all.

    Frames are read one by one, and kept 160 pixels wide. Raises BadReference where there are none, OutOfSpace,
    NotWritable.
    """
    count = min(COLUMNS * ROWS, frame_count)
    wanted = {index * (frame_count - 1) // max(1, count - 1) for index in range(count)}
    pictures = [_small(Image.fromarray(frame)) for index, frame in enumerate(frames) if index in wanted]
    if not pictures:
        raise BadReference("The clip holds no frames; give a whole clip.")
    width, height = pictures[0].size
    rows = -(-len(pictures) // COLUMNS)
    page = Image.new("RGB", (min(COLUMNS, len(pictures)) * width, rows * height))
    for index, picture in enumerate(pictures):
        page.paste(picture, (index % COLUMNS * width, index // COLUMNS * height))
    with publish(sheet) as temporary:
        page.save(temporary, "JPEG", quality=_QUALITY)


def _small(image: Image.Image) -> Image.Image:
    height = max(1, round(image.height * _WIDTH / image.width))
    return image.resize((_WIDTH, height), Image.Resampling.LANCZOS)
