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


class SoundEncoder:
    """AAC from samples [n, channels] as they come, in the frames that the encoder wants."""

    def __init__(self, container: OutputContainer, sample_rate: int, channels: int, bit_rate: int) -> None:
        self._container = container
        self._rate = sample_rate
        self._layout = _LAYOUTS[channels]
        self._stream = add_audio(container, "aac", sample_rate)
        self._stream.codec_context.layout = self._layout
        self._stream.codec_context.bit_rate = bit_rate
        self._held = np.zeros((0, channels), np.float32)
        self._done = 0

    def encode(self, samples: NDArray[np.float32]) -> None:
        """Encode every whole AAC frame that there is by now."""
        self._held = np.concatenate([self._held, samples])
        size = self._stream.codec_context.frame_size
        whole = len(self._held) // size * size
        for at in range(0, whole, size):
            self._push(self._held[at : at + size])
        self._held = self._held[whole:]

    def finish(self) -> None:
        """Encode what is left, and flush; the sound ends there."""
        if len(self._held):
            self._push(self._held)
        encode_into(self._container, self._stream, None)

    def _push(self, samples: NDArray[np.float32]) -> None:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout=self._layout)
        frame.sample_rate = self._rate
        frame.pts = self._done
        frame.time_base = Fraction(1, self._rate)
        self._done += len(samples)
        encode_into(self._container, self._stream, frame)


class SoundTrack:
    """Encodes a sound step by step beside the pictures, so that the muxer need not hold either back."""

    def __init__(self, container: OutputContainer, sound: Sound) -> None:
        self._sound = sound
        self._encoder = SoundEncoder(container, sound.sample_rate, sound.samples.shape[1], _BIT_RATE)
        self._handed = 0

    def encode_until(self, seconds: Fraction) -> None:
        """Encode every whole AAC frame that ends within the first ``seconds``."""
        end = min(len(self._sound.samples), int(seconds * self._sound.sample_rate))
        self._encoder.encode(self._sound.samples[self._handed : end])
        self._handed = end

    def finish(self, seconds: Fraction) -> None:
        """Encode what is left up to ``seconds`` and flush; the sound ends there."""
        self.encode_until(seconds)
        self._encoder.finish()
