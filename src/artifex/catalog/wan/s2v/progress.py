"""Where a speech-driven clip stands between two of its segments, and how that is kept in checkpoints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from artifex.catalog.wan.s2v.conditioning import SpeechConditioning
from artifex.engine.checkpoint import Checkpoint
from artifex.errors import CheckpointDamaged

_FINISHED, _MOTION = "finished", "motion"


@dataclass(frozen=True, slots=True)
class Progress:
    """What earlier segments left for the next one."""

    segment: int
    """The next one."""
    finished: Tensor
    """Latents of those before it, each behind the prefix it is decoded with, [1, channels, frames, height, width]."""
    motion: Tensor | None
    """Latents of the frames that it goes on from, [1, channels, 19, height, width]; None for a start from nothing."""

    @property
    def carried(self) -> Mapping[str, Tensor]:
        """What every checkpoint of the next segment keeps; a first one needs nothing."""
        if self.segment == 0 or self.motion is None:
            return {}
        return {_FINISHED: self.finished, _MOTION: self.motion}


def start(conditioning: SpeechConditioning, checkpoint: Checkpoint | None) -> Progress:
    """The start of a clip, or of the segment that a checkpoint is of.

    Raises:
        CheckpointDamaged: it lacks what earlier segments left, or its clip has no such segment.
    """
    if checkpoint is None or checkpoint.segment == 0:
        return Progress(0, conditioning.picture_latent[:, :, :0], conditioning.motion)
    carried, device = checkpoint.carried, conditioning.picture_latent.device
    if checkpoint.segment >= conditioning.layout.segments or not {_FINISHED, _MOTION} <= set(carried):
        raise CheckpointDamaged("The checkpoint lacks what earlier segments left; the clip starts again.")
    return Progress(checkpoint.segment, carried[_FINISHED].to(device), carried[_MOTION].to(device))


def after_segment(
    progress: Progress, latents: Tensor, conditioning: SpeechConditioning, motion_after: Callable[[Tensor], Tensor]
) -> Progress:
    """One segment on.

    Args:
        progress: before the segment.
        latents: of the segment, clean.
        conditioning: of the clip.
        motion_after: makes of `Progress.finished` what the next segment goes on from; asked if there is one.
    """
    prefix = conditioning.picture_latent if progress.motion is None else progress.motion
    finished = torch.cat((progress.finished, prefix, latents), dim=2)
    following = progress.segment + 1
    more = following < conditioning.layout.segments
    return Progress(following, finished, motion_after(finished) if more else None)
