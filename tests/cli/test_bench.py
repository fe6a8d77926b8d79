"""``artifex bench``: calibration, and the comparison with diffusers' pipeline. Looks at form, never at speed."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from artifex.catalog import manifest, registry
from artifex.catalog.budget import Budget
from artifex.catalog.compose import Wishes, compose
from artifex.catalog.plan import Execution, count_work
from artifex.catalog.presets import Values
from artifex.catalog.work import Stage
from artifex.cli import calibration
from artifex.cli.door import CANNOT_RUN
from artifex.errors import CannotRun
from artifex.jobs.resident import ResidentModels
from artifex.jobs.work import bench
from artifex.jobs.work.bench import ROWS, SIDES, Comparison, compare
from artifex.machine import this_machine
from artifex.recipe import Recipe
from artifex.settings import Settings
from artifex.store.blobs import Blobs
from artifex.units import PixelSize
from artifex.wiring import LocalStudio
from tests.cli.conftest import Run


@pytest.fixture
def small() -> Recipe:
    spec = registry.find_model("starter")
    values = Values(size=PixelSize(64, 64), frame_count=5, steps=2)
    return compose(spec, manifest.lock(spec), Wishes(calibration.PROMPT, values), seed=0)


def test_both_sides_make_a_clip_in_turns(small: Recipe) -> None:
    told: list[tuple[int, str]] = []
    result = compare(small, rounds=1, on_run=lambda number, side: told.append((number, side)))
    assert told == [(0, "ours"), (0, "diffusers")]
    for side in SIDES:
        assert set(ROWS) <= set(result.medians[side])
        assert all(result.medians[side][row] >= 0 for row in ROWS)
        assert result.medians[side]["whole process"] > result.medians[side]["prompt to file"]
        assert result.medians[side]["peak_ram"] > 50_000_000


def test_a_run_that_takes_too_long_is_given_up(small: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_LONGEST_RUN", 0.01)
    with pytest.raises(CannotRun, match="given up"):
        compare(small, rounds=1, on_run=lambda _number, _side: None)


def test_the_ratio_is_ours_over_theirs() -> None:
    result = Comparison(1, {"ours": {"step": 1.0}, "diffusers": {"step": 4.0}})
    assert result.ratio("step") == 0.25


def test_nothing_is_compared_with_what_was_too_short_to_measure() -> None:
    result = Comparison(1, {"ours": {"text": 0.05}, "diffusers": {"text": 0.0}})
    assert result.ratio("text") is None


def test_calibration_makes_plans_rest_on_this_machine(
    small: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = tuple(replace(small, steps=steps) for steps in (1, 2))
    monkeypatch.setattr(calibration, "recipes", lambda _: shapes)
    studio = LocalStudio(Settings(tmp_path), ResidentModels(), Blobs(tmp_path / "blobs"))
    assert studio.plan(small).prediction.basis == "estimated"
    told: list[Recipe] = []
    calibration.calibrate(studio, registry.find_model("starter"), told.append, Budget(ram=8 * 2**30))
    assert tuple(told) == shapes * 2
    assert studio.plan(small).prediction.basis == "calibrated"
    [clips] = json.loads((tmp_path / "measurements.json").read_text())["devices"].values()
    assert [set(clip["seconds"]) for clip in clips] == [set(get_args(Stage))] * 4
    assert {path.name for path in tmp_path.iterdir()} <= {"measurements.json", "measurements.lock"}


def test_a_large_model_is_not_measured_without_a_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = replace(this_machine(), accelerators=())
    monkeypatch.setattr(calibration, "this_machine", lambda: here)
    studio = LocalStudio(Settings(tmp_path), ResidentModels(), Blobs(tmp_path / "blobs"))
    with pytest.raises(CannotRun, match="bench --calibrate"):
        calibration.calibrate(studio, registry.find_model("wan2.2-ti2v-5b"), lambda _: None)


def test_calibration_clips_are_made_on_this_machine(small: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTIFEX_SERVER", "http://127.0.0.1:9")
    assert set(calibration.measure(small, None, Budget()).seconds) == set(get_args(Stage))


def test_why_a_calibration_clip_was_not_made_is_told_in_words(small: Recipe) -> None:
    with pytest.raises(CannotRun, match=r"could not be made: [^{}]*memory[^{}]*\.$"):
        calibration.measure(small, None, Budget(ram=1000))


def test_calibration_shapes_differ_in_kind() -> None:
    """Told apart: passes, linear layers and attention have different shares in each."""
    spec = registry.find_model("starter")
    works = [count_work(spec, recipe, Execution("cpu", "float32")) for recipe in calibration.recipes(spec)]
    shares = [work.attention / work.linear for work in works]
    assert shares[2] > 1.5 * shares[1] > 1.5 * shares[0]
    assert works[2].decode > 1.5 * works[1].decode > 15 * works[0].decode
    chunks = [work.chunks / work.decode for work in works]
    assert chunks[3] > 3 * max(chunks[1:3])


def test_a_budget_is_for_measuring(forked: Run) -> None:
    told = forked("bench", "--vram", "12GiB")
    assert told.returncode == 2
    assert "--calibrate" in told.stderr


@pytest.mark.parametrize("rounds", ["0", "-3", "1000", "many"])
def test_rounds_out_of_range(artifex: Run, rounds: str) -> None:
    told = artifex("bench", "--rounds", rounds)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr


def test_threads_of_the_program_sleep_while_they_wait() -> None:
    """And a choice of the user stays; what is started from here is told the same."""
    told = "import os; from artifex.cli import main; main.let_threads_sleep(); print(os.environ['OMP_WAIT_POLICY'])"
    for given, expected in (({}, "PASSIVE"), ({"OMP_WAIT_POLICY": "ACTIVE"}, "ACTIVE")):
        environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"} | given
        ran = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True)
        assert ran.stdout.strip() == expected


@pytest.mark.parametrize("command", [("bench", "--calibrate"), ("calibrate", "starter", "--prompts", "1")])
def test_what_cannot_be_kept_is_not_found_out_first(forked: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "home").touch()
    refused = forked(*command)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (CANNOT_RUN, 1), refused.stderr
    assert "home cannot be written" in refused.stderr


def test_a_folder_in_the_place_of_figures_is_found_before_the_work(forked: Run, tmp_path: Path) -> None:
    (tmp_path / "work" / "figures").mkdir()
    refused = forked("bench", "--json", "figures")
    assert (refused.returncode, "round" in refused.stderr) == (2, False)
    assert "figures is a folder" in refused.stderr
