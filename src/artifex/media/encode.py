"""Encodes frames to a clip on disk while they are still being made."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from fractions import Fraction
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadInput, BadReference
from artifex.media.audio import Sound
from artifex.media.codecs import H264, Codec, PictureSequence
from artifex.media.container import published_container
from artifex.media.encodings.encoding import SoundEncoding
from artifex.media.encodings.sound import SoundStream, StreamedTrack
from artifex.media.picture_sequence import Png, sequence_writer
from artifex.units import PixelSize

_AAC = SoundEncoding("aac", 192_000)


class FrameWriter(Protocol):
    """The writer of one kind of output."""

    def write(self, chunk: NDArray[Any], /) -> None: ...
    def finish(self) -> None: ...


def encode_video(
    chunks: Iterable[NDArray[np.uint8]],
    frame_rate: Fraction,
    path: Path,
    codec: Codec = H264,
    recipe_text: str | None = None,
    sound: Sound | SoundStream | None = None,
) -> int:
    """Write RGB ``chunks`` [t, H, W, 3] at ``frame_rate`` frames a second to ``path``; return the frame count.

    A thread encodes one chunk while the caller's thread makes the next, so two are alive at a time; a chunk must
    not be changed after it is handed over. The clip appears whole or not at all, and the same frames give
    the same bytes. With a :class:`Sound` the clip ends with the shorter of the two; a :class:`SoundStream` is cut at
    the last frame.

    Raises BadInput for a size or sound the codec cannot hold, BadRecipe for a recipe over 1 MiB, NotAvailable when the
    encoder is not available, OutOfSpace or NotWritable when the disk refuses, and what ``chunks`` raises.
    """
    if sound is not None:
        _require_sound(codec)
    if isinstance(sound, Sound):
        chunks = _first_frames(chunks, _frames_within(sound, frame_rate))
        sound = SoundStream([sound.samples], sound.sample_rate, sound.samples.shape[1])
    size, chunks = _peek_size(chunks)
    _require_size(size, codec)
    with _open_writer(path, codec, size, frame_rate, recipe_text, sound) as writer:
        return write_all(_checked(chunks, size), writer)


def _open_writer(
    path: Path,
    codec: Codec,
    size: PixelSize,
    frame_rate: Fraction,
    recipe_text: str | None,
    sound: SoundStream | None,
) -> AbstractContextManager[FrameWriter]:
    if isinstance(codec, PictureSequence):
        return sequence_writer(path, frame_rate, Png(recipe_text))
    make_track = None if sound is None else partial(StreamedTrack, sound=sound, encoding=_AAC)
    return published_container(path, codec, size, frame_rate, recipe_text, make_track)


def write_all(chunks: Iterable[NDArray[Any]], writer: FrameWriter) -> int:
    """Write each chunk in a thread, while the caller's thread makes the next one; return the frame count."""
    frame_count = 0
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="encode") as encoder:
        encoding: Future[None] | None = None
        for chunk in chunks:
            if encoding is not None:
                encoding.result()
            encoding = encoder.submit(writer.write, chunk)
            frame_count += len(chunk)
        if encoding is not None:
            encoding.result()
        encoder.submit(writer.finish).result()
    return frame_count


def _peek_size(chunks: Iterable[NDArray[np.uint8]]) -> tuple[PixelSize, Iterable[NDArray[np.uint8]]]:
    iterator = iter(chunks)
    first = next(iterator, None)
    if first is None:
        raise ValueError("there are no frames to encode")
    return PixelSize(width=first.shape[2], height=first.shape[1]), chain([first], iterator)


def _require_size(size: PixelSize, codec: Codec) -> None:
    if isinstance(codec, PictureSequence):
        return
    if codec.halves_chroma and (size.width % 2 or size.height % 2):
        raise BadInput(f"{codec.name} needs an even width and height, not {size}; use another size, ffv1 or png.")
    if min(size.width, size.height) < codec.min_side:
        raise BadInput(f"{codec.name} needs at least {codec.min_side} pixels a side, not {size}; use a larger size.")


def _require_sound(codec: Codec) -> None:
    if not codec.holds_sound:
        raise BadInput(f"A {codec.name} sequence holds no sound; choose another codec or leave the sound out.")


def _checked(chunks: Iterable[NDArray[np.uint8]], size: PixelSize) -> Iterator[NDArray[np.uint8]]:
    for chunk in chunks:
        if chunk.dtype != np.uint8 or chunk.ndim != 4 or chunk.shape[1:] != (size.height, size.width, 3):
            raise ValueError(f"a chunk is uint8 [t, {size.height}, {size.width}, 3], not {chunk.dtype} {chunk.shape}")
        yield chunk


def _frames_within(sound: Sound, frame_rate: Fraction) -> int:
    count = int(sound.seconds * frame_rate)
    if count == 0:
        raise BadReference("The sound is shorter than one frame; give a longer one.")
    return count


def _first_frames(chunks: Iterable[NDArray[np.uint8]], count: int) -> Iterator[NDArray[np.uint8]]:
    """The first ``count`` frames; the rest is still consumed, since its generator may have work to do at its end."""
    for chunk in chunks:
        if count > 0:
            yield chunk[:count]
        count -= len(chunk)
