"""Sound that goes with a clip, muxed as AAC."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from av import AudioFrame
from av.container import OutputContainer
from numpy.typing import NDArray

from artifex.media.pyav import add_audio, encode_into

_BIT_RATE = 192_000
_LAYOUTS = {1: "mono", 2: "stereo"}


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples [n, channels] in [-1, 1] with one or two channels, ``sample_rate`` of them a second."""

    samples: NDArray[np.float32]
    sample_rate: int

    def __post_init__(self) -> None:
        if self.samples.dtype != np.float32 or self.samples.ndim != 2 or self.samples.shape[1] not in _LAYOUTS:
            raise ValueError(f"samples are float32 [n, 1 or 2], not {self.samples.dtype} {self.samples.shape}")

    @property
    def seconds(self) -> Fraction:
        return Fraction(len(self.samples), self.sample_rate)


class SoundTrack:
    """Encodes a sound step by step beside the pictures, so that the muxer need not hold either back."""

    def __init__(self, container: OutputContainer, sound: Sound) -> None:
        self._container = container
        self._sound = sound
        self._layout = _LAYOUTS[sound.samples.shape[1]]
        self._stream = add_audio(container, "aac", sound.sample_rate)
        self._stream.codec_context.layout = self._layout
        self._stream.codec_context.bit_rate = _BIT_RATE
        self._done = 0

    def encode_until(self, seconds: Fraction) -> None:
        """Encode every whole AAC frame that ends within the first ``seconds``."""
        size = self._stream.codec_context.frame_size
        while self._done + size <= self._end(seconds):
            self._encode(self._done + size)

    def finish(self, seconds: Fraction) -> None:
        """Encode what is left up to ``seconds`` and flush; the sound ends there."""
        self.encode_until(seconds)
        if self._done < self._end(seconds):
            self._encode(self._end(seconds))
        encode_into(self._container, self._stream, None)

    def _end(self, seconds: Fraction) -> int:
        return min(len(self._sound.samples), int(seconds * self._sound.sample_rate))

    def _encode(self, end: int) -> None:
        planar = np.ascontiguousarray(self._sound.samples[self._done : end].T)
        frame = AudioFrame.from_ndarray(planar, format="fltp", layout=self._layout)
        frame.sample_rate = self._sound.sample_rate
        frame.pts = self._done
        frame.time_base = Fraction(1, self._sound.sample_rate)
        self._done = end
        encode_into(self._container, self._stream, frame)
