"""Encodes one segment of sound by itself, so that it joins its neighbours without a gap or a click.

AAC is made of frames of 1024 samples that overlap. So a segment holds the frames that begin in it, and is encoded
with some sound before and after it, the frames of which are thrown away.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
from av import AudioFrame
from numpy.typing import NDArray

from artifex.media.hls.fragments import MUXER_OPTIONS, split
from artifex.media.pyav import add_audio
from artifex.media.untrusted import file_url

FRAME = 1024
RUN_UP = 48
"""AAC frames encoded before a segment: the encoder needs about a second to reach full quality."""
_BEHIND = 3
_BIT_RATE = 192_000

SamplesAt = Callable[[int, int], NDArray[np.float32]]
"""From start and count to samples [count, 2]; before the film and after its end there is silence."""


@dataclass(frozen=True, slots=True)
class SoundSpan:
    """The AAC frames of a segment: those that begin in its pictures' time."""

    first: int
    end: int

    @classmethod
    def of(cls, first_frame: int, frame_count: int, frame_rate: Fraction, sample_rate: int) -> "SoundSpan":
        start, end = (
            -(-(frame * sample_rate / frame_rate) // FRAME) for frame in (first_frame, first_frame + frame_count)
        )
        return cls(int(start), int(end))

    def seconds(self, sample_rate: int) -> Fraction:
        return Fraction((self.end - self.first) * FRAME, sample_rate)


def write_sound_segment(
    samples_at: SamplesAt, span: SoundSpan, sample_rate: int, number: int, init: Path, segment: Path
) -> None:
    """Write the sound of ``span`` as segment ``number``; ``init`` is the same for all segments of one sample rate.

    Asks for samples from a second before the span to a tenth of a second after it. Raises OutOfSpace, NotWritable,
    and what ``samples_at`` raises.
    """
    with TemporaryDirectory(prefix="artifex-segment-") as folder:
        file = Path(folder) / "sound.mp4"
        with _encoder(file, sample_rate) as (container, stream):
            for index in range(span.first - RUN_UP, span.end + _BEHIND):
                _encode(container, stream, _frame(samples_at, index, sample_rate), span)
            _encode(container, stream, None, span)
        split(file, number, init, segment)


@contextmanager
def _encoder(file: Path, sample_rate: int) -> Iterator[tuple[Any, Any]]:
    with av.open(file_url(file), "w", format="mp4", container_options=dict(MUXER_OPTIONS)) as container:
        stream = add_audio(container, "aac", sample_rate)
        stream.codec_context.layout = "stereo"
        stream.codec_context.bit_rate = _BIT_RATE
        yield container, stream


def _encode(container: Any, stream: Any, frame: AudioFrame | None, span: SoundSpan) -> None:
    for packet in stream.encode(frame):
        if packet.pts is not None and span.first * FRAME <= packet.pts < span.end * FRAME:
            container.mux(packet)


def _frame(samples_at: SamplesAt, index: int, sample_rate: int) -> AudioFrame:
    planar = np.ascontiguousarray(samples_at(index * FRAME, FRAME).T, np.float32)
    frame = AudioFrame.from_ndarray(planar, format="fltp", layout="stereo")
    frame.sample_rate = sample_rate
    frame.pts, frame.time_base = index * FRAME, Fraction(1, sample_rate)
    return frame
