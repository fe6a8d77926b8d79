"""Sound that is encoded as it is made, in step with the pictures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

from artifex.media.encodings.encoding import SoundEncoding
from artifex.media.sound_encoder import LAYOUTS, SoundEncoder

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SoundStream:
    """Samples [n, channels] in [-1, 1], one or two channels, in chunks of any length."""

    chunks: Iterable[Samples]
    sample_rate: int
    channels: int = 2

    def __post_init__(self) -> None:
        if self.channels not in LAYOUTS:
            raise ValueError(f"a sound has 1 or 2 channels, not {self.channels}")


class StreamedTrack:
    """Encodes as much of a sound as there are pictures for; it ends with the shorter of the two."""

    def __init__(self, container: OutputContainer, sound: SoundStream, encoding: SoundEncoding) -> None:
        self._encoder = SoundEncoder(container, sound.sample_rate, sound.channels, encoding)
        self._sample_rate = sound.sample_rate
        self._chunks: Iterator[Samples] = iter(sound.chunks)
        self._left: Samples = np.zeros((0, sound.channels), np.float32)
        self._done = 0

    def encode_until(self, seconds: Fraction) -> None:
        """Encode the first ``seconds`` of the sound, as far as there is any."""
        end = int(seconds * self._sample_rate)
        while self._done < end:
            if len(self._left) == 0:
                chunk = next(self._chunks, None)
                if chunk is None:
                    return
                self._left = chunk
            part = self._left[: end - self._done]
            self._left = self._left[len(part) :]
            self._done += len(part)
            self._encoder.encode(part)

    def finish(self, seconds: Fraction) -> None:
        self.encode_until(seconds)
        self._encoder.finish()
