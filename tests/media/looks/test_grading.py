import hashlib
import threading
from functools import cache

import numpy as np
import pytest

from artifex.media.looks.baking import colour_table, cube_text
from artifex.media.looks.chain import Look
from artifex.media.looks.cube import parse_cube
from artifex.media.looks.grading import Grader
from artifex.media.looks.lut_filter import LutFilter
from artifex.media.looks.presets import PRESETS

_DEPTHS = {np.uint8: 255, np.uint16: 65535, np.float32: 1}
_SHA = "0" * 64


def _at_depth(picture, dtype):
    return picture if dtype == np.uint8 else (picture / 255 * _DEPTHS[dtype]).astype(dtype)


def _exactly(look, frame):
    """As floats from 0 to 1, the slow way."""
    return look.graded(frame / np.float64(_DEPTHS[frame.dtype.type]))


@cache
def _grader(name):
    """(Making one takes a tenth of a second, and each depth another.)"""
    return Grader(_preset(name))


def _preset(name):
    return Look.from_data(PRESETS[name])


def _cube_of(look):
    return parse_cube(cube_text(colour_table(look, 33)))


@pytest.mark.parametrize("dtype", _DEPTHS)
@pytest.mark.parametrize(
    "data",
    [
        [],
        [{"kind": "saturation", "amount": 0.0, "enabled": False}],
        [{"kind": "saturation", "amount": 0.0, "mix": 0.0}],
        [{"kind": "exposure"}, {"kind": "cdl"}, {"kind": "curves"}],
        [{"kind": "curves", "red": [[0, 0], [0.4, 0.4], [1, 1]]}],
    ],
)
def test_a_look_that_changes_nothing_is_skipped(data, dtype, colours):
    frame = _at_depth(colours, dtype)
    result = Grader(Look.from_data(data)).apply(frame)
    assert result is frame or np.array_equal(result, frame)
    if dtype != np.float32:
        assert result is frame


def test_tables_that_change_nothing_are_skipped(colours):
    cube = _cube_of(Look())
    assert Grader(Look.from_data([{"kind": "lut", "sha256": _SHA}], lambda _: cube)).apply(colours) is colours


@pytest.mark.parametrize("dtype", _DEPTHS)
def test_an_identity_table_through_the_filter(dtype, colours, differences):
    """The bar is a mean of 1 and a most of 2; what is asked here is that nothing is seen at all."""
    frame = _at_depth(colours, dtype)
    result = LutFilter(colour_table(Look())).applied(frame)
    assert result.dtype == dtype
    assert np.abs(result.astype(np.float64) - frame).max() <= {np.uint8: 0, np.uint16: 1, np.float32: 1e-6}[dtype]
    if dtype == np.uint8:
        found = differences(result, frame)
        assert found.mean() < 1.0
        assert found.max() < 2.0


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_close_to_the_slow_way(name, colours, differences):
    exact, result = _exactly(_preset(name), colours) * 255, _grader(name).apply(colours)
    error = np.abs(result - exact)
    assert error.mean() < 0.3
    assert error.max() < 2.0
    found = differences(result, np.rint(exact).astype(np.uint8))
    assert found.mean() < 0.1
    assert found.max() < 2.0


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
@pytest.mark.parametrize("name", ["teal_orange", "sepia", "neon_night"])
def test_deep_pictures_are_close_too(name, dtype, colours):
    frame = _at_depth(colours, dtype)
    result = _grader(name).apply(frame)
    assert result.dtype == dtype
    assert result.shape == frame.shape
    error = np.abs(result / _DEPTHS[dtype] - _exactly(_preset(name), frame)) * 255
    assert error.mean() < 0.02
    assert error.max() < 2.0


