"""Clips that tell which frame is which, scenes that move as films do, and a measure of how close two pictures are."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

Clip = NDArray[np.uint8]
Frames = list[Clip]

_CELL = 16
_BITS = 8


def _draw(count: int, width: int, height: int) -> Clip:
    """A moving gradient; the frame's number stands in the top row as eight black or white cells."""
    y, x = np.mgrid[0:height, 0:width]
    clip = np.empty((count, height, width, 3), np.uint8)
    for number in range(count):
        clip[number, ..., 0] = 128 + 100 * np.sin((x + 3 * number) / 17)
        clip[number, ..., 1] = 128 + 100 * np.cos((y - 2 * number) / 23)
        clip[number, ..., 2] = 128 + 60 * np.sin((x + y) / 31)
        for bit in range(_BITS):
            clip[number, :_CELL, bit * _CELL : (bit + 1) * _CELL] = 255 * (number >> bit & 1)
    return clip


@pytest.fixture(scope="session")
def draw() -> Callable[[int, int, int], Clip]:
    return _draw


@pytest.fixture(scope="session")
def clip() -> Clip:
    """33 numbered frames of 160x128."""
    return _draw(33, 160, 128)


@pytest.fixture(scope="session")
def read_number() -> Callable[[Clip], int]:
    def read(picture: Clip) -> int:
        cells = picture[: _CELL // 2, : _BITS * _CELL, 1].reshape(_CELL // 2, _BITS, _CELL)
        return sum(int(cells[:, bit, 4:12].mean() > 127) << bit for bit in range(_BITS))

    return read


@pytest.fixture(scope="session")
def psnr() -> Callable[[Clip, Clip], float]:
    """Peak signal-to-noise ratio of two equal-sized pictures, in dB."""

    def measure(one: Clip, other: Clip) -> float:
        error = float(np.mean((one.astype(np.float64) - other) ** 2))
        return float("inf") if error == 0 else 10 * float(np.log10(255**2 / error))

    return measure


@pytest.fixture(scope="session")
def chunked() -> Callable[[Clip], Iterator[Clip]]:
    """One frame and then four at a time, as a causal video decoder gives them."""

    def split(frames: Clip) -> Iterator[Clip]:
        yield frames[:1]
        for start in range(1, len(frames), 4):
            yield frames[start : start + 4]

    return split


def _texture(seed: int, width: int, height: int) -> NDArray[np.uint8]:
    """Soft shapes of many sizes and colours."""
    random = np.random.default_rng(seed)
    page = np.full((height, width, 3), 110.0)
    for cells, weight in ((4, 60), (12, 30), (40, 14)):
        small = Image.fromarray(random.integers(0, 256, (cells, cells * 2, 3)).astype(np.uint8))
        page += (np.asarray(small.resize((width, height), Image.Resampling.BICUBIC)) - 127.0) * (weight / 127)
    return np.clip(page, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def scene() -> Callable[..., Frames]:
    """``scene(count)``: a ball crosses a background, with grain; ``pan`` moves the camera so many pixels a frame."""

    def make(
        count: int, seed: int = 1, pan: int = 0, grain: float = 1.5, width: int = 240, height: int = 136
    ) -> Frames:
        random = np.random.default_rng(seed + 100)
        background = _texture(seed, width + abs(pan) * count, height)
        y, x = np.mgrid[0:height, 0:width]
        frames: Frames = []
        for number in range(count):
            picture = background[:, abs(pan) * number :][:, :width].astype(np.float32)
            ball = np.hypot(x - 30 - 3 * number % (width - 60), y - height / 2) < 14
            picture[ball] = (210, 120, 60)
            picture += random.normal(0, grain, picture.shape)
            frames.append(np.clip(np.rint(picture), 0, 255).astype(np.uint8))
        return frames

    return make


@pytest.fixture(scope="session")
def lit() -> Callable[[NDArray[np.uint8], object, object], NDArray[np.uint8]]:
    """A frame with gains and offsets of its channels' light."""

    def change(frame: NDArray[np.uint8], gain: object, offset: object = 0.0) -> NDArray[np.uint8]:
        light = (frame / 255.0) ** 2.2 * np.asarray(gain) + np.asarray(offset)
        return np.rint(np.clip(light, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)

    return change
