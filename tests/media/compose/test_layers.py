import numpy as np
import pytest
from PIL import Image

from artifex.errors import BadInput
from artifex.media.compose.layers import Layer, composed
from artifex.units import PixelSize

_SIZE = PixelSize(width=96, height=64)


@pytest.fixture
def random_frame():
    def make(seed, width=96, height=64, channels=3):
        return np.random.default_rng(seed).integers(0, 256, (height, width, channels)).astype(np.uint8)

    return make


@pytest.fixture
def smooth_frame(draw):
    return draw(1, 192, 128)[0]


def _over(below, above, alpha):
    """Straight alpha in floats; ``alpha`` from 0 to 1."""
    return below + (above.astype(np.float64) - below) * alpha


def test_one_layer_that_is_the_canvas_comes_back_itself(random_frame):
    frame, hidden = random_frame(1), random_frame(2)
    assert composed([Layer(frame)], _SIZE) is frame
    assert composed([Layer(frame, fit="none", rotation=720.0)], _SIZE) is frame
    assert composed([Layer(hidden, x=0.3), Layer(frame)], _SIZE) is frame
    assert composed([Layer(frame), Layer(hidden, opacity=0.0), Layer(hidden, scale=0.0)], _SIZE) is frame


def test_nothing_and_what_lies_outside_leave_the_background(random_frame):
    for layers in ([], [Layer(random_frame(1), x=1.0)], [Layer(random_frame(1), y=-3.0, rotation=45.0)]):
        canvas = composed(layers, _SIZE)
        assert canvas.shape == (64, 96, 3)
        assert not canvas.any()


@pytest.mark.parametrize("opacity", [0.001, 0.25, 0.5, 0.77, 1.0])
@pytest.mark.parametrize("channels", [3, 4])
def test_straight_alpha_to_one_level(opacity, channels, random_frame):
    below, above = random_frame(1), random_frame(2, channels=channels)
    alpha = opacity * (above[..., 3:] / 255 if channels == 4 else 1.0)
    result = composed([Layer(below), Layer(above, opacity=opacity)], _SIZE)
    assert np.abs(result - _over(below, above[..., :3], alpha)).max() <= (1.0 if channels == 4 else 0.51)


@pytest.mark.parametrize(
    ("blend", "formula"),
    [
        ("multiply", lambda below, above: below * above),
        ("screen", lambda below, above: below + above - below * above),
        ("add", lambda below, above: np.minimum(below + above, 1)),
    ],
)
def test_blends_to_one_level(blend, formula, random_frame):
    below, above = random_frame(1), random_frame(2, channels=4)
    mixed = formula(below / 255, above[..., :3] / 255) * 255
    expected = _over(below, mixed, above[..., 3:] / 255 * 0.6)
    result = composed([Layer(below), Layer(above, opacity=0.6, blend=blend)], _SIZE)
    assert np.abs(result - expected).max() <= 0.51


def test_whole_pixels_are_moved_bit_for_bit(random_frame):
    frame = random_frame(1)
    moved = composed([Layer(frame, x=24 / 96, y=-16 / 64)], _SIZE)
    assert np.array_equal(moved[:48, 24:], frame[16:, :72])
    assert not moved[48:].any()
    assert not moved[:, :24].any()


def test_fits(random_frame):
    white = np.full((50, 100, 3), 255, np.uint8)
    size = PixelSize(width=100, height=100)
    shares = {fit: composed([Layer(white, fit=fit)], size) for fit in ("contain", "cover", "stretch", "none")}
    for fit in ("contain", "none"):
        assert (shares[fit][25:75] == 255).all()
        assert not shares[fit][:25].any()
        assert not shares[fit][75:].any()
    for fit in ("cover", "stretch"):
        assert (shares[fit] == 255).all()
    small = random_frame(3, 10, 10)
    assert np.array_equal(composed([Layer(small, fit="none")], size)[45:55, 45:55], small)


def test_cover_shows_the_middle(smooth_frame, psnr):
    result = composed([Layer(smooth_frame, fit="cover")], PixelSize(width=64, height=64))
    wanted = Image.fromarray(smooth_frame[:, 32:160]).resize((64, 64), Image.Resampling.LANCZOS)
    assert psnr(result, np.asarray(wanted)) > 45


def test_bars_have_hard_edges():
    """Where nobody asked for parts of pixels, none are made."""
    white = np.full((1080, 1920, 3), 255, np.uint8)
    result = composed([Layer(white)], PixelSize(width=101, height=99))
    assert set(np.unique(result)) <= {0, 255}