def test_each_channel_by_itself_is_exact(colours):
    data = [
        {"kind": "contrast", "amount": 1.4},
        {"kind": "temperature", "warmth": -0.4},
        {"kind": "exposure", "stops": 1},
    ]
    look = Look.from_data(data)
    for dtype in (np.uint8, np.uint16):
        frame = _at_depth(colours, dtype)
        assert np.array_equal(Grader(look).apply(frame), np.rint(_exactly(look, frame) * _DEPTHS[dtype]))
    frame = _at_depth(colours, np.float32)
    assert np.abs(Grader(look).apply(frame) - _exactly(look, frame)).max() < 1e-5


def test_a_lut_of_three_dimensions(colours):
    cube = _cube_of(_preset("teal_orange"))
    look = Look.from_data([{"kind": "lut", "sha256": _SHA, "strength": 0.5}], lambda _: cube)
    error = np.abs(Grader(look).apply(colours) - _exactly(look, colours) * 255)
    assert error.mean() < 0.35
    assert error.max() < 2.0


def test_order_matters_and_mix_is_a_mixture(colours):
    first, second = {"kind": "exposure", "stops": 1}, {"kind": "curves", "master": [[0, 0.2], [1, 0.8]]}
    one, other = (Grader(Look.from_data(data)).apply(colours) for data in ([first, second], [second, first]))
    assert not np.array_equal(one, other)
    grey = Grader(Look.from_data([{"kind": "saturation", "amount": 0.0, "mix": 0.5}])).apply(colours)
    full = Grader(Look.from_data([{"kind": "saturation", "amount": 0.0}])).apply(colours)
    assert np.abs(grey - (full.astype(float) + colours) / 2).max() <= 1.5
    assert np.ptp(full.astype(int), axis=-1).max() <= 1


@pytest.mark.parametrize("dtype", _DEPTHS)
def test_strength_may_change_from_frame_to_frame(dtype, colours):
    frame, grader = _at_depth(colours, dtype), _grader("noir")
    assert grader.apply(frame, 0.0) is frame
    whole = grader.apply(frame)
    for strength in (0.25, 0.8):
        error = np.abs(grader.apply(frame, strength) - (frame * (1.0 - strength) + whole * float(strength)))
        assert error.max() <= (1e-6 if dtype == np.float32 else 0.51)


def test_frames_of_several_sizes_and_kinds_through_one_grader(colours):
    grader = _grader("vivid")
    whole = grader.apply(colours)
    for height, width in ((31, 47), (1, 1), (96, 160), (2, 3)):
        assert np.array_equal(grader.apply(colours[:height, :width]), whole[:height, :width])
    assert np.array_equal(grader.apply(colours[::-1, ::2]), whole[::-1, ::2])


def test_frames_are_left_alone_and_stream(colours):
    before = hashlib.sha256(colours.tobytes()).hexdigest()
    taken = []

    def frames():
        for index in range(3):
            taken.append(index)
            yield colours

    results = map(_grader("noir").apply, frames())
    next(results)
    assert taken == [0]
    assert len(list(results)) == 2
    assert hashlib.sha256(colours.tobytes()).hexdigest() == before


def test_one_grader_a_thread(colours):
    expected, found = _grader("sepia").apply(colours), []

    def work():
        grader = Grader(_preset("sepia"))
        found.append(all(np.array_equal(grader.apply(colours), expected) for _ in range(5)))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 3


def test_what_can_be_seen_through_stays_so():
    frame = np.random.default_rng(1).integers(0, 256, (8, 8, 4), np.uint8)
    seen = Grader(_preset("teal_orange")).apply(frame)
    assert np.array_equal(seen[..., 3], frame[..., 3])
    assert np.array_equal(seen[..., :3], Grader(_preset("teal_orange")).apply(np.ascontiguousarray(frame[..., :3])))


@pytest.mark.parametrize("frame", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 5), np.uint8), np.zeros((4, 4, 3))])
def test_what_is_no_frame(frame):
    with pytest.raises(ValueError, match="a frame is uint8, uint16 or float32"):
        _grader("noir").apply(frame)
