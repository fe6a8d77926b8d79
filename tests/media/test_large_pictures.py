"""Pictures so large that threads convert them, and more threads encode them."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from artifex.media import colour, container
from artifex.media.codecs import H264, HEVC
from artifex.media.colour import planes_from_rgb
from artifex.media.container import THREADS, threads_for
from artifex.media.encode import encode_video
from artifex.units import PixelSize


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


def test_only_x264_takes_more_threads_for_tall_pictures() -> None:
    assert threads_for(H264, PixelSize(2560, 1440)) == threads_for(HEVC, PixelSize(3840, 2160)) == THREADS
    assert threads_for(H264, PixelSize(3840, 2160)) == threads_for(H264, PixelSize(2160, 3840)) > THREADS


def test_tall_pictures_are_encoded_by_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Their number is seen in the bytes, which are the same every time."""
    frames = np.random.default_rng(0).integers(0, 256, (30, 1602, 64, 3), dtype=np.uint8)

    def encoded(name: str) -> bytes:
        encode_video([frames], Fraction(16), tmp_path / name)
        return (tmp_path / name).read_bytes()

    many, again = encoded("many.mp4"), encoded("again.mp4")
    monkeypatch.setattr(container, "_X264_THREADS_OF_TALL", THREADS)
    assert many == again != encoded("few.mp4")
