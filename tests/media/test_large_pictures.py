"""Pictures so large that threads convert them."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from artifex.media import colour
from artifex.media.colour import planes_from_rgb


@pytest.mark.parametrize("size", [(2160, 3840), (2162, 1942), (4320, 1002)])
@pytest.mark.parametrize(
    ("dtype", "pixel_format"), [("uint8", "yuv420p"), ("uint16", "yuv422p10le"), ("uint8", "yuv444p")]
)
def test_threads_do_not_change_a_bit(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], dtype: str, pixel_format: str
) -> None:
    """However many there are, and wherever a picture is cut between them."""
    chance = np.random.default_rng(0)
    picture = chance.integers(0, np.iinfo(dtype).max, (*size, 3), dtype=dtype, endpoint=True)
    made: list[NDArray[Any]] = []
    for large, threads in ((0, 1), (0, 3), (2**22, colour._THREADS)):
        monkeypatch.setattr(colour, "_LARGE", large)
        monkeypatch.setattr(colour, "_THREADS", threads)
        made.append(planes_from_rgb(picture, pixel_format).to_ndarray())
    assert np.array_equal(made[0], made[1])
    assert np.array_equal(made[0], made[2])
