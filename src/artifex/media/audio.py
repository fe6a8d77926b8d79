"""Sound that goes with a clip."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from artifex.media.sound_encoder import LAYOUTS


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples [n, channels] in [-1, 1] with one or two channels, ``sample_rate`` of them a second."""

    samples: NDArray[np.float32]
    sample_rate: int

    def __post_init__(self) -> None:
        if self.samples.dtype != np.float32 or self.samples.ndim != 2 or self.samples.shape[1] not in LAYOUTS:
            raise ValueError(f"samples are float32 [n, 1 or 2], not {self.samples.dtype} {self.samples.shape}")

    @property
    def seconds(self) -> Fraction:
        return Fraction(len(self.samples), self.sample_rate)


class Track(Protocol):
    """A sound that is encoded in step with the pictures, so that the muxer need not hold either back."""

    def encode_until(self, seconds: Fraction) -> None: ...
    def finish(self, seconds: Fraction) -> None: ...
