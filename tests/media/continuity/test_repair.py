import numpy as np
import pytest
from PIL import Image, ImageFilter

from artifex.errors import BadInput
from artifex.media.continuity.anchoring import Anchor, anchored
from artifex.media.continuity.bridges import best_bridge
from artifex.media.continuity.meter import continuity


def _flicker(frames):
    """How much mean levels change from frame to frame, beyond a steady way: mean size of their second difference."""
    means = np.array([frame.mean(axis=(0, 1)) for frame in frames])
    return float(np.abs(np.diff(means, n=2, axis=0)).mean())


@pytest.fixture(scope="module")
def drifts(scene, lit):
    """Clips that drift in known ways, beside what they would be without."""
    frames = scene(48)
    warm = np.array((0.35, 0.05, -0.25))
    ways = {
        "brighter": lambda frame, part: lit(frame, 1 + 0.4 * part),
        "darker": lambda frame, part: lit(frame, 1 - 0.35 * part),
        "warmer": lambda frame, part: lit(frame, 1 + warm * part),
        "foggier": lambda frame, part: lit(frame, 1 - 0.3 * part, 0.12 * part),
        "in levels": lambda frame, part: np.clip(frame * (1 + 0.15 * part) + 8 * part, 0, 255).astype(np.uint8),
    }
    return frames, {name: [way(frame, index / 47) for index, frame in enumerate(frames)] for name, way in ways.items()}


@pytest.mark.parametrize("name", ["brighter", "darker", "warmer", "foggier", "in levels"])
def test_drift_is_taken_back_without_flicker(name, drifts):
    sound, drifting = drifts[0], drifts[1][name]
    before, repaired = continuity(drifting), list(anchored(iter(drifting)))
    after = continuity(repaired)
    assert before.drift.colour > 2.5
    assert after.drift.colour < 0.25 * before.drift.colour
    assert after.most_drift < 0.25 * before.most_drift
    assert abs(after.drift.contrast) < max(0.25 * abs(before.drift.contrast), 0.02)
    assert after.drift.colour < 1
    assert _flicker(repaired) < _flicker(sound) + 0.2  # of 255 levels: the rounding of 8 bits
    assert after.consistency > before.consistency - 0.01


def test_a_flickering_lamp_is_not_made_worse(scene, lit):
    random = np.random.default_rng(3)
    flickering = [lit(frame, 1 + random.normal(0, 0.02)) for frame in scene(48)]
    assert _flicker(list(anchored(flickering))) < 1.05 * _flicker(flickering)


def test_a_sound_clip_is_left_nearly_as_it_is(scene, psnr):
    frames = scene(30)
    for before, after in zip(frames, anchored(frames), strict=True):
        assert psnr(before, after) > 45


def test_half_the_strength_leaves_half_the_drift(drifts):
    brighter = drifts[1]["brighter"]
    whole, half = (continuity(anchored(brighter, Anchor(strength=share))).drift.colour for share in (1.0, 0.5))
    before = continuity(brighter).drift.colour
    assert 0.35 * before < half < 0.65 * before
    assert whole < half
    assert all(a is b for a, b in zip(anchored(brighter, Anchor(strength=0.0)), brighter, strict=True))


def test_another_picture_is_not_pressed_into_the_first(scene, lit):
    """Black is not made grey, nor night day."""
    frames = scene(12) + [np.zeros_like(scene(1)[0])] * 12
    assert max(int(frame.max()) for frame in list(anchored(frames))[20:]) <= 4
    night = [lit(frame, 0.05) for frame in scene(12)]
    repaired = list(anchored(scene(12) + night))
    light = [(frames[-1].astype(float) / 255) ** 2.2 for frames in (night, repaired)]
    assert light[1].mean() < 1.75 * light[0].mean()


@pytest.mark.parametrize("count", [0, 1, 2, 5, 8, 9, 13, 14, 15, 40])
@pytest.mark.parametrize(("first", "smoothing"), [(8, 6), (1, 0), (3, 10), (12, 0)])
def test_every_frame_comes_out_once_and_few_are_held(count, first, smoothing, scene):
    frames, taken = scene(count, width=32, height=18), 0

    def source():
        nonlocal taken
        for frame in frames:
            taken += 1
            yield frame

    given = 0
    for frame in anchored(source(), Anchor(first_frames=first, smoothing=smoothing)):
        given += 1
        assert frame.shape == (18, 32, 3)
        assert taken - given <= first + smoothing
    assert given == count


@pytest.mark.parametrize(
    ("field", "value"), [("first_frames", 0), ("smoothing", 49), ("strength", 1.5), ("most_gain", 0.5)]
)
def test_wrong_anchors_are_named(field, value):
    with pytest.raises(BadInput, match=field) as caught:
        Anchor(**{field: value})
    assert caught.value.field == field


def test_the_best_bridge_is_sharp_alive_and_near_in_colour(scene, lit):
    frames = scene(40)
    for index in range(30, 40):
        frames[index] = np.asarray(Image.fromarray(frames[index]).filter(ImageFilter.GaussianBlur(1.5)))
    for index in (31, 32):
        frames[index] = lit(scene(40)[index], np.array((1.6, 1.0, 0.7)))
    frames[34] = scene(40)[34]
    frames[36] = frames[35] = scene(40)[35]
    bridge = best_bridge(iter(frames), last=10)
    assert bridge.index in (34, 35)  # both are whole; 36 is as sharp, but stands still
    assert np.array_equal(bridge.frame, frames[bridge.index])
    assert not bridge.is_repeat
    assert bridge.sharpness > 0.8
    assert bridge.colour < 1


def test_between_equals_the_last_is_taken(scene):
    frames = scene(20)
    assert best_bridge(frames, last=5).index == 19
    assert best_bridge(frames[:1]).index == 0
    assert best_bridge([frames[0]] * 9, last=4).index == 8


def test_a_wanted_colour(scene, lit):
    frames = scene(20)
    red = lit(frames[16], np.array((1.8, 0.9, 0.9)))
    frames[16] = red
    wanted = continuity([red]).measures[0].colour
    assert best_bridge(frames, last=6, wanted=wanted).index == 16


def test_wrong_bridges(scene):
    with pytest.raises(BadInput, match="from 1 to 240"):
        best_bridge(scene(2), last=0)
    with pytest.raises(ValueError, match="no frames"):
        best_bridge([])
