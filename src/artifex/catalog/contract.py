"""What every model family offers to the rooms above: encode, denoise, decode.

One contract carries text-to-video, conditioning on pictures, speech-driven clips made of several
segments, one expert or two, and one device or many: the differences live behind it.
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
"""Sound [samples] at 16 kHz, mono, in [-1, 1]."""


@dataclass(frozen=True, slots=True)
class References:
    """The media a recipe refers to, opened: pictures as one frame, clips as many, sound as samples."""

    frames: Mapping[Role, Frames]
    audio: Samples | None = None
    frame_rates: Mapping[Role, Fraction] = field(default_factory=dict[Role, Fraction])
    """Of the clips among them."""
    loras: tuple[tuple[Lora, Path], ...] = ()
    """The recipe's LoRAs, in its order, each with its file."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """Told after each sampling step."""

    segment: int
    segment_count: int
    step: int
    """Steps done so far in this segment, from 1."""
    step_count: int
    latents: "Tensor"
    """[C, T, h, w], for previews; only valid during the call."""
    passes: int = 1
    """How often the step asked the network about the clip: twice with guidance, and not at all where it took the last
    answer again (see :attr:`artifex.recipe.Recipe.step_cache`)."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the caller wants to be told, and may say, while a clip is denoised.

    ``on_step`` may raise :class:`artifex.errors.Interrupted`; a checkpoint of that step is handed to
    ``on_checkpoint`` first. ``on_checkpoint`` receives one serialised state every ``checkpoint_every``
    steps and always after the last one, before decoding.
    """

    on_step: Callable[[StepReport], None]
    on_checkpoint: Callable[[bytes], None]
    checkpoint_every: int


class VideoModel(Protocol):
    """A loaded model. Not thread-safe; one job at a time."""

    def follow(self, execution: Execution) -> None:
        """Make the next clip as this says; its placement is the one that the model was loaded with."""
        ...

    def close(self) -> None:
        """Give all memory back; the model cannot be used any more."""
        ...

    def encode(self, recipe: Recipe, references: References) -> Any:
        """Text, pictures and sound to the family's own conditioning, which only it looks into."""
        ...

    def denoise(self, conditioning: Any, recipe: Recipe, hooks: Hooks, resume: bytes | None) -> "Tensor":
        """Noise to clean, normalised latents [C, T, h, w], going on from ``resume`` if given.

        Resumed or not, the result is bit for bit the same. A clip of several segments
        returns them joined along T. Raises Interrupted, CheckpointDamaged.
        """
        ...

    def decode(self, latents: "Tensor", conditioning: Any) -> Iterator[Frames]:
        """Latents to chunks of RGB frames, in order; never the whole video at once."""
        ...

    def preview(self, latents: "Tensor") -> Frames:
        """Latents [C, T, h, w] to small RGB frames, quickly and roughly."""
        ...

    def peak_vram(self) -> int:
        """The most memory this process has held on the model's GPU so far, in bytes; 0 on the processor."""
        ...
