"""The state of a speech-driven clip between two segments, and how checkpoints keep it."""

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
    """What earlier segments pass on to the next one."""

    segment: int
    """Number of the next segment."""
    finished: Tensor
    """Latents of the segments before it, each preceded by its prefix, [1, channels, frames, height, width]."""
    motion: Tensor | None
    """Latents of the frames that it continues from, [1, channels, 19, height, width]; None for a start without any."""

    @property
    def carried(self) -> Mapping[str, Tensor]:
        """What every checkpoint of the next segment keeps; empty for the first segment."""
        if self.segment == 0 or self.motion is None:
            return {}
        return {_FINISHED: self.finished, _MOTION: self.motion}


def start(conditioning: SpeechConditioning, checkpoint: Checkpoint | None) -> Progress:
    """The state at the start of a clip, or of the segment of a checkpoint.

    Raises:
        CheckpointDamaged: it lacks the state of earlier segments, or the clip has no such segment.
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
    """The state after one more segment.

    Args:
        progress: before the segment.
        latents: of the segment, clean.
        conditioning: of the clip.
        motion_after: `Progress.finished` -> latents that the next segment continues from; called only if there is one.
    """
    prefix = conditioning.picture_latent if progress.motion is None else progress.motion
    finished = torch.cat((progress.finished, prefix, latents), dim=2)
    following = progress.segment + 1
    more = following < conditioning.layout.segments
    return Progress(following, finished, motion_after(finished) if more else None)