@pytest.mark.parametrize("rotation", [0.0, 90.0, 180.0, -90.0])
def test_quarter_turns(rotation, draw, psnr):
    frame = draw(1, 96, 96)[0]
    size = PixelSize(width=96, height=96)
    turned = np.rot90(frame, round(-rotation / 90))  # ours is clockwise
    inner = (slice(2, -2), slice(2, -2))
    assert psnr(composed([Layer(frame, rotation=rotation)], size)[inner], turned[inner]) > 45


def test_turning_there_and_back(smooth_frame, psnr):
    size = PixelSize(width=192, height=128)
    there = composed([Layer(smooth_frame, rotation=30.0)], size)
    back = composed([Layer(there, rotation=-30.0)], size)
    middle = (slice(44, 84), slice(76, 116))
    assert psnr(back[middle], smooth_frame[middle]) > 35


def test_a_turned_picture_has_smooth_edges_and_its_area():
    white = np.full((40, 40, 3), 255, np.uint8)
    result = composed([Layer(white, fit="none", rotation=20.0)], PixelSize(width=100, height=100))[..., 0]
    assert abs(float(result.sum()) / 255 - 1600) < 16
    assert ((result > 20) & (result < 235)).sum() > 60


@pytest.mark.parametrize("shift", [0.25, 0.5, 0.75])
def test_parts_of_pixels(shift):
    """A slow move does not jump from pixel to pixel: the edge gets lighter as it goes."""
    white = np.full((20, 20, 3), 255, np.uint8)
    size = PixelSize(width=100, height=100)
    result = composed([Layer(white, fit="none", x=shift / 100)], size)[50, :, 0]
    assert abs(int(result[40]) - 255 * (1 - shift)) <= 1
    assert abs(int(result[60]) - 255 * shift) <= 1
    assert (result[41:60] == 255).all()


def test_a_slow_zoom_grows_evenly():
    white = np.full((20, 20, 3), 255, np.uint8)
    size = PixelSize(width=100, height=100)
    areas = [
        float(composed([Layer(white, fit="none", scale=1 + 0.005 * step)], size)[..., 0].sum()) / 255
        for step in range(1, 40)
    ]
    assert (np.diff(areas) > 0).all()
    assert all(abs(area - 400 * (1 + 0.005 * step) ** 2) < 0.6 for step, area in enumerate(areas, 1))


def test_shrinking_looks_at_every_pixel():
    lines = np.zeros((400, 400, 3), np.uint8)
    lines[::2] = 255
    for rotation in (0.0, 10.0):
        result = composed([Layer(lines, scale=0.5, rotation=rotation)], PixelSize(width=100, height=100))
        assert np.abs(result[40:60, 40:60].astype(int) - 127).max() <= 4


def test_clear_pixels_do_not_bleed(random_frame):
    layer = np.zeros((40, 40, 4), np.uint8)
    layer[..., 1] = 255  # green, but clear
    layer[10:30, 10:30] = (255, 0, 0, 255)
    for rotation in (0.0, 25.0):
        result = composed([Layer(layer, scale=1.7, rotation=rotation)], PixelSize(width=90, height=90))
        assert result[..., 1].max() <= 1
        assert result[..., 0].max() >= 254


@pytest.mark.parametrize("scale", [1e-9, 0.001, 100.0])
@pytest.mark.parametrize("rotation", [0.0, 33.0])
def test_extreme_sizes(scale, rotation, random_frame):
    result = composed([Layer(random_frame(1), scale=scale, rotation=rotation, x=0.013)], _SIZE)
    assert result.shape == (64, 96, 3)


def test_frames_are_left_alone(random_frame):
    below, above = random_frame(1), random_frame(2, channels=4)
    kept = below.copy(), above.copy()
    composed([Layer(below), Layer(above, opacity=0.5, blend="add"), Layer(above, rotation=5.0)], _SIZE)
    assert np.array_equal(below, kept[0])
    assert np.array_equal(above, kept[1])


@pytest.mark.parametrize(
    ("field", "value"),
    [("opacity", 1.1), ("opacity", float("nan")), ("x", 101.0), ("scale", -1.0), ("fit", "fill"), ("blend", "burn")],
)
def test_wrong_values_are_named(field, value, random_frame):
    with pytest.raises(BadInput, match=field) as caught:
        Layer(random_frame(1), **{field: value})
    assert caught.value.field == field


@pytest.mark.parametrize("frame", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3))])
def test_what_is_no_picture(frame):
    with pytest.raises(ValueError, match="a layer is uint8"):
        Layer(frame)
