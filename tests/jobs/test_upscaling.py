"""The size of an upscaled clip."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from artifex.errors import BadInput
from artifex.jobs.upscaling import RESOLUTIONS, Enlargement
from artifex.units import PixelSize


@pytest.mark.parametrize(
    ("size", "wanted", "becomes"),
    [
        ((832, 480), Enlargement(), (1664, 960)),
        ((832, 480), Enlargement(4), (3328, 1920)),
        ((1280, 720), Enlargement(resolution="1080p"), (1920, 1080)),
        ((1280, 720), Enlargement(resolution="2160p"), (3840, 2160)),
        ((1280, 720), Enlargement(resolution="4320p"), (7680, 4320)),
        ((480, 832), Enlargement(resolution="1080p"), (1080, 1872)),
        ((1280, 704), Enlargement(resolution="2160p"), (3926, 2160)),
    ],
)
def test_a_scale_or_the_shorter_side_says_it(
    size: tuple[int, int], wanted: Enlargement, becomes: tuple[int, int]
) -> None:
    assert wanted.of(*size) == PixelSize(*becomes)


@given(st.integers(2, 1079), st.integers(2, 1079), st.sampled_from(list(RESOLUTIONS)))
def test_a_resolution_is_met_exactly_with_proportions_kept(width: int, height: int, resolution: str) -> None:
    assume(RESOLUTIONS[resolution] * max(width, height) <= 8192 * min(width, height))
    size = Enlargement(resolution=resolution).of(width, height)
    assert min(size.width, size.height) == RESOLUTIONS[resolution]
    assert (size.width % 2, size.height % 2) == (0, 0)
    assert abs(size.width * height - size.height * width) <= 2 * max(width, height)


@pytest.mark.parametrize(
    ("scale", "resolution"), [(2, "1080p"), (1, None), (5, None), (None, "720p"), (None, "8k"), ("2", None)]
)
def test_what_is_no_enlargement_is_refused(scale: int, resolution: str) -> None:
    with pytest.raises(BadInput):
        Enlargement(scale, resolution)


@pytest.mark.parametrize("size", [(1920, 1080), (1088, 1920), (4096, 3000)])
def test_what_is_as_large_already_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="already"):
        Enlargement(resolution="1080p").of(*size)


def test_what_nothing_plays_is_refused() -> None:
    with pytest.raises(BadInput, match="16000x9000"):
        Enlargement(4).of(4000, 2250)


@pytest.mark.parametrize("wanted", [Enlargement(3), Enlargement(resolution="1440p")])
def test_a_request_says_the_same_again(wanted: Enlargement) -> None:
    assert Enlargement.from_data({"asset": "x", **wanted.to_data()}) == wanted
