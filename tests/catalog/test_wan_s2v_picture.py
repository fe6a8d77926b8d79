"""Pictures and poses fitted as the speech transformer was trained."""

import sys

import numpy as np
import psutil
import pytest
import torch

from artifex.catalog.wan.picture import cover, shortened
from artifex.catalog.wan.s2v.conditioning import frames_before
from artifex.catalog.wan.s2v.picture import fit_picture, fit_pose
from artifex.units import PixelSize

WHITE = 255


def test_the_longer_side_is_cropped_around_the_centre() -> None:
    picture = np.zeros((40, 100, 3), dtype=np.uint8)
    picture[:, 40:60] = WHITE
    fitted = fit_picture(picture, PixelSize(40, 40))
    assert fitted.shape == (1, 3, 1, 40, 40)
    # The middle 20 columns of 100 are in the middle of the 40 that are left.
    assert torch.equal(fitted[0, 0, 0, 0] > 0, torch.tensor([False] * 10 + [True] * 20 + [False] * 10))


@pytest.mark.parametrize(("size", "missing"), [(PixelSize(64, 32), (16, 16)), (PixelSize(33, 32), (0, 1))])
def test_what_a_picture_lacks_is_black_and_what_a_pose_lacks_grey(size: PixelSize, missing: tuple[int, int]) -> None:
    square = np.full((50, 50, 3), WHITE, dtype=np.uint8)
    left, right = missing
    for fitted, colour in ((fit_picture(square, size), -1.0), (fit_pose(square[None], size), 0.0)):
        row = fitted[0, 0, 0, 5]
        expected = torch.tensor([colour] * left + [1.0] * 32 + [colour] * right)
        torch.testing.assert_close(row, expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3), (31, 33)])
def test_any_shape_is_fitted(shape: tuple[int, int]) -> None:
    picture = np.full((*shape, 3), 90, dtype=np.uint8)
    assert fit_picture(picture, PixelSize(64, 128)).shape == (1, 3, 1, 128, 64)
    assert fit_pose(np.stack((picture, picture)), PixelSize(64, 128)).shape == (1, 3, 2, 128, 64)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory cannot be limited")
@pytest.mark.parametrize("shape", [(8000, 1), (1, 8000)])
def test_a_line_of_pixels_takes_little_memory(shape: tuple[int, int]) -> None:
    """Scaled whole, it would take 1.5 GB and more."""
    import resource

    line, size = np.full((*shape, 3), 90, dtype=np.uint8), PixelSize(256, 256)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + 2**30, limits[1]))
    try:
        fitted = (torch.from_numpy(cover(line, size)), fit_picture(line, size), fit_pose(line[None], size))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
    grey = torch.tensor(90 / 255 * 2 - 1)
    assert all(torch.allclose(each, grey, atol=1e-5) for each in fitted)


def test_what_is_seen_of_a_long_picture_does_not_depend_on_its_ends() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (20, 1000, 3), dtype=np.uint8)
    size = PixelSize(64, 32)
    assert shortened(picture, size).shape == (20, 640, 3)
    assert shortened(picture[:, :640], size).shape == (20, 640, 3)
    for fit in (fit_picture, cover):
        whole, middle = (torch.as_tensor(fit(each, size)) for each in (picture, picture[:, 100:900]))
        torch.testing.assert_close(whole, middle, atol=0.02, rtol=0)


def test_frames_before_a_clip_are_grey_or_end_with_the_picture() -> None:
    picture = torch.ones(1, 3, 1, 4, 4)
    assert not frames_before(picture, start_from_picture=False).any()
    started = frames_before(picture, start_from_picture=True)[0, 0, :, 0, 0]
    assert started.tolist() == [0.0] * 67 + [1.0] * 6
