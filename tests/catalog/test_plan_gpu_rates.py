"""Minutes predicted for a GPU: of a known card before anything was measured, and of any after a few short clips."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from random import Random

import pytest

from artifex.catalog.cards import peak_flops
from artifex.catalog.execution import HOPPER, Execution
from artifex.catalog.manner import in_one_measure
from artifex.catalog.plan import count_work
from artifex.catalog.rates import Rates, learn, typical
from artifex.catalog.registry import find_model
from artifex.catalog.work import Stage, StageTimes, Work
from artifex.cli.calibration import short_recipes
from artifex.errors import BadInput
from artifex.machine import Accelerator
from artifex.recipe import ModelLock
from tests.catalog.model_folders import a_recipe

TOLERANCE = 0.15
LONG = 1e13
"""FLOPs of a pass in attention from which further kernels are loaded in the first step."""
LOADING = 8.0
"""Seconds that they take; an H200 took about as many. Short clips do not tell them."""
H200 = Accelerator("NVIDIA H200", memory_total=150 * 10**9, memory_free=150 * 10**9, driver="", capability=HOPPER)

# What a card really takes: seconds of warming up and around a pass; FLOP/s of products, attention and the decoder;
# seconds a pixel is encoded in.
CARDS: Mapping[str, tuple[float, float, float, float, float, float]] = {
    "as known": (3.0, 0.01, 7e14, 5.5e14, 1.2e14, 3e-8),
    "a third as fast, and slower to start": (12.0, 0.04, 2.4e14, 1.5e14, 3e13, 6e-8),
    "attention much slower": (2.0, 0.002, 1.4e14, 4e13, 4e13, 2e-8),
    "old": (30.0, 0.1, 2e13, 1.6e13, 8e12, 5e-8),
}


def work_of(model: str, quantised: bool, **asked: object) -> tuple[Work, Execution]:
    execution = Execution(
        "cuda:0",
        "bfloat16",
        quantisation="fp8" if quantised else "none",
        decode_dtype="bfloat16" if quantised else "float32",
    )
    recipe = a_recipe(**asked)
    return count_work(find_model(model), recipe, execution), execution


def measure_of(work: Work, execution: Execution) -> Work:
    return in_one_measure(work, asdict(execution))


def taken(work: Work, card: str, random: Random | None = None) -> StageTimes:
    """Seconds on one of CARDS of work in one measure; a few percent off, each time otherwise."""
    warming, one_pass, linear, attention, decoder, pixel = CARDS[card]
    if work.attention / work.forwards > LONG:
        warming += LOADING
    seconds: dict[Stage, float] = {
        "start": 1.5,
        "load": 9.0 + work.weights / 1.5e9 + 12.0 * work.float8,
        "encode": 0.8 + work.encode / 1e14,
        "denoise": one_pass * work.forwards + work.linear / linear + work.attention / attention,
        "decode": 0.8 + work.decode / decoder + pixel * work.pixels,
        "end": 0.4,
    }
    if random is not None:
        seconds = {stage: value * random.uniform(0.97, 1.03) for stage, value in seconds.items()}
        warming *= random.uniform(0.9, 1.1)
    seconds["denoise"] += warming
    return StageTimes(seconds, peak_ram=0, warm_up=warming)


def calibrated(model: str, card: str, float8: bool, seed: int) -> Rates:
    random, spec = Random(seed), find_model(model)
    works: list[Work] = []
    for recipe in short_recipes(spec, ModelLock(model, ()), float8=float8):
        execution = work_of(model, recipe.accuracy == "high")[1]
        works.append(measure_of(count_work(spec, recipe, execution), execution))
    return learn([(work, taken(work, card, random)) for work in works], "cuda:0", H200 if seed % 2 else None)


def total(seconds: Mapping[Stage, float]) -> float:
    return sum(seconds.values())


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("model", ["wan2.2-t2v-a14b", "wan2.2-ti2v-5b"])
def test_a_few_short_clips_tell_the_minutes_of_long_ones(model: str, card: str) -> None:
    for seed in range(8):
        quantised = seed % 4 > 1
        rates = calibrated(model, card, quantised, seed)
        for size in ({"width": 832, "height": 480}, {"width": 1280, "height": 704}):
            for frames, steps in ((49, 4), (81, 40), (121, 20)):
                asked = {**size, "frame_count": frames, "steps": steps, "guidance": (3.0, 4.0)}
                work = measure_of(*work_of(model, quantised, **asked))
                expected = taken(work, card).seconds
                told = rates.stages(work)
                for stage in ("load", "decode"):
                    assert told[stage] == pytest.approx(expected[stage], rel=TOLERANCE), (seed, asked, stage)
                for ours, real in ((told["denoise"], expected["denoise"]), (total(told), total(expected))):
                    assert ours == pytest.approx(real, abs=TOLERANCE * real + LOADING), (seed, asked)


@pytest.mark.parametrize(
    ("size", "quantised", "seconds"),
    [((832, 480), False, 2.81), ((832, 480), True, 1.98), ((1280, 720), False, 11.06), ((1280, 720), True, 7.85)],
)
def test_a_known_card_needs_no_measurement(size: tuple[int, int], quantised: bool, seconds: float) -> None:
    """Attention by cuDNN."""
    assert one_pass(replace(H200, capability=(0, 0)), size, quantised) == pytest.approx(seconds, rel=TOLERANCE)


@pytest.mark.parametrize(
    ("size", "quantised", "seconds"),
    [((832, 480), False, 2.53), ((832, 480), True, 1.75), ((1280, 720), False, 9.74), ((1280, 720), True, 6.85)],
)
def test_nor_does_one_with_flash_attention_4(
    size: tuple[int, int], quantised: bool, seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("flash_attn", "cutlass"):
        (tmp_path / f"{package}.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert one_pass(H200, size, quantised) == pytest.approx(seconds, rel=0.06)


@pytest.mark.parametrize(
    ("size", "quantised", "seconds"),
    [((832, 480), True, 0.75), ((1280, 720), True, 1.71), ((1280, 720), False, 5.3)],
)
def test_nor_does_its_decoder(size: tuple[int, int], quantised: bool, seconds: float) -> None:
    """What its kernels took for 81 frames, in bfloat16 and in float32, without the video encoder beside it."""
    width, height = size
    work = measure_of(*work_of("wan2.2-t2v-a14b", quantised, width=width, height=height, frame_count=81))
    _, _, of_flop, _ = typical("cuda:0", H200).costs["decode"]
    assert work.decode * of_flop == pytest.approx(seconds, rel=0.05)


def one_pass(card: Accelerator, size: tuple[int, int], quantised: bool) -> float:
    """Seconds that are assumed of one pass of A14B over 81 frames."""
    width, height = size
    asked = {"width": width, "height": height, "frame_count": 81, "guidance": (1.0, 1.0)}
    short, long = (
        typical("cuda:0", card).stages(measure_of(*work_of("wan2.2-t2v-a14b", quantised, steps=steps, **asked)))
        for steps in (10, 20)
    )
    return (long["denoise"] - short["denoise"]) / 10


@pytest.mark.parametrize(
    ("name", "tera"),
    [
        (H200.name, 989), ("NVIDIA GeForce RTX 4090", 165), ("NVIDIA GeForce RTX 4070 Ti SUPER", 88),
        ("NVIDIA GeForce RTX 3080 Ti Laptop GPU", 40.8), ("NVIDIA A100-SXM4-80GB", 312), ("NVIDIA L4", 121),
        ("NVIDIA H100 PCIe", 756), ("NVIDIA A10G", 70), ("a card", None), ("NVIDIA GeForce GTX 1080", None),
    ],
)  # fmt: skip
def test_cards_by_name(name: str, tera: float | None) -> None:
    peak = peak_flops(name)
    assert peak is None if tera is None else peak == pytest.approx(tera * 1e12)


def test_a_processor_has_one_manner() -> None:
    work, execution = work_of("wan2.2-t2v-a14b", True)
    assert in_one_measure(work, asdict(replace(execution, device="cpu"))) == work
    assert in_one_measure(work, {}) == work


def test_a_model_that_needs_a_picture_is_refused() -> None:
    with pytest.raises(BadInput, match="words alone"):
        short_recipes(find_model("wan2.2-i2v-a14b"), ModelLock("wan2.2-i2v-a14b", ()))
