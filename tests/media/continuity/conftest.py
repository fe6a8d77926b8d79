"""Scenes that move as films do, so that what is wrong with a clip is only what a test puts there."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

Frames = list[NDArray[np.uint8]]


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
