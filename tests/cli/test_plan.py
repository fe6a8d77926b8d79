"""``artifex plan`` tells what a clip would take, and makes nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from artifex.cli.plan import measuring
from artifex.recipe import ModelLock, Task
from tests.catalog.model_folders import a_recipe
from tests.cli.conftest import Run

PROMPT = "a red circle moves right on a blue background"


def test_a_plan_in_words(artifex: Run, tmp_path: Path) -> None:
    told = artifex("plan", PROMPT)
    assert told.returncode == 0, told.stderr
    for word in ("device", "memory", "disk", "denoising", "It fits this machine."):
        assert word in told.stdout
    assert "artifex bench --calibrate" in told.stdout
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    ("task", "model", "device", "command"),
    [
        ("t2v", "wan2.2-ti2v-5b", "cuda:0", "artifex bench wan2.2-ti2v-5b"),
        ("i2v", "wan2.2-i2v-a14b", "cuda:0", "artifex bench --calibrate"),
        ("t2v", "wan2.2-ti2v-5b", "cpu", "artifex bench --calibrate"),
        ("t2v", "starter", "cuda:0", "artifex bench --calibrate"),
    ],
)
def test_the_command_that_measures(task: Task, model: str, device: str, command: str) -> None:
    assert measuring(replace(a_recipe(), task=task, model=ModelLock(model, ())), device) == command


def test_a_plan_as_json(artifex: Run) -> None:
    told = artifex("plan", PROMPT, "--json")
    assert told.returncode == 0, told.stderr
    plan = json.loads(told.stdout)
    assert plan["fits"] is True
    assert plan["shortage"] is None
    assert plan["basis"] == "estimated"
    assert plan["seconds"] == pytest.approx(sum(plan["stages"].values()))
    assert plan["ram"] > 0
    assert plan["attention"] == "auto"


def test_what_does_not_fit_is_told_whole_and_by_the_exit_code(forked: Run) -> None:
    """As 'generate' refuses it, so that a script need not read the plan."""
    much = ("--model", "wan2.2-t2v-a14b", "--ram", "2GiB")
    told = forked("plan", PROMPT, *much)
    assert (told.returncode, told.stderr) == (3, "")
    assert "denoising" in told.stdout
    assert "This clip needs about" in told.stdout
    told = forked("plan", PROMPT, *much, "--json")
    assert (told.returncode, told.stderr) == (3, "")
    plan = json.loads(told.stdout)
    assert plan["fits"] is False
    assert plan["shortage"].startswith("This clip needs about")
    assert plan["seconds"] > 0


def test_a_plan_with_the_attention_that_was_asked_for(forked: Run) -> None:
    assert json.loads(forked("plan", PROMPT, "--attention", "sdpa", "--json").stdout)["attention"] == "sdpa"


def test_a_larger_request_takes_more(forked: Run) -> None:
    def seconds(*options: str) -> float:
        return json.loads(forked("plan", PROMPT, *options, "--json").stdout)["seconds"]

    native = seconds()
    assert seconds("--frames", "65") > native
    assert seconds("--steps", "40") > native
    assert seconds("--guidance", "1") < native


def test_plan_refuses_what_generate_refuses(forked: Run) -> None:
    told = forked("plan", PROMPT, "--size", "333x256", "--json")
    assert told.returncode == 2
    assert "multiples of 32" in json.loads(told.stderr)["error"]["message"]
    assert forked("plan").returncode == 2


def test_a_finished_clip_improves_the_next_plan(artifex: Run, tmp_path: Path) -> None:
    options = [PROMPT, "--size", "64x64", "--frames", "5", "--steps", "2", "--seed", "1"]
    made = artifex("generate", *options, "-o", "clip.mp4", "--json")
    assert made.returncode == 0, made.stderr
    [clip] = json.loads(made.stdout)["clips"]
    plan = json.loads(artifex("plan", *options, "--json").stdout)
    assert plan["stages"]["load"] == pytest.approx(clip["seconds"]["load"], rel=0.05)
    assert plan["ram"] == pytest.approx(clip["peak_ram"], rel=0.05)
    assert (tmp_path / "home" / "measurements.json").is_file()
