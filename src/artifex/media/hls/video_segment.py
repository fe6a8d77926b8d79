"""Encodes one segment of pictures by itself."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.media.codecs import StreamCodec
from artifex.media.container import ContainerWriter, container_writer
from artifex.media.encode import write_all
from artifex.media.encodings.checks import check_size
from artifex.media.encodings.encoding import Encoding
from artifex.media.encodings.stream import stream_codec
from artifex.media.hls.fragments import MUXER_OPTIONS, split
from artifex.units import PixelSize

PREVIEW = Encoding(speed="fast")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a segment stands in its film: ``number`` of the segment, and of its first frame, both from 0."""

    number: int
    first_frame: int
    frame_rate: Fraction


def write_segment(
    frames: Iterable[NDArray[Any]],
    place: Place,
    init: Path,
    segment: Path,
    encoding: Encoding = PREVIEW,
    size: PixelSize | None = None,
) -> int:
    """Write ``frames`` [H, W, 3] as one segment that begins with a key frame; return how many there are.

    If ``size`` is given, some or all frames may be planes [3/2 H, W].
    ``init`` is written too, where it is not there already; it is the same for all segments of one size and encoding.
    Each file appears whole or not at all. Raises BadField, NotAvailable, OutOfSpace, NotWritable.
    """
    iterator = iter(frames)
    first = next(iterator, None)
    if first is None:
        raise ValueError("there are no frames in the segment")
    size = size or PixelSize(width=first.shape[1], height=first.shape[0])
    with segment_writer(size, place, init, segment, encoding) as writer:
        return write_all((frame[None] for frame in chain([first], iterator)), writer)


@contextmanager
def segment_writer(
    size: PixelSize, place: Place, init: Path, segment: Path, encoding: Encoding = PREVIEW
) -> Iterator[ContainerWriter]:
    """As :func:`write_segment`, for frames as they come; the caller has to end the block with ``finish``."""
    codec = segment_codec(encoding)
    check_size(encoding, size)
    with TemporaryDirectory(prefix="artifex-segment-") as folder:
        file = Path(folder) / "segment.mp4"
        with container_writer(
            file, codec, size, place.frame_rate, None, None, MUXER_OPTIONS, place.first_frame
        ) as writer:
            yield writer
        split(file, place.number, init, segment)


def segment_codec(encoding: Encoding) -> StreamCodec:
    """The codec of an encoding's segments. Raises BadField unless it is h264, hevc or av1 in mp4."""
    if encoding.container != "mp4" or encoding.codec not in ("h264", "hevc", "av1"):
        raise BadField("codec", "A stream's segments are h264, hevc or av1 in mp4.")
    codec = stream_codec(replace(encoding, key_interval=None))
    # One key frame, the first. No B-frames: some would have to be decoded before the segment begins.
    steady = {"g": "9999", "bf": "0", "sc_threshold": "0"} if codec.encoder == "libx264" else {"g": "9999", "bf": "0"}
    return replace(codec, options=MappingProxyType({**codec.options, **steady}))
