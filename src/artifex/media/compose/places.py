"""Where a picture lies on the canvas, and what of it is seen there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

OPAQUE = 255


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """An RGB picture with its top left corner in pixels of the canvas; ``alpha`` (L) is None where all is opaque."""

    picture: Image.Image
    alpha: Image.Image | None
    left: int
    top: int

    def part_of(self, canvas: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The view of ``canvas`` that lies under it."""
        return canvas[self.top : self.top + self.picture.height, self.left : self.left + self.picture.width]


@dataclass(frozen=True, slots=True)
class Area:
    """Where a picture lies before it is rotated, in pixels of the canvas, which may be fractional."""

    left: float
    top: float
    width: float
    height: float


def split(picture: Image.Image, left: int, top: int) -> Placed:
    if picture.mode == "RGB":
        return Placed(picture, None, left, top)
    return Placed(picture.convert("RGB"), picture.getchannel("A"), left, top)


def framed(frame: NDArray[np.uint8], margin: int) -> NDArray[np.uint8]:
    """The frame as RGBA, with ``margin`` transparent pixels on each side."""
    rgba = np.zeros((frame.shape[0] + 2 * margin, frame.shape[1] + 2 * margin, 4), np.uint8)
    inner = rgba[margin:-margin, margin:-margin]
    inner[..., 3] = OPAQUE
    inner[..., : frame.shape[2]] = frame
    return rgba
