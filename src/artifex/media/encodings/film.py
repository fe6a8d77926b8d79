"""Writes frames and sound to a file in any encoding."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from fractions import Fraction
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.media.container import published_container
from artifex.media.encode import FrameWriter, write_all
from artifex.media.encodings.checks import check_encoding, check_size, check_sound
from artifex.media.encodings.encoders import STILLS
from artifex.media.encodings.encoding import Encoding
from artifex.media.encodings.sound import SoundStream, StreamedTrack
from artifex.media.encodings.stills import still_for
from artifex.media.encodings.stream import stream_codec
from artifex.media.picture_sequence import sequence_writer
from artifex.units import PixelSize

Frames = Iterable[NDArray[Any]]


def encode(
    frames: Frames,
    frame_rate: Fraction,
    encoding: Encoding,
    path: Path,
    sound: SoundStream | None = None,
) -> int:
    """Write ``frames`` [H, W, 3], or [H, W, 4] with ``encoding.alpha``, of uint8 or uint16; return how many.

    Frames are taken one by one, and encoded in a thread while the next is made, so a frame must not be changed after it
    is handed over. The sound is encoded in step with them and cut at the last frame. The file appears whole or not at
    all, and the same frames give the same bytes.

    Raises BadField, naming the field, for an encoding that cannot be written; NotAvailable when the encoder is not
    available, OutOfSpace or NotWritable when the disk refuses, and what ``frames`` and the sound raise.
    """
    check_encoding(encoding)
    if sound is not None:
        check_sound(encoding)
    size, frames = _peek(frames)
    check_size(encoding, size)
    with _writer(path, encoding, size, frame_rate, sound) as writer:
        return write_all(_checked(frames, size, encoding), writer)


def _writer(
    path: Path,
    encoding: Encoding,
    size: PixelSize,
    frame_rate: Fraction,
    sound: SoundStream | None,
) -> AbstractContextManager[FrameWriter]:
    if encoding.codec in STILLS:
        return sequence_writer(path, frame_rate, still_for(encoding))
    if path.suffix.lower() != encoding.suffix:
        raise BadField("container", f"{path.name} is to be {encoding.container}; name it {path.stem}{encoding.suffix}.")
    make_track = None if sound is None else partial(StreamedTrack, sound=sound, encoding=encoding.sound)
    return published_container(path, stream_codec(encoding), size, frame_rate, None, make_track)


def _peek(frames: Frames) -> tuple[PixelSize, Frames]:
    iterator = iter(frames)
    first = next(iterator, None)
    if first is None:
        raise ValueError("there are no frames to encode")
    return PixelSize(width=first.shape[1], height=first.shape[0]), chain([first], iterator)


def _checked(frames: Frames, size: PixelSize, encoding: Encoding) -> Iterator[NDArray[Any]]:
    """Each frame as a chunk of one."""
    shape = (size.height, size.width, 4 if encoding.alpha else 3)
    for frame in frames:
        if frame.dtype.name not in ("uint8", "uint16") or frame.shape != shape:
            raise ValueError(f"a frame is uint8 or uint16 {shape}, not {frame.dtype} {frame.shape}")
        if encoding.codec == "png" and encoding.bits == 8 and frame.dtype != np.uint8:
            raise ValueError("a PNG of 8 bits takes frames of uint8")
        yield frame[None]
