"""The tasks of the process that opens an untrusted file, by name, with arguments and results as plain data."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifex.media.decode import frames
from artifex.media.examine import examine
from artifex.media.excerpt import last_frames, sampled_frames
from artifex.media.image import open_layer, open_picture
from artifex.media.probe import plain, probe
from artifex.media.reading.run import Run, read_runs
from artifex.media.sound import open_sound
from artifex.media.sounds.sound_reader import read_sound
from artifex.units import PixelSize

Result = tuple[Any, list[NDArray[Any]]]


def _nothing(path: Path) -> Iterator[Result]:
    yield None, []


def _examine(path: Path) -> Iterator[Result]:
    found = examine(path)
    pictures = [np.frombuffer(picture, np.uint8) for picture in (found.thumbnail, found.poster) if picture is not None]
    told = {"kind": found.kind, "media_type": found.media_type, "facts": found.facts, "recipe": found.recipe}
    yield told, pictures


def _probe(path: Path) -> Iterator[Result]:
    yield plain(probe(path)), []


def _frames(path: Path) -> Iterator[Result]:
    return ((None, [np.ascontiguousarray(frame)]) for frame in frames(path))


def _runs(path: Path, *runs: tuple[str, str, int, list[int] | None]) -> Iterator[Result]:
    for frame in read_runs(path, [_run(*run) for run in runs]):
        yield None, [np.ascontiguousarray(frame)]


def _run(start: str, step: str, count: int, planes: list[int] | None) -> Run:
    size = None if planes is None else PixelSize(width=planes[0], height=planes[1])
    return Run(Fraction(start), Fraction(step), count, size)


def _open_picture(path: Path) -> Iterator[Result]:
    yield None, [np.ascontiguousarray(open_picture(path))]


def _open_layer(path: Path) -> Iterator[Result]:
    yield None, [np.ascontiguousarray(open_layer(path))]


def _last_frames(path: Path, count: int) -> Iterator[Result]:
    yield None, [last_frames(path, count)]


def _sampled_frames(path: Path, frame_rate: str, count: int) -> Iterator[Result]:
    yield None, [sampled_frames(path, Fraction(frame_rate), count)]


def _open_sound(path: Path, sample_rate: int, channels: int) -> Iterator[Result]:
    yield None, [np.ascontiguousarray(open_sound(path, sample_rate, channels).samples)]


def _sound_chunks(path: Path, sample_rate: int) -> Iterator[Result]:
    return ((None, [chunk]) for chunk in read_sound(path, sample_rate))


WORK: dict[str, Callable[..., Iterator[Result]]] = {
    "nothing": _nothing,
    "examine": _examine,
    "probe": _probe,
    "frames": _frames,
    "runs": _runs,
    "open_picture": _open_picture,
    "open_layer": _open_layer,
    "last_frames": _last_frames,
    "sampled_frames": _sampled_frames,
    "open_sound": _open_sound,
    "sound_chunks": _sound_chunks,
}
