"""Encodes sound as it comes."""

from fractions import Fraction

import numpy as np
from av import AudioFrame, AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

from artifex.media.encodings.encoding import SoundEncoding
from artifex.media.pyav import add_audio, encode_into

LAYOUTS = {1: "mono", 2: "stereo"}

_ENCODERS = {"aac": "aac", "opus": "libopus", "pcm": "pcm_s24le", "flac": "flac"}
_FORMATS = {"aac": "fltp", "opus": "flt", "pcm": "s32", "flac": "s32"}
_OPUS_RATE = 48_000


class SoundEncoder:
    """Encodes samples [n, channels] in [-1, 1], of one or two channels, into a stream that it adds to ``container``."""

    def __init__(self, container: OutputContainer, sample_rate: int, channels: int, encoding: SoundEncoding) -> None:
        self._container = container
        self._sample_rate = sample_rate
        self._layout = LAYOUTS[channels]
        self._stream = _stream(container, sample_rate, self._layout, encoding)
        # PCM has no frame size of its own; without one a whole chunk would be one packet.
        size = self._stream.codec_context.frame_size or 1024
        self._resampler = AudioResampler(
            _FORMATS[encoding.codec], self._layout, self._stream.sample_rate, frame_size=size
        )
        self._done = 0

    def encode(self, samples: NDArray[np.float32]) -> None:
        """Encode samples, as far as they fill whole frames of the encoder; the rest waits."""
        if len(samples) == 0:
            return
        interleaved = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
        frame = AudioFrame.from_ndarray(interleaved, format="flt", layout=self._layout)
        frame.sample_rate = self._sample_rate
        frame.pts, frame.time_base = self._done, Fraction(1, self._sample_rate)
        self._done += len(samples)
        self._push(frame)

    def finish(self) -> None:
        """Encode what is left, and flush; the sound ends there."""
        self._push(None)
        encode_into(self._container, self._stream, None)

    def _push(self, frame: AudioFrame | None) -> None:
        for whole in self._resampler.resample(frame):
            encode_into(self._container, self._stream, whole)


def _stream(container: OutputContainer, sample_rate: int, layout: str, encoding: SoundEncoding) -> AudioStream:
    rate = _OPUS_RATE if encoding.codec == "opus" else sample_rate
    stream = add_audio(container, _ENCODERS[encoding.codec], rate)
    stream.codec_context.layout = layout
    stream.codec_context.format = _FORMATS[encoding.codec]
    if encoding.codec in ("aac", "opus"):
        stream.codec_context.bit_rate = encoding.bits_per_second
    stream.codec_context.open()  # the frame size is known only then
    return stream
