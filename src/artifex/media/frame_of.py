"""One picture of a file, whether it is a still or a video."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.media.identify import picture_format
from artifex.media.image import open_picture
from artifex.media.reading.frame_reader import FrameReader
from artifex.media.untrusted import file_kind

_HEAD_BYTES = 16


def frame_of(path: Path, number: int) -> NDArray[np.uint8]:
    """RGB [H, W, 3], upright: frame ``number`` of a video, or a still picture, which is frame 0.

    Raises BadReference for a number that does not exist, and for a file that is neither, cut or damaged.
    """
    file_kind(path)
    with path.open("rb") as file:
        is_still = picture_format(file.read(_HEAD_BYTES)) is not None
    if is_still:
        if number:
            raise BadReference(f"{path} is one picture, and has no frame {number}.")
        return open_picture(path)
    with FrameReader(path) as reader:
        return np.ascontiguousarray(reader.frame(number)[..., :3], np.uint8)
