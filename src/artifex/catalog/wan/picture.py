"""Fits pictures to the size of the clips they start, as each kind of checkpoint was trained."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from artifex.units import PixelSize

_TIMES_AS_LONG = 16
"""As what is seen of a picture: so much of it is kept before it is scaled, whose resampling looks a little further."""


def cover(picture: NDArray[np.uint8], size: PixelSize) -> NDArray[np.float32]:
    """TI2V: scale with Lanczos until the size is covered, crop the centre.

    Args:
        picture: RGB [height, width, 3].
        size: of the result.

    Returns:
        [3, size.height, size.width] in [-1, 1].
    """
    image = Image.fromarray(shortened(picture, size))
    scale = max(size.width / image.width, size.height / image.height)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    left, top = (image.width - size.width) // 2, (image.height - size.height) // 2
    image = image.crop((left, top, left + size.width, top + size.height))
    return to_signed(np.asarray(image))


def stretch(picture: NDArray[np.uint8], size: PixelSize, grid: int) -> Tensor:
    """I2V: resize straight to the size, bicubic without antialiasing or clamping.

    The size normally has the picture's own shape, cut to the grid, so the picture is stretched a little. For any other
    shape, the picture is cropped to it first.

    Args:
        picture: RGB [height, width, 3].
        size: of the result.
        grid: pixels that each side may differ from the picture's shape before it is cropped.

    Returns:
        [3, size.height, size.width], about [-1, 1].
    """
    if not _has_shape(picture, size, grid):
        picture = _crop(picture, size)
    image = torch.from_numpy(to_signed(picture))[None]
    return F.interpolate(image, size=(size.height, size.width), mode="bicubic")[0]


def shortened(pictures: NDArray[np.uint8], size: PixelSize) -> NDArray[np.uint8]:
    """Pictures without ends that are cropped anyway, where they are far longer than the clip.

    A line of pixels that is scaled until it covers a frame would take gigabytes.

    Args:
        pictures: RGB [..., height, width, 3].
        size: of the clip.
    """
    height, width = pictures.shape[-3:-1]
    most = math.ceil(_TIMES_AS_LONG * min(height, width) * max(size.width, size.height) / min(size.width, size.height))
    above, beside = (max(0, side - most) // 2 for side in (height, width))
    return pictures[..., above : height - above, beside : width - beside, :]


def to_signed(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """RGB [height, width, 3] -> [3, height, width] in [-1, 1]."""
    # The authors' order of operations, so that values agree to the last bit.
    signed = (picture.astype(np.float32) / np.float32(255) - np.float32(0.5)) / np.float32(0.5)
    return np.ascontiguousarray(signed.transpose(2, 0, 1))


def _has_shape(picture: NDArray[np.uint8], size: PixelSize, grid: int) -> bool:
    """Whether each side is less than ``grid`` off the side that the picture's shape has at that area."""
    aspect = picture.shape[0] / picture.shape[1]
    height, width = math.sqrt(size.area * aspect), math.sqrt(size.area / aspect)
    return abs(height - size.height) < grid and abs(width - size.width) < grid


def _crop(picture: NDArray[np.uint8], size: PixelSize) -> NDArray[np.uint8]:
    """The largest centred part with the shape of `size`."""
    height, width = picture.shape[:2]
    scale = min(width / size.width, height / size.height)
    wide, high = max(1, round(size.width * scale)), max(1, round(size.height * scale))
    left, top = (width - wide) // 2, (height - high) // 2
    return picture[top : top + high, left : left + wide]
