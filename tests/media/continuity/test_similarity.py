import numpy as np
import pytest

from artifex.media.continuity.similarity import aligned, shifts, spectrum, ssim


@pytest.fixture
def plane(scene):
    return scene(1, seed=5, width=400, height=240)[0][..., 1].astype(np.float32)


def _slow_ssim(one, other):
    """Window by window, as the paper writes it."""
    values = []
    for row in range(one.shape[0] - 7):
        for column in range(one.shape[1] - 7):
            a, b = (plane[row : row + 8, column : column + 8].astype(np.float64) for plane in (one, other))
            covariance = ((a - a.mean()) * (b - b.mean())).mean()
            top = (2 * a.mean() * b.mean() + 6.5025) * (2 * covariance + 58.5225)
            values.append(top / ((a.mean() ** 2 + b.mean() ** 2 + 6.5025) * (a.var() + b.var() + 58.5225)))
    return np.mean(values)


def test_ssim_is_the_papers(plane):
    one = plane[:40, :50]
    other = np.clip(one + np.random.default_rng(1).normal(0, 12, one.shape), 0, 255).astype(np.float32)
    assert ssim(one, other) == pytest.approx(_slow_ssim(one, other), abs=1e-5)
    assert ssim(one, one) == pytest.approx(1.0, abs=1e-9)
    assert ssim(one[:4, :5], other[:4, :5]) < 1


@pytest.mark.parametrize(("down", "right"), [(0, 0), (3, 0), (0, -7), (-5, 12), (20, 20)])
def test_a_shift_is_found_and_undone(down, right, plane):
    before, after = plane[24:204, 24:344], plane[24 - down : 204 - down, 24 - right : 344 - right]
    assert (down, right) in shifts(spectrum(before), spectrum(after), before.shape)
    one, other = aligned(before, after, down, right)
    assert np.array_equal(one, other)
    assert one.shape == (180 - abs(down), 320 - abs(right))


def test_far_shifts_and_empty_planes_are_left(plane):
    before, after = plane[:180, :320], plane[:180, 70:390]
    assert all(
        abs(down) <= 22 and abs(right) <= 40 for down, right in shifts(spectrum(before), spectrum(after), (180, 320))
    )
    flat = np.full((3, 4), 7, np.float32)
    assert set(shifts(spectrum(flat), spectrum(flat), flat.shape)) <= {(0, 0)}
