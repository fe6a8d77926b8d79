import numpy as np
import pytest

from artifex.errors import BadInput
from artifex.media.compose.transitions import transition

_KINDS = ("dissolve", "dip", "wipe")


@pytest.fixture
def pair():
    return tuple(np.random.default_rng(seed).integers(0, 256, (54, 96, 3)).astype(np.uint8) for seed in (1, 2))


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("softness", [0.0, 0.5])
def test_the_ends_are_the_frames_themselves(kind, softness, pair):
    a, b = pair
    assert transition(a, b, kind, 0, softness=softness) is a
    assert transition(a, b, kind, 1.0, softness=softness) is b


@pytest.mark.parametrize("progress", [0.001, 0.25, 1 / 3, 0.5, 0.999])
def test_a_dissolve_mixes_what_is_displayed(progress, pair):
    a, b = pair
    result = transition(a, b, "dissolve", progress)
    assert result.dtype == np.uint8
    assert np.abs(result - (a * (1 - progress) + b * progress)).max() <= 0.501


def test_a_dissolve_of_equal_frames_is_still(pair):
    for progress in np.linspace(0.01, 0.99, 23):
        assert np.array_equal(transition(pair[0], pair[0].copy(), "dissolve", float(progress)), pair[0])


def test_a_dip_goes_through_its_colour(pair):
    a, b = pair
    assert (transition(a, b, "dip", 0.5, colour=(250, 128, 3)) == (250, 128, 3)).all()
    for progress, frame, share in ((0.2, a, 0.4), (0.8, b, 0.4)):
        expected = frame * (1 - share) + np.array((250, 128, 3)) * share
        assert np.abs(transition(a, b, "dip", progress, colour=(250, 128, 3)) - expected).max() <= 0.501


@pytest.mark.parametrize(
    ("angle", "first", "last"),
    [
        (0.0, np.s_[:, :1], np.s_[:, -1:]),
        (180.0, np.s_[:, -1:], np.s_[:, :1]),
        (90.0, np.s_[:1], np.s_[-1:]),
        (-90.0, np.s_[-1:], np.s_[:1]),
        (45.0, np.s_[:1, :1], np.s_[-1:, -1:]),
    ],
)
@pytest.mark.parametrize("softness", [0.0, 0.3])
def test_a_wipe_goes_where_its_angle_points(angle, first, last, softness, pair):
    a, b = pair
    start, end = (transition(a, b, "wipe", progress, angle=angle, softness=softness) for progress in (0.15, 0.85))
    assert np.abs(end[first].astype(int) - b[first]).max() == 0
    assert np.abs(start[last].astype(int) - a[last]).max() == 0


def test_a_hard_wipe_takes_its_share_and_every_pixel_whole(pair):
    a, b = pair
    for progress in (0.1, 0.5, 0.75):
        result = transition(a, b, "wipe", progress)
        edge = round(progress * 96)
        assert np.array_equal(result[:, : edge - 1], b[:, : edge - 1])
        assert np.array_equal(result[:, edge + 1 :], a[:, edge + 1 :])


def test_a_soft_wipe_only_ever_goes_forward():
    black, white = np.zeros((54, 96, 3), np.uint8), np.full((54, 96, 3), 255, np.uint8)
    steps = [
        transition(black, white, "wipe", progress / 40, angle=30.0, softness=0.4).astype(int) for progress in range(41)
    ]
    changes = np.diff(np.stack(steps), axis=0)
    assert changes.min() >= 0
    assert changes.max() <= 30  # 255 levels over 0.4 of the way in steps of 1.4 / 40: no jump anywhere


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("progress", {"progress": 1.01}),
        ("progress", {"progress": float("nan")}),
        ("softness", {"progress": 0.5, "softness": 2.0}),
        ("angle", {"progress": 0.5, "angle": float("inf")}),
        ("kind", {"progress": 0.5, "kind": "star"}),
    ],
)
def test_wrong_values_are_named(field, values, pair):
    with pytest.raises(BadInput) as caught:
        transition(*pair, **{"kind": "wipe", **values})
    assert caught.value.field == field


def test_frames_of_two_sizes(pair):
    with pytest.raises(ValueError, match="of one size"):
        transition(pair[0], pair[1][:-1], "dissolve", 0.5)
