"""Single frames of clips, kept as pictures."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def png(frame: NDArray[np.uint8]) -> bytes:
    """A frame RGB [H, W, 3] as PNG, lossless, so that another clip can begin with exactly it."""
    file = io.BytesIO()
    Image.fromarray(frame).save(file, "PNG")
    return file.getvalue()
