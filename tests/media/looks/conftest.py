"""Pictures that hold many colours, and how far two of them are apart to the eye."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from artifex.media.continuity.colour_difference import delta_e
from artifex.media.continuity.lab import lab


@pytest.fixture(scope="session")
def colours() -> NDArray[np.uint8]:
    """[96, 160, 3]: greys, ramps of pure colours, and thousands at random."""
    picture = np.random.default_rng(7).integers(0, 256, (96, 160, 3)).astype(np.uint8)
    ramp = np.linspace(0, 255, 160).astype(np.uint8)
    picture[:8] = ramp[None, :, None]
    for channel in range(3):
        picture[8 + 8 * channel : 16 + 8 * channel] = 0
        picture[8 + 8 * channel : 16 + 8 * channel, :, channel] = ramp
    return picture


@pytest.fixture(scope="session")
def differences() -> Callable[[NDArray[np.uint8], NDArray[np.uint8]], NDArray[np.float64]]:
    """CIEDE2000 of every fifth pixel of two pictures."""

    def measure(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float64]:
        pairs = zip(lab(one).reshape(-1, 3)[::5].tolist(), lab(other).reshape(-1, 3)[::5].tolist(), strict=True)
        return np.array([delta_e(tuple(a), tuple(b)) for a, b in pairs])

    return measure
