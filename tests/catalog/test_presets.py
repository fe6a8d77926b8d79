"""Presets, quality levels and motion strength."""

import pytest

from artifex.catalog.presets import DISTILLED, LEVELS, PRESETS, Values, level, motion, preset
from artifex.catalog.registry import find_model
from artifex.engine.sampling.schedule import flow_schedule
from artifex.errors import BadInput, UnknownName

SPEC = find_model("starter")
LIGHTNING = PRESETS["lightning"]


@pytest.mark.parametrize("boundary", [0.875, 0.9])
def test_lightning_walks_the_steps_its_loras_were_distilled_for(boundary: float) -> None:
    assert LIGHTNING.steps is not None
    assert LIGHTNING.shift is not None
    schedule = flow_schedule(LIGHTNING.solver or "", LIGHTNING.steps, LIGHTNING.shift)
    # 1000, 750, 500 and 250 under shift 5: two steps for each expert of the A14B models.
    shifted = [5 * level / (1 + 4 * level) for level in (1.0, 0.75, 0.5, 0.25)]
    assert schedule.timesteps.tolist() == [int(1000 * sigma) for sigma in shifted] == [1000, 937, 833, 625]
    assert [timestep >= boundary * 1000 for timestep in schedule.timesteps.tolist()] == [True, True, False, False]
    assert LIGHTNING.guidance == (1.0, 1.0)


def test_lightning_without_a_lora_is_refused_with_the_remedy() -> None:
    with pytest.raises(BadInput, match=r"--lora .*Wan2\.2-Lightning"):
        preset("lightning")
    assert preset("lightning", with_lora=True) == LIGHTNING


@pytest.mark.parametrize("name", LEVELS)
def test_levels_leave_distilled_steps_alone(name: str) -> None:
    for distilled in DISTILLED:
        assert level(name, SPEC, distilled).over(PRESETS[distilled]).steps == PRESETS[distilled].steps
    assert level(name, SPEC, "t2v-720p") == level(name, SPEC)


def test_the_promised_presets_are_there() -> None:
    said = {
        "t2v-720p": (60, (3.0, 4.5), 121, 5.0),
        "t2v-720p-preview": (36, (2.5, 3.5), 81, 4.0),
        "i2v-480p": (40, (3.5, 3.5), None, 3.0),
        "ti2v-720p24": (50, (5.0, 5.0), 121, 5.0),
        "s2v-1024x704": (40, (4.5, 4.5), None, None),
    }
    values = {name: PRESETS[name] for name in said}
    assert {name: (v.steps, v.guidance, v.frame_count, v.shift) for name, v in values.items()} == said
    assert PRESETS["i2v-480p"].area == 480 * 832
    assert (PRESETS["s2v-1024x704"].area, PRESETS["s2v-1024x704"].segment_frames) == (704 * 1024, 80)


def test_motion_in_the_middle_is_the_models_own() -> None:
    assert motion(SPEC, 0.5) == Values(shift=SPEC.defaults.shift)
    assert motion(SPEC, 0.5, own_shift=3.0) == Values(shift=3.0)


def test_more_motion_spends_more_steps_on_noise() -> None:
    shifts = [motion(SPEC, strength / 10).shift or 0 for strength in range(11)]
    assert shifts == sorted(set(shifts))
    assert (shifts[0], shifts[-1]) == (SPEC.defaults.shift / 2.5, SPEC.defaults.shift * 2.5)
    noisy = [int((flow_schedule("unipc", 20, shift).timesteps >= 500).sum()) for shift in (shifts[0], shifts[-1])]
    assert noisy[0] < noisy[1]


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan"), float("inf")])
def test_motion_out_of_range(strength: float) -> None:
    with pytest.raises(BadInput, match=r"0 \(calm\) to 1"):
        motion(SPEC, strength)


def test_unknown_presets_are_listed() -> None:
    with pytest.raises(UnknownName, match="lightning"):
        preset("thunder")
