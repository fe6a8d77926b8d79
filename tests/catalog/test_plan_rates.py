"""Learning costs from finished clips."""

from dataclasses import replace

import pytest

from artifex.catalog.least_squares import fit
from artifex.catalog.rates import ENOUGH, Rates, typical
from artifex.catalog.rates import learn as learn_for
from artifex.catalog.work import Stage, StageTimes, Work

NATIVE = Work(
    forwards=32, linear=2.4e11, attention=9e10, encode=1e9, decode=1.24e11, chunks=9, pixels=33 * 256 * 256,
    weights=48_000_000, host=158_000_000, device=0, disk=1_000_000
)  # fmt: skip
SHORT = replace(
    NATIVE, forwards=4, linear=1e9, attention=1e7, decode=4e9, chunks=2, pixels=5 * 64 * 64, host=68_000_000
)
LARGE = replace(NATIVE, forwards=8, linear=2e11, attention=4e11, decode=5e11, pixels=4 * 33 * 256 * 256)
MEDIUM = replace(NATIVE, forwards=20, linear=1e11, attention=1e11, decode=2.5e11, pixels=2 * 33 * 256 * 256)


TYPICAL = typical("cpu")


def learn(clips: list[tuple[Work, StageTimes]]) -> Rates:
    return learn_for(clips, "cpu")


def took(work: Work, slower: float = 1.0) -> StageTimes:
    """A machine with round costs."""
    seconds: dict[Stage, float] = {
        "start": 0.5,
        "load": 3.0,
        "encode": 0.2,
        "denoise": 0.01 * work.forwards + 1e-11 * work.linear + 2.5e-11 * work.attention,
        "decode": 0.5 + 3e-11 * work.decode + 1e-8 * work.pixels,
        "end": 0.2,
    }
    ram = 400_000_000 + work.host
    return StageTimes({stage: value * slower for stage, value in seconds.items()}, peak_ram=ram)


def total(times: StageTimes) -> float:
    return sum(times.seconds.values())


def test_nothing_measured_leaves_the_typical_costs() -> None:
    assert dict(learn([]).costs) == dict(TYPICAL.costs)
    assert not TYPICAL.calibrated


def test_three_shapes_tell_the_costs_apart() -> None:
    rates = learn([(work, took(work)) for work in (SHORT, NATIVE, LARGE)])
    assert rates.calibrated
    for work in (SHORT, NATIVE, LARGE, MEDIUM):
        assert sum(rates.stages(work).values()) == pytest.approx(total(took(work)), rel=0.1)
        assert rates.ram(work) == pytest.approx(took(work).peak_ram, rel=0.05)


def test_a_gpu_is_expected_to_be_faster_and_its_process_larger() -> None:
    gpu = typical("cuda:0")
    assert gpu.stages(LARGE)["denoise"] < TYPICAL.stages(LARGE)["denoise"]
    assert gpu.ram(NATIVE) > TYPICAL.ram(NATIVE)


def test_one_clip_scales_the_typical_costs() -> None:
    rates = learn([(NATIVE, took(NATIVE))])
    assert not rates.calibrated
    assert sum(rates.stages(NATIVE).values()) == pytest.approx(total(took(NATIVE)), rel=0.05)


def test_an_interrupted_clip_does_not_bend_the_rest() -> None:
    clips = [(work, took(work)) for work in (SHORT, NATIVE, LARGE, NATIVE)]
    rates = learn([*clips, (MEDIUM, took(MEDIUM, slower=8.0))])
    assert sum(rates.stages(NATIVE).values()) == pytest.approx(total(took(NATIVE)), rel=0.2)


def test_predictions_grow_with_the_work() -> None:
    rates = learn([(work, took(work)) for work in (SHORT, NATIVE, LARGE)])
    before, after = rates.stages(NATIVE), rates.stages(replace(NATIVE, linear=9e11, decode=9e11, encode=9e11))
    assert all(after[stage] >= before[stage] for stage in before)


def test_stages_that_were_not_measured_stay_typical() -> None:
    rates = learn([(NATIVE, StageTimes({"denoise": 4.0}, peak_ram=0))] * ENOUGH)
    assert rates.costs["load"] == TYPICAL.costs["load"]
    assert rates.costs["ram"] == TYPICAL.costs["ram"]
    assert rates.costs["denoise"] != TYPICAL.costs["denoise"]


def test_fit_recovers_coefficients_and_stays_non_negative() -> None:
    rows = [(1.0, 10.0), (1.0, 100.0), (1.0, 1000.0)]
    assert fit(rows, [3.0, 21.0, 201.0], (1.0, 0.2)) == pytest.approx((1.0, 0.2), rel=0.02)
    falling = fit(rows, [30.0, 20.0, 10.0], (1.0, 1.0))
    assert min(falling) >= 0.0


def test_fit_keeps_the_prior_where_the_rows_say_nothing() -> None:
    assert fit([(2.0, 0.0)], [8.0], (1.0, 5.0)) == pytest.approx((4.0, 20.0))
    assert fit([], [], (1.0, 5.0)) == (1.0, 5.0)


def test_small_clips_do_not_bend_a_gpus_memory() -> None:
    times = replace(took(NATIVE), peak_vram=170_000_000, peak_ram=1_500_000_000)
    rates = learn_for([(replace(NATIVE, device=90_000_000), times)] * ENOUGH, "cuda:0")
    assert (rates.costs["vram"], rates.costs["ram"]) == (
        typical("cuda:0").costs["vram"],
        typical("cuda:0").costs["ram"],
    )
