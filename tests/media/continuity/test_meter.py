import io
import json
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image, ImageFilter

from artifex.media.continuity.chart import strip_chart, strip_png
from artifex.media.continuity.joints import joint
from artifex.media.continuity.meter import ContinuityMeter, continuity
from artifex.media.continuity.repeats import Run
from artifex.media.decode import frames as decoded
from artifex.media.encode import encode_video
from artifex.units import PixelSize


def _blurred(frame, radius):
    return np.asarray(Image.fromarray(frame).filter(ImageFilter.GaussianBlur(radius)))


def test_a_sound_clip(scene):
    report = continuity(scene(40))
    assert report.drift.colour < 1.0
    assert abs(report.drift.contrast) < 0.02
    assert abs(report.drift.sharpness) < 0.25
    assert report.repeats == ()
    assert report.cuts == ()
    assert report.consistency > 0.95
    assert len(report.measures) == 40


@pytest.mark.parametrize("pan", [1, 4, 11])
def test_a_camera_that_moves_is_no_fault(pan, scene):
    report = continuity(scene(24, pan=pan))
    assert report.consistency > (0.93 if pan == 11 else 0.95)  # then the ball crosses 14 pixels a frame of it
    assert report.cuts == ()


def test_flicker_is_inconsistent(scene):
    steady = continuity(scene(24)).consistency
    random = np.random.default_rng(0)
    boiling = [np.clip(frame + random.normal(0, 14, frame.shape), 0, 255).astype(np.uint8) for frame in scene(24)]
    assert continuity(boiling).consistency < steady - 0.1


def test_drift_of_colour_contrast_and_sharpness(scene, lit):
    frames = scene(48)
    warm = continuity(
        [lit(frame, np.array((1, 1, 1)) + np.array((0.5, 0.1, -0.3)) * i / 47) for i, frame in enumerate(frames)]
    )
    assert 5 < warm.drift.colour < 15
    assert warm.most_drift >= warm.drift.colour
    flat = continuity(
        [np.rint(110 + (frame - 110.0) * (1 - 0.5 * i / 47)).astype(np.uint8) for i, frame in enumerate(frames)]
    )
    assert -0.5 < flat.drift.contrast < -0.35
    soft = continuity([_blurred(frame, 2 * i / 47) for i, frame in enumerate(frames)])
    assert soft.drift.sharpness < -0.6
    assert soft.drift.colour < 0.5


def test_frozen_and_duplicate_frames(scene):
    frames = scene(40)
    frames[10:18] = [frames[10]] * 8
    frames[25] = frames[24]
    frames[30] = frames[31] = frames[29]
    report = continuity(frames)
    assert report.frozen == (Run(11, 7),)
    assert report.duplicates == (Run(25, 1), Run(30, 2))
    assert continuity([frames[0]] * 12).frozen == (Run(1, 11),)


def test_a_repeat_that_was_encoded_is_still_one(scene, tmp_path):
    frames = scene(30)
    frames[12:20] = [frames[12]] * 8
    encode_video([np.stack(frames)], Fraction(24), tmp_path / "clip.mp4")
    report = continuity(decoded(tmp_path / "clip.mp4"))
    assert any(run.first <= 14 and run.first + run.count >= 19 for run in report.frozen)
    assert all(11 <= run.first < 20 for run in report.repeats)


@pytest.mark.parametrize("pan", [0, 6])
def test_cuts_are_found_where_they_are(pan, scene):
    frames = scene(20, seed=1, pan=pan) + scene(16, seed=2, pan=pan) + scene(9, seed=3, pan=pan)
    assert continuity(frames).cuts == (20, 36)


def test_a_flash_and_a_cut_at_the_first_frame(scene):
    flash = scene(24)
    flash[9] = 255 - flash[9] // 3
    assert continuity(flash).cuts == (9, 10)
    late = [*scene(1, seed=4), *scene(20)]
    assert continuity(late).cuts == (1,)
    assert continuity([*scene(1, seed=4), *scene(1)]).cuts == (1,)


def test_what_is_no_cut(scene, lit):
    quick = [scene(1, seed=seed)[0] for seed in range(12)]  # every frame is new, so none stands out
    assert continuity(quick).cuts == ()
    lamp = [lit(frame, 1.0 if i < 12 else 1.35) for i, frame in enumerate(scene(24))]
    assert continuity(lamp).cuts == ()


def test_one_frame_none_and_two_sizes(scene):
    report = continuity(scene(1))
    assert (report.drift.colour, report.drift.contrast, report.consistency) == (0, 0, 1)
    with pytest.raises(ValueError, match="no frames"):
        continuity([])
    with pytest.raises(ValueError, match="of one size"):
        continuity([scene(1)[0], scene(1, height=150)[0]])
    tiny = continuity([np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)])
    assert tiny.measures[1].difference == 1


def test_large_frames_are_measured_like_small_ones(scene):
    small = continuity(scene(8))
    large = continuity(
        [np.asarray(Image.fromarray(frame).resize((960, 544), Image.Resampling.BOX)) for frame in scene(8)]
    )
    for one, other in zip(small.measures, large.measures, strict=True):
        assert one.colour == pytest.approx(other.colour, abs=0.01)
        assert one.similarity == pytest.approx(other.similarity, abs=0.01)


def test_watching_changes_nothing(scene):
    frames = scene(6)
    meter = ContinuityMeter()
    watched = meter.watch(iter(frames))
    assert next(watched) is frames[0]
    assert len(meter.report().measures) == 1
    assert sum(1 for _ in watched) == 5
    assert meter.report() == continuity(frames)


def test_joints(scene, lit):
    whole = scene(40)
    fine = joint(continuity(whole[:20]), continuity(whole[20:]))
    assert fine.colour < 0.5
    assert abs(fine.sharpness) < 0.25
    darker = joint(continuity(whole[:20]), continuity([lit(frame, 0.5) for frame in whole[20:]]))
    assert darker.colour > 8
    softer = joint(continuity(whole[:20]), continuity([_blurred(frame, 1.5) for frame in whole[20:]]))
    assert softer.sharpness < -0.5
    assert softer.colour < 0.5


def test_data_and_charts(scene):
    frames = scene(20) + scene(20, seed=2)
    frames[5:10] = [frames[5]] * 5
    report = continuity(frames)
    data = json.loads(json.dumps(report.to_data()))
    assert data["cuts"] == [20]
    assert data["frozen"] == [{"first": 6, "count": 4}]
    assert {len(values) for values in data["chart"].values()} == {40}
    chart = strip_chart(report, PixelSize(width=400, height=200)).astype(int)
    assert (chart[:, 200] == (226, 72, 62)).all()
    assert (chart[1::40, 60:90, 2] > chart[1::40, 60:90, 0] + 30).mean() > 0.5
    with Image.open(io.BytesIO(strip_png(report))) as picture:
        assert picture.size == (960, 360)
    assert strip_chart(continuity(scene(1))).shape == (360, 960, 3)
