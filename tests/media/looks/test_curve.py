import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from artifex.media.looks.curve import through

_WHERE = np.linspace(-0.1, 1.1, 1201)


@st.composite
def _points(draw, rising: bool):
    count = draw(st.integers(2, 12))
    inputs = sorted(draw(st.sets(st.integers(0, 1000), min_size=count, max_size=count)))
    outputs = draw(st.lists(st.floats(0, 1), min_size=count, max_size=count))
    return tuple(zip([place / 1000 for place in inputs], sorted(outputs) if rising else outputs, strict=True))


@given(_points(rising=True))
def test_points_that_rise_give_a_curve_that_rises(points):
    assert (np.diff(through(points, _WHERE)) >= -1e-12).all()


@given(_points(rising=False))
def test_it_passes_through_its_points_and_never_beyond_their_range(points):
    inputs, outputs = (np.array(column) for column in zip(*points, strict=True))
    assert np.allclose(through(points, inputs), outputs, atol=1e-9)
    curve = through(points, _WHERE)
    assert curve.min() >= outputs.min()
    assert curve.max() <= outputs.max()


def test_it_is_straight_where_points_are_and_flat_outside():
    assert np.allclose(through(((0.0, 0.0), (0.3, 0.3), (1.0, 1.0)), _WHERE), np.clip(_WHERE, 0, 1))
    assert through(((0.25, 0.1), (0.75, 0.9)), np.array([0.0, 0.25, 0.5, 0.75, 1.0])).tolist() == [
        0.1, 0.1, 0.5, 0.9, 0.9,
    ]  # fmt: skip


def test_it_is_smooth():
    curve = through(((0.0, 0.0), (0.25, 0.15), (0.5, 0.55), (0.75, 0.8), (1.0, 1.0)), np.linspace(0, 1, 2001))
    slopes = np.diff(curve) * 2000
    assert np.abs(np.diff(slopes)).max() < 0.02
