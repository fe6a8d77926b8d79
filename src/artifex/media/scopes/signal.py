"""Luma and colour difference of RGB pictures."""

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.uint8]

# ITU-R BT.709-6, items 3.2 and 3.3. In 256ths the weights of luma are off by less than 0.002.
_RED, _GREEN, _BLUE = 54, 183, 19
_CB_REACH = 1.8556
_CR_REACH = 1.5748
CENTRE = 128
"""The level of no colour."""
_MOST_LINES = 540


def luma(frame: Levels) -> Levels:
    """Full-range luma [H, W], rounded."""
    total = np.multiply(frame[..., 0], np.uint16(_RED), dtype=np.uint16)
    total += np.multiply(frame[..., 1], np.uint16(_GREEN), dtype=np.uint16)
    total += np.multiply(frame[..., 2], np.uint16(_BLUE), dtype=np.uint16)
    total += np.uint16(128)
    return (total >> 8).astype(np.uint8)


def chroma(frame: Levels) -> tuple[Levels, Levels]:
    """Cb and Cr [H, W], full range around 128, rounded."""
    red, blue = frame[..., 0].astype(np.float32), frame[..., 2].astype(np.float32)
    light = red * np.float32(0.2126) + blue * np.float32(0.0722) + frame[..., 1] * np.float32(0.7152)
    blueness = (blue - light) * np.float32(1 / _CB_REACH) + np.float32(CENTRE + 0.5)
    redness = (red - light) * np.float32(1 / _CR_REACH) + np.float32(CENTRE + 0.5)
    return np.minimum(blueness, 255).astype(np.uint8), np.minimum(redness, 255).astype(np.uint8)


def fewer_lines(frame: Levels) -> Levels:
    """Every second, third, ... line of frames with more than 540: as much to see, in less time."""
    return frame[:: -(-len(frame) // _MOST_LINES)]
