"""Fits the picture and the pose of a speech-driven clip to its size, as the authors do."""

from fractions import Fraction

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from artifex.catalog.wan.picture import shortened
from artifex.units import PixelSize

_BLACK = -1.0
_GREY = 0.0


def fit_picture(picture: NDArray[np.uint8], size: PixelSize) -> Tensor:
    """Scale the shorter side to the clip's shorter one, bilinear, then crop the centre or pad with black.

    Args:
        picture: RGB [height, width, 3].
        size: of the result.

    Returns:
        [1, 3, 1, size.height, size.width] in [-1, 1].
    """
    image = Image.fromarray(shortened(picture, size))
    fitted = _scaled(PixelSize(image.width, image.height), size)
    image = image.resize((fitted.width, fitted.height), Image.Resampling.BILINEAR)
    pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None, :, None].float()
    return _centred(pixels / 255 * 2 - 1, size, _BLACK)


def fit_pose(frames: NDArray[np.uint8], size: PixelSize) -> Tensor:
    """The same for each frame of a pose, padded with grey.

    Args:
        frames: RGB [frames, height, width, 3], at least one.
        size: of the result.

    Returns:
        [1, 3, frames, size.height, size.width] in [-1, 1].
    """
    frames = shortened(frames, size)
    fitted = _scaled(PixelSize(frames.shape[2], frames.shape[1]), size)

    def fit(frame: NDArray[np.uint8]) -> Tensor:
        pixels = torch.from_numpy(frame).permute(2, 0, 1)[None] / 255.0 * 2 - 1.0
        sides = (fitted.height, fitted.width)
        return F.interpolate(pixels, size=sides, mode="bilinear", align_corners=False, antialias=True)

    # One at a time: the source may be far larger than the clip.
    return _centred(torch.stack([fit(frame) for frame in frames], dim=2), size, _GREY)


def pose_indices(frame_count: int, frame_rate: Fraction, source_count: int, source_rate: Fraction) -> list[int]:
    """The pose frame of each frame of a clip, by time; shorter than `frame_count` where the pose ends first."""
    wanted = (Fraction(frame) / frame_rate for frame in range(frame_count))
    shown = (time * source_rate for time in wanted if time * source_rate < source_count)
    return [min(round(place), source_count - 1) for place in shown]


def _scaled(source: PixelSize, size: PixelSize) -> PixelSize:
    """The source's size scaled to the clip's shorter side, the longer side cut to whole pixels."""
    short = min(size.width, size.height)
    if source.width <= source.height:
        return PixelSize(short, int(short * source.height / source.width))
    return PixelSize(int(short * source.width / source.height), short)


def _centred(video: Tensor, size: PixelSize, missing: float) -> Tensor:
    """[..., height, width] -> [..., size.height, size.width]: padded evenly with `missing`, then cropped."""
    high, wide = max(0, size.height - video.shape[-2]), max(0, size.width - video.shape[-1])
    padding = (wide // 2, (wide + 1) // 2, high // 2, (high + 1) // 2)
    video = F.pad(video, padding, value=missing)
    top, left = round((video.shape[-2] - size.height) / 2), round((video.shape[-1] - size.width) / 2)
    return video[..., top : top + size.height, left : left + size.width]
