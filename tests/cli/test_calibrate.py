"""``artifex calibrate``: what it finds out is kept for the weights, and accuracy ``fast`` follows it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from artifex.catalog.saving import Saving
from artifex.cli.calibrate import MOST_PROMPTS
from artifex.jobs.savings import keep_saving, saving_of
from artifex.jobs.work.saving import LADDER, Gate, Outcome, Trial, search
from artifex.media.likeness import Likeness
from artifex.recipe import ModelLock
from tests.cli.conftest import Run
from tests.ground.test_recipe import RECIPE

SMALL = ("--size", "64x64", "--frames", "5")
FOUND = Saving((0.1, 0.2), 0.75, 10, 0.3, 33.0, 0.95, 0.5, 1000)
FAST = replace(RECIPE, accuracy="fast", steps=10)


@pytest.fixture
def home(tiny_home: Path, tmp_path: Path) -> Path:
    return shutil.copytree(tiny_home, tmp_path / "own")


def test_fast_saves_what_calibrating_found(forked: Run, home: Path, tmp_path: Path) -> None:
    told = forked("calibrate", "tiny-ti2v", "--prompts", "1", "--steps", "12", *SMALL, "--json", home=home)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert found["tried"][0]["clips"] == [{"psnr": 100.0, "ssim": 1.0}]
    kept = found["kept"]
    assert kept["passes_saved"] > 0, "the tiny network is so calm that something passes"
    made = recipe_of(forked, home, tmp_path / "fast.mp4", "--accuracy", "fast", "--steps", "12")
    assert made.get("step_cache", [0.0, 0.0]) == kept["step_cache"]
    assert made.get("guidance_until", 1.0) == kept["guidance_until"]
    assert made.get("attention_density", 1.0) == kept["attention_density"]
    more = recipe_of(forked, home, tmp_path / "more.mp4", "--accuracy", "fast", "--steps", "13")
    assert more.keys().isdisjoint({"step_cache", "guidance_until", "attention_density"}), (
        "found out for twelve steps, not for thirteen"
    )
    asked = recipe_of(forked, home, tmp_path / "own.mp4", "--accuracy", "high", "--step-cache", "0.3", "--steps", "12")
    assert asked["step_cache"] == [0.3, 0.3]


def test_what_was_not_calibrated_says_so(forked: Run, home: Path, tmp_path: Path) -> None:
    words = ("a boat", "--model", "tiny-ti2v", "--steps", "2", *SMALL, "--accuracy", "fast", "-o")
    told = forked("generate", *words, str(tmp_path / "clip.mp4"), home=home)
    assert told.returncode == 0, told.stderr
    assert "artifex calibrate tiny-ti2v" in told.stderr


@pytest.mark.parametrize("budget", [("--vram", "1MiB"), ("--ram", "1MiB"), ("--gpus", "0")])
def test_a_budget_is_one_as_for_a_clip(forked: Run, budget: tuple[str, str]) -> None:
    told = forked("calibrate", "starter", *budget)
    assert told.returncode == 2
    assert "too little memory" in told.stderr or "choose 1 or more" in told.stderr


@pytest.mark.parametrize("count", ["0", str(MOST_PROMPTS + 1)])
def test_prompts_out_of_range(forked: Run, count: str) -> None:
    told = forked("calibrate", "starter", "--prompts", count)
    assert told.returncode == 2
    assert f"1 to {MOST_PROMPTS}" in told.stderr


def recipe_of(forked: Run, home: Path, clip: Path, *words: str) -> dict[str, Any]:
    told = forked("generate", "a boat", "--model", "tiny-ti2v", *SMALL, *words, "-o", str(clip), home=home)
    assert told.returncode == 0, told.stderr
    return json.loads(clip.with_name(f"{clip.name}.json").read_text())


def measured(psnr: float, passes: int, trial: Trial, seconds: float = 1.0) -> Outcome:
    return Outcome(trial, (Likeness(psnr, 0.95), Likeness(psnr + 5, 0.95)), 0.01, passes, seconds)


def test_each_experts_threshold_is_its_own() -> None:
    """The low-noise expert bears 0.2, the high-noise one 0.1; guidance is needed to the end."""
    tried: list[Trial] = []

    def measure(trial: Trial) -> Outcome:
        tried.append(trial)
        low, high = trial.step_cache
        bad = low > 0.2 or high > 0.1 or trial.guidance_until < 1
        return measured(20.0 if bad else 40.0, round(100 - 50 * low - 50 * high), trial)

    best = search(measure, 2, Gate())
    assert best.trial == Trial((0.2, 0.1), 1.0)
    assert len(tried) == len(set(tried))
    assert max(low for low, _ in (trial.step_cache for trial in tried)) == LADDER[LADDER.index(0.2) + 1]


def test_where_nothing_passes_nothing_is_saved() -> None:
    def measure(trial: Trial) -> Outcome:
        unsaved = trial == Trial((0.0, 0.0), 1.0)
        return measured(100.0 if unsaved else 24.0, 20 if unsaved else 10, trial)

    assert search(measure, 1, Gate()).trial == Trial((0.0, 0.0), 1.0)


@pytest.mark.parametrize(
    ("borne", "share", "skips", "expected"),
    [
        (0.1, 0.5, True, Trial((0.4, 0.4), 1.0)),
        (0.6, 0.5, True, Trial((0.4, 0.4), 1.0, 0.8)),
        (0.6, 0.9, True, Trial((0.0, 0.0), 1.0, 0.4)),
        (0.6, 0.9, False, Trial((0.4, 0.4), 1.0)),
        (0.6, 0.0, True, Trial((0.4, 0.4), 1.0)),
    ],
    ids=["it bears none", "on top of the cache", "instead of it", "no kernel for it here", "none is counted"],
)
def test_attention_is_thinned_on_top_of_saved_steps_or_instead(
    borne: float, share: float, skips: bool, expected: Trial
) -> None:
    """The gate is missed by more than `borne`, of which the whole cache takes 0.35; it saves two fifths of the passes.

    `share` of a pass is attention.
    """
    tried: list[Trial] = []

    def pass_work(trial: Trial) -> float:
        return 1 - share * (1 - trial.attention_density)

    def measure(trial: Trial) -> Outcome:
        tried.append(trial)
        cache, left_out = trial.step_cache[0], 1 - trial.attention_density
        off = 0.35 * cache / 0.4 + left_out
        bad = cache > 0.4 or trial.guidance_until < 1 or off > (borne if left_out else 1)
        passes = round(100 * (1 - cache))
        return measured(20.0 if bad else 40.0, passes, trial, passes * (pass_work(trial) if skips else 2 - left_out))

    assert search(measure, 1, Gate(), pass_work).trial == expected
    assert len(tried) == len(set(tried))
    assert share > 0 or all(trial.attention_density == 1 for trial in tried)


@pytest.mark.parametrize(
    ("psnrs", "ssim", "error", "passes"),
    [
        ((30.0, 31.0, 25.0), 0.9, 0.05, True),
        ((30.0, 31.0, 24.9), 0.9, 0.05, False),
        ((29.9, 29.9, 40.0), 0.9, 0.05, False),
        ((40.0, 40.0, 40.0), 0.89, 0.05, False),
        ((40.0, 40.0, 40.0), 0.99, 0.06, False),
    ],
)
def test_the_gate(psnrs: tuple[float, ...], ssim: float, error: float, passes: bool) -> None:
    clips = tuple(Likeness(psnr, ssim) for psnr in psnrs)
    assert Outcome(Trial((0.1, 0.1), 1.0), clips, error, 1, 1.0).passes_gate(Gate()) == passes


def test_what_is_kept_holds_for_weights_and_not_for_names(tmp_path: Path) -> None:
    from artifex.catalog.registry import find_model

    spec, path = find_model("wan2.2-ti2v-5b"), tmp_path / "savings.json"
    lock = ModelLock("mine", (("a.safetensors", "ab" * 32),))
    assert saving_of(path, spec, lock) is None
    keep_saving(path, lock, replace(FOUND, steps=20))
    keep_saving(path, lock, FOUND)
    assert saving_of(path, spec, replace(lock, name="renamed")) == FOUND
    assert saving_of(path, spec, ModelLock("mine", (("a.safetensors", "cd" * 32),))) is None
    older = json.loads(path.read_text())
    for kept in older["weights"].values():
        del kept["attention_density"], kept["pixels"]
    path.write_text(json.dumps(older))
    assert saving_of(path, spec, lock) == replace(FOUND, attention_density=1.0, pixels=0)
    path.write_text("{")
    assert saving_of(path, spec, lock) is None


def test_what_was_found_holds_for_clips_like_those_it_was_found_with() -> None:
    assert FOUND.holds_for(FAST)
    assert FOUND.holds_for(replace(FAST, steps=4))
    assert not FOUND.holds_for(replace(FAST, steps=11))
    assert not FOUND.holds_for(replace(FAST, accuracy="high"))
    assert replace(FOUND, passes_saved=0.0).holds_for(FAST)
    assert not replace(FOUND, passes_saved=0.0, attention_density=1.0).holds_for(FAST)


def test_attention_is_thinned_in_clips_as_large_as_those_it_was_found_with() -> None:
    assert FOUND.of(FAST).attention_density == 0.5
    larger = replace(FOUND, pixels=FAST.width * FAST.height * FAST.frame_count + 1)
    assert larger.of(FAST).attention_density == 1.0
    assert larger.of(FAST).step_cache == FOUND.step_cache
