"""The given first or last frames of a clip, fitted to it as its model was trained."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from artifex.catalog.contract import Frames, References
from artifex.catalog.wan.picture import cover, stretch
from artifex.units import PixelSize


@dataclass(frozen=True, slots=True)
class GivenFrames:
    """Given frames from a recipe's references."""

    start: Frames
    """The clip's first frames: a picture, or the last frames of the clip it continues; 4n + 1 of them."""
    last: Frames | None
    """The clip's last frame, [1, height, width, 3]."""

    def mask(self, frame_count: int, factor: int) -> Tensor:
        """Which frames of a clip are given, in the form of the network's mask channels.

        Args:
            frame_count: frames of the clip, 4n + 1.
            factor: video frames to one latent frame, 4.

        Returns:
            [factor, (frame_count - 1) / factor + 1], 1 where given; the first frame counts for a whole latent frame.
        """
        given = torch.zeros(frame_count)
        given[: len(self.start)] = 1
        if self.last is not None:
            given[-1] = 1
        return torch.cat((given[:1].expand(factor), given[1:])).view(-1, factor).T


def given_frames(references: References, factor: int) -> GivenFrames | None:
    """The frames a recipe gives; None for text alone. ``factor``: video frames per latent frame of the VAE."""
    start = references.frames.get("video", references.frames.get("image"))
    if start is None:
        return None
    return GivenFrames(start[(len(start) - 1) % factor :], references.frames.get("last_image"))


def start_frames(given: GivenFrames, size: PixelSize, frame_count: int) -> Tensor:
    """TI2V: the first frames alone, as many as the clip has; [1, 3, frames, height, width] in [-1, 1]."""
    return torch.from_numpy(np.stack([cover(frame, size) for frame in given.start[:frame_count]], axis=1))[None]


def given_clip(given: GivenFrames, size: PixelSize, frame_count: int, grid: int) -> Tensor:
    """I2V: a whole clip in which all but the given frames are grey (0).

    Args:
        given: the frames that are known.
        size: of the clip.
        frame_count: its length.
        grid: the model's sizes are multiples of this.

    Returns:
        [1, 3, frame_count, height, width], about [-1, 1].
    """
    clip = torch.zeros((1, 3, frame_count, size.height, size.width))
    for index, frame in enumerate(given.start[:frame_count]):
        clip[0, :, index] = stretch(frame, size, grid)
    if given.last is not None:
        clip[0, :, -1] = stretch(given.last[0], size, grid)
    return clip
