"""Sound that goes with a clip, muxed as AAC."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

from artifex.media.encodings.encoding import SoundEncoding
from artifex.media.sound_encoder import LAYOUTS, SoundEncoder

_AAC = SoundEncoding("aac", 192_000)


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
    """A sound that is encoded beside the pictures, so that the muxer need not hold either back."""

    def encode_until(self, seconds: Fraction) -> None: ...
    def finish(self, seconds: Fraction) -> None: ...


class SoundTrack:
    """A sound that is there whole."""

    def __init__(self, container: OutputContainer, sound: Sound) -> None:
        self._sound = sound
        self._encoder = SoundEncoder(container, sound.sample_rate, sound.samples.shape[1], _AAC)
        self._handed = 0

    def encode_until(self, seconds: Fraction) -> None:
        """Encode the first ``seconds``."""
        end = min(len(self._sound.samples), int(seconds * self._sound.sample_rate))
        self._encoder.encode(self._sound.samples[self._handed : end])
        self._handed = end

    def finish(self, seconds: Fraction) -> None:
        """Encode what is left up to ``seconds`` and flush; the sound ends there."""
        self.encode_until(seconds)
        self._encoder.finish()
