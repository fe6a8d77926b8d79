"""Writes one video stream, and a sound if there is one, into an mp4 or Matroska file."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import av
from av import VideoFrame
from av.codec.codec import UnknownCodecError
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream
from numpy._core._multiarray_umath import __cpu_features__  # pyright: ignore  (nothing public tells them)
from numpy.typing import NDArray

from artifex.errors import NotAvailable
from artifex.files import publish
from artifex.media.audio import Track
from artifex.media.codecs import StreamCodec
from artifex.media.colour import Colour, frame_of_planes, planes_from_rgb, tag_encoder
from artifex.media.priority import no_more_urgent
from artifex.media.pyav import add_video, encode_into
from artifex.media.recipe_tag import container_tags
from artifex.media.untrusted import file_url
from artifex.units import PixelSize

# It affects the file's bytes, so it does not depend on the number of cores. With four, x264 was slower than an H200,
# which decodes a frame of 1280x704 in 27 ms; on two cores, twelve cost nothing.
THREADS = 12

# x264's threads each take a frame, some rows behind the one before, so tall pictures keep more of them busy: with
# twelve, 32 cores were as slow as 16. Two cores take 5 % longer, and 8K takes 3.5 GB more.
_TALL = 1600
_X264_THREADS_OF_TALL = 24

WHOLE_FILE: Mapping[str, str] = MappingProxyType(
    {
        "movflags": "+faststart",  # the index first, so that playback starts before the download ends
        "fflags": "+bitexact",  # no library version, no random identifiers
    }
)

# SVT-AV1 prints its settings to stderr past FFmpeg's log; this is its only switch (1: errors only).
os.environ.setdefault("SVT_LOG", "1")


class ContainerWriter:
    """Encodes chunk after chunk; made by :func:`container_writer`."""

    def __init__(
        self,
        container: OutputContainer,
        video: VideoStream,
        pixel_format: str,
        colour: Colour,
        frame_rate: Fraction,
        sound_track: Track | None,
        first_frame: int,
    ) -> None:
        self._container = container
        self._video = video
        self._pixel_format = pixel_format
        self._colour = colour
        self._frame_rate = frame_rate
        self._sound_track = sound_track
        self._frame_count = first_frame

    def write(self, chunk: NDArray[Any]) -> None:
        """Encode frames [t, H, W, 3 or 4] of uint8 or uint16, and the sound up to their end.

        [t, 3/2 H, W] of uint8 are planes, for an encoder that takes them.
        """
        for picture in chunk:
            frame = self._frame(picture)
            frame.pts = self._frame_count
            frame.time_base = 1 / self._frame_rate
            self._frame_count += 1
            encode_into(self._container, self._video, frame)
        if self._sound_track is not None:
            self._sound_track.encode_until(self._seconds)

    def _frame(self, picture: NDArray[Any]) -> VideoFrame:
        if picture.ndim == 2:
            return frame_of_planes(picture)
        return planes_from_rgb(picture, self._pixel_format, self._colour)

    def finish(self) -> None:
        """Flush what the encoders still hold; a sound ends with the last frame."""
        encode_into(self._container, self._video, None)
        if self._sound_track is not None:
            self._sound_track.finish(self._seconds)

    @property
    def _seconds(self) -> Fraction:
        return self._frame_count / self._frame_rate


@contextmanager
def container_writer(
    path: Path,
    codec: StreamCodec,
    size: PixelSize,
    frame_rate: Fraction,
    recipe_text: str | None,
    make_track: Callable[[OutputContainer], Track] | None,
    muxer_options: Mapping[str, str] = WHOLE_FILE,
    first_frame: int = 0,
) -> Iterator[ContainerWriter]:
    """Open ``path`` for writing and close it, index included, at the end of the block; with a sound track if asked.

    Timestamps start at that of ``first_frame``, for a file that is a part of a longer film.

    Raises NotAvailable when this machine's FFmpeg lacks the encoder or the encoder refuses to start,
    BadRecipe for a recipe over 1 MiB, OSError when the file cannot be written.
    """
    with av.open(file_url(path), "w", format=codec.muxer, container_options=dict(muxer_options)) as container:
        if recipe_text is not None:
            container.metadata.update(container_tags(recipe_text))
        try:
            video = _add_video(container, codec, size, frame_rate)
            with no_more_urgent():
                video.codec_context.open()
        except (FFmpegError, UnknownCodecError) as error:  # also if they are OSErrors: no driver, no device
            raise _cannot(codec, size) from error
        try:
            sound_track = None if make_track is None else make_track(container)
            container.start_encoding()
        except OSError:
            raise
        except (FFmpegError, UnknownCodecError) as error:
            raise _cannot(codec, size) from error
        yield ContainerWriter(container, video, codec.pixel_format, codec.colour, frame_rate, sound_track, first_frame)


@contextmanager
def published_container(
    path: Path,
    codec: StreamCodec,
    size: PixelSize,
    frame_rate: Fraction,
    recipe_text: str | None,
    make_track: Callable[[OutputContainer], Track] | None,
) -> Iterator[ContainerWriter]:
    """As :func:`container_writer`, for a file that appears whole or not at all. Raises OutOfSpace, NotWritable, too."""
    with (
        publish(path) as temporary,
        container_writer(temporary, codec, size, frame_rate, recipe_text, make_track) as writer,
    ):
        yield writer


def _add_video(container: OutputContainer, codec: StreamCodec, size: PixelSize, frame_rate: Fraction) -> VideoStream:
    stream = add_video(container, codec.encoder, frame_rate, _steady(codec))
    stream.width = size.width
    stream.height = size.height
    stream.pix_fmt = codec.pixel_format
    encoder = stream.codec_context
    encoder.time_base = 1 / frame_rate
    encoder.thread_count = threads_for(codec, size)
    encoder.thread_type = "FRAME"  # slices, PyAV's default, cost x264 size and speed
    tag_encoder(encoder, codec.pixel_format, codec.colour)
    if codec.fourcc is not None:
        encoder.codec_tag = codec.fourcc
    return stream


def threads_for(codec: StreamCodec, size: PixelSize) -> int:
    """Threads of an encoder: the same on every machine, so that the bytes are the same."""
    return _X264_THREADS_OF_TALL if codec.encoder == "libx264" and size.height > _TALL else THREADS


def _steady(codec: StreamCodec) -> Mapping[str, str]:
    """Encoder options with which the same frames give the same bytes.

    x264's AVX-512 code reads uninitialised memory in mbtree. Its AVX2 code does not, takes 3 % longer, and gives the
    same bytes as on processors without AVX-512.
    """
    if codec.encoder != "libx264" or not __cpu_features__.get("AVX512F", False):
        return codec.options
    words = [codec.options["x264-params"]] if "x264-params" in codec.options else []
    return {**codec.options, "x264-params": ":".join([*words, "asm=AVX2"])}


def _cannot(codec: StreamCodec, size: PixelSize) -> NotAvailable:
    return NotAvailable(f"This machine cannot encode {codec.name} at {size}; choose another codec.")
