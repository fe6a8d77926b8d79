"""Colours in CIE 1976 L*a*b*."""

import numpy as np
from numpy.typing import NDArray

Lab = tuple[float, float, float]

# IEC 61966-2-1 (sRGB), with white D65 at (1, 1, 1) after the division.
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_TO_RELATIVE_XYZ = (_TO_XYZ / _TO_XYZ.sum(axis=1, keepdims=True)).astype(np.float32)
_THRESHOLD = (6 / 29) ** 3  # CIE 15:2004, section 8.2.1


def _light_of_levels() -> NDArray[np.float32]:
    signal = np.arange(256) / 255
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LIGHT = _light_of_levels()


def lab(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """An sRGB picture [..., 3] as L* (0 to 100), a* and b* [..., 3], white D65."""
    relative = _LIGHT[picture] @ _TO_RELATIVE_XYZ.T
    linear_part = relative * np.float32(841 / 108) + np.float32(4 / 29)
    root = np.where(relative > _THRESHOLD, np.cbrt(relative), linear_part)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
