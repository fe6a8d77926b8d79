"""How Wan2.2 TI2V fits a picture to the clip it starts."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.units import PixelSize


def best_size(picture: PixelSize, area: int, grid: int) -> PixelSize:
    """The size on the grid, within `area` pixels, whose shape is nearest to the picture's.

    Width and height are each tried first, the other then filling the area; ties go to height first.

    Args:
        picture: size of the picture.
        area: most pixels the clip may have.
        grid: width and height are multiples of this.
    """
    ratio = picture.width / picture.height
    ideal_width = math.sqrt(area * ratio)
    width = int(ideal_width // grid * grid)
    width_first = PixelSize(width, int(area / width // grid * grid))
    height = int(area / ideal_width // grid * grid)
    height_first = PixelSize(int(area / height // grid * grid), height)
    return width_first if _stretch(width_first, ratio) < _stretch(height_first, ratio) else height_first


def fit_picture(picture: NDArray[np.uint8], size: PixelSize) -> NDArray[np.float32]:
    """Scale with Lanczos until the size is covered, crop the centre.

    Args:
        picture: RGB [height, width, 3].
        size: wanted.

    Returns:
        [3, size.height, size.width] in [-1, 1].
    """
    image = Image.fromarray(picture)
    scale = max(size.width / image.width, size.height / image.height)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    left, top = (image.width - size.width) // 2, (image.height - size.height) // 2
    image = image.crop((left, top, left + size.width, top + size.height))
    # The authors' order of operations, so that values agree to the last bit.
    return ((np.asarray(image, dtype=np.float32) / np.float32(255) - np.float32(0.5)) / np.float32(0.5)).transpose(
        2, 0, 1
    )


def _stretch(size: PixelSize, ratio: float) -> float:
    """How far a size's shape is from a ratio of width to height; 1 is equal."""
    own = size.width / size.height
    return max(ratio / own, own / ratio)
