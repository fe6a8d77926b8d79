"""The interface of every model family to the layers above: encode, denoise, decode.

It covers text-to-video, conditioning on pictures, speech-driven clips of several segments, one expert or two, and one
device or many; the differences stay behind it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from artifex.catalog.execution import Execution
from artifex.recipe import Lora, Recipe, Role

if TYPE_CHECKING:
    from torch import Tensor

Frames = NDArray[np.uint8]
"""RGB frames [t, height, width, 3]."""

Samples = NDArray[np.float32]
"""Mono sound [samples] at 16 kHz, in [-1, 1]."""


@dataclass(frozen=True, slots=True)
class References:
    """The media a recipe refers to, decoded: a picture as one frame, a clip as many, sound as samples."""

    frames: Mapping[Role, Frames]
    audio: Samples | None = None
    frame_rates: Mapping[Role, Fraction] = field(default_factory=dict[Role, Fraction])
    """Frames per second of the clips among ``frames``."""
    loras: tuple[tuple[Lora, Path], ...] = ()
    """The recipe's LoRAs, in its order, each with its file."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """What ``Hooks.on_step`` receives after each sampling step."""

    segment: int
    segment_count: int
    step: int
    """Steps done so far in this segment, from 1."""
    step_count: int
    latents: "Tensor"
    """[C, T, h, w], the current estimate of the clean latents, for previews; only valid during the call."""
    passes: int = 1
    """Network passes of this step: two with guidance, none where it reused the last output (see
    :attr:`artifex.recipe.Recipe.step_cache`)."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """The caller's callbacks while a clip is denoised.

    ``on_step`` may raise :class:`artifex.errors.Interrupted`; ``on_checkpoint`` then receives that step's state before
    the exception is passed on. ``on_checkpoint`` receives a serialised state every ``checkpoint_every`` steps and
    always after the last one, before decoding.
    """

    on_step: Callable[[StepReport], None]
    on_checkpoint: Callable[[bytes], None]
    checkpoint_every: int


class VideoModel(Protocol):
    """A loaded model. Not thread-safe; one job at a time."""

    def follow(self, execution: Execution) -> None:
        """Make the next clip with this execution; its placement must be the one that the model was loaded with."""
        ...

    def close(self) -> None:
        """Free all memory; the model cannot be used afterwards."""
        ...

    def encode(self, recipe: Recipe, references: References) -> Any:
        """Encode text, pictures and sound into the family's own conditioning, opaque to callers."""
        ...

    def denoise(self, conditioning: Any, recipe: Recipe, hooks: Hooks, resume: bytes | None) -> "Tensor":
        """Denoise to clean, normalised latents [C, T, h, w], from the checkpoint ``resume`` if given.

        Resumed or not, the result is bit for bit the same. The segments of a clip are joined along T. Raises
        Interrupted, CheckpointDamaged.
        """
        ...

    def decode(self, latents: "Tensor", conditioning: Any) -> Iterator[Frames]:
        """Decode latents to chunks of RGB frames, in order; never the whole video at once."""
        ...

    def preview(self, latents: "Tensor") -> Frames:
        """Latents [C, T, h, w] to small RGB frames, quickly and roughly."""
        ...

    def peak_vram(self) -> int:
        """The most memory this process has held on the model's GPU so far, in bytes; 0 on the processor."""
        ...
