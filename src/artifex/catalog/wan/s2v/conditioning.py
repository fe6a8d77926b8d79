"""What a speech-driven clip is conditioned on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from artifex.catalog.contract import References
from artifex.catalog.wan.s2v.layout import ClipLayout
from artifex.catalog.wan.s2v.picture import fit_pose, pose_indices
from artifex.catalog.wan.s2v.timing import MOTION_FRAMES
from artifex.recipe import Lora
from artifex.units import PixelSize

_PICTURE_FRAMES = 6
"""Frames before the first that show the picture, where the clip starts from it."""


@dataclass(frozen=True, slots=True)
class SpeechConditioning:
    """What `SpeechModel.encode` returns for a recipe."""

    layout: ClipLayout
    prompt: Tensor
    """Text states of the prompt, [1, tokens, text_dim]."""
    negative: Tensor
    """Text states of the negative prompt."""
    voice: Tensor
    """Voice states of every frame of all segments, on the CPU, [1, layers, width, frames]."""
    picture: Tensor
    """The reference picture in [-1, 1], on the CPU, [1, 3, 1, height, width]."""
    picture_latent: Tensor
    """Its latent."""
    motion: Tensor | None = None
    """Latents of the frames before the first, [1, channels, 19, height, width], where it continues from them."""
    poses: tuple[Tensor, ...] = ()
    """Latents of every segment's poses, [1, channels, segment latents, height, width]; empty without any."""
    loras: Sequence[tuple[Lora, Path]] = ()
    """LoRAs, each with its file."""

    def voice_of(self, segment: int) -> Tensor:
        """Voice states of one segment, [1, layers, width, segment frames]."""
        length = self.layout.segment_frames
        return self.voice[..., segment * length : (segment + 1) * length]

    def pose_of(self, segment: int) -> Tensor | None:
        """Latents of one segment's poses."""
        return self.poses[segment] if self.poses else None


def frames_before(picture: Tensor, start_from_picture: bool) -> Tensor:
    """The 73 frames that a clip continues from: grey, with the picture in the last six where it starts from that.

    Args:
        picture: [1, 3, 1, height, width] in [-1, 1].
        start_from_picture: see `Speech`.

    Returns:
        [1, 3, 73, height, width].
    """
    frames = picture.new_zeros(1, 3, MOTION_FRAMES, *picture.shape[3:])
    if start_from_picture:
        frames[:, :, -_PICTURE_FRAMES:] = picture
    return frames


def encode_poses(
    encode: Callable[[Tensor], Tensor], references: References, layout: ClipLayout, size: PixelSize
) -> tuple[Tensor, ...]:
    """Latents of each segment's poses, or nothing without a pose; frames after its end are black.

    ``encode`` is `WanVAE.encode`, for a clip on the CPU.
    """
    source = references.frames.get("pose")
    if source is None or len(source) == 0:
        return ()
    rate = references.frame_rates.get("pose", layout.frame_rate)
    indices = pose_indices(layout.made_frames, layout.frame_rate, len(source), rate)
    length = layout.segment_frames
    latents: list[Tensor] = []
    for start in range(0, layout.made_frames, length):
        shown = indices[start : start + length]
        frames = torch.full((1, 3, length, size.height, size.width), -1.0)
        if shown:
            frames[:, :, : len(shown)] = fit_pose(source[shown], size)
        # The first frame is doubled, since the VAE gives a clip's first frame its own latent frame, which is dropped.
        latents.append(encode(torch.cat((frames[:, :, :1], frames), dim=2))[:, :, 1:])
    return tuple(latents)
