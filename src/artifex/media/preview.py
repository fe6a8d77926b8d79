"""Small moving pictures of clips that are still being made."""

import io
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_QUALITY = 60
_LONGEST_SIDE = 480
"""Pixels; previews have one pixel for each cell of the latents, and larger ones are subsampled to this."""


def animated_webp(frames: NDArray[np.uint8], frame_rate: Fraction) -> bytes:
    """RGB ``frames`` [t, H, W, 3] as a WebP that loops; one frame is a still picture."""
    stride = -(-max(frames.shape[1:3]) // _LONGEST_SIDE)
    pictures = [Image.fromarray(np.ascontiguousarray(frame[::stride, ::stride])) for frame in frames]
    output = io.BytesIO()
    duration = max(20, round(1000 / frame_rate))  # milliseconds; browsers slow down what claims to be faster
    pictures[0].save(
        output,
        "WEBP",
        save_all=len(pictures) > 1,
        append_images=pictures[1:],
        duration=duration,
        loop=0,
        quality=_QUALITY,
        method=2,
    )
    return output.getvalue()
