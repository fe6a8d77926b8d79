"""Frames of a speech-driven clip's segments: those that are shown, and those that the next one continues from."""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from artifex.catalog.wan.s2v.conditioning import SpeechConditioning, frames_before
from artifex.catalog.wan.s2v.layout import ClipLayout
from artifex.catalog.wan.s2v.timing import MOTION_FRAMES

Decode = Callable[[Tensor], Iterator[Tensor]]
"""Latents [1, channels, frames, height, width] -> chunks of frames [1, 3, some, height, width]: `WanVAE.decode`."""


def split_segments(latents: Tensor, layout: ClipLayout) -> Sequence[Tensor]:
    """Joined latents [1, channels, frames, height, width] by segment, each with the prefix it is decoded with.

    There may be fewer than the layout has, as long as they are the first ones.
    """
    lengths: list[int] = []
    while sum(lengths) < latents.shape[2]:
        lengths.append(layout.prefix_latents(len(lengths)) + layout.segment_latents)
    return latents.split(lengths, dim=2)


def good_frames(decode: Decode, latents: Tensor, layout: ClipLayout, segment: int) -> Iterator[Tensor]:
    """Frames of one segment that can be shown, as the VAE finishes them, [1, 3, some, height, width].

    Args:
        decode: the VAE's.
        latents: of the segment's prefix and then its own.
        layout: of the clip.
        segment: its number.
    """
    skipped = layout.prefix_frames(segment) + layout.lead(segment)
    for chunk in decode(latents):
        shown = chunk[:, :, skipped:]
        skipped = max(0, skipped - chunk.shape[2])
        if shown.shape[2]:
            yield shown


def clip_frames(decode: Decode, latents: Tensor, layout: ClipLayout) -> Iterator[Tensor]:
    """Frames of the whole clip in chunks [1, 3, some, height, width], `layout.frame_count` in all."""
    left = layout.frame_count
    for segment, own in enumerate(split_segments(latents, layout)):
        held = layout.held(segment)
        for chunk in good_frames(decode, own, layout, segment):
            whole = torch.cat((chunk[:, :, :1].expand(-1, -1, held, -1, -1), chunk), dim=2)[:, :, :left]
            left, held = left - whole.shape[2], 0
            yield whole
            if left == 0:
                return


def recent_frames(decode: Decode, finished: Tensor, conditioning: SpeechConditioning) -> Tensor:
    """The last 73 frames so far, [1, 3, 73, height, width], decoded again so that only latents need to be kept.

    Args:
        decode: the VAE's.
        finished: joined latents of the segments so far.
        conditioning: of the clip.
    """
    layout = conditioning.layout
    own = split_segments(finished, layout)
    recent = [
        chunk for segment in layout.recent(len(own)) for chunk in good_frames(decode, own[segment], layout, segment)
    ]
    frames = torch.cat(recent, dim=2)[:, :, -MOTION_FRAMES:]
    missing = MOTION_FRAMES - frames.shape[2]
    if missing == 0:
        return frames
    before = frames_before(conditioning.picture, layout.speech.start_from_picture)
    return torch.cat((before[:, :, -missing:].to(frames.device), frames), dim=2)
