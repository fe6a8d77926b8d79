"""Running out of memory while a clip is made: it resumes from its last checkpoint, one rung lower, and reports that.

Calls of the network or the VAE are made to fail; everything else is the real program on the CPU, with the authors'
small recorded checkpoint of two experts.
"""

import json
import signal
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch

from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.vae import WanVAE
from artifex.cli.main import main
from artifex.media.decode import frame_hashes
from artifex.media.recipe_tag import read_recipe_text
from artifex.recipe import parse_recipe
from tests.jobs.mortal import PROGRAM, Place
from tests.jobs.small_models import write_picture

STEPS, CALLS_A_STEP = 6, 2
KEPT = 4
"""Steps in the last checkpoint before the end."""
IN_LAST_STEP = (STEPS - 1) * CALLS_A_STEP
RUNGS = ["int8"]
"""The only rung on a CPU while it denoises."""

SMALL_MACHINE = """
import torch
from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.transformer import WanTransformer
forward, calls = WanTransformer.forward, []
def failing_once(self, *arguments, **options):
    calls.append(1)
    if len(calls) == 11:
        raise torch.OutOfMemoryError("CUDA out of memory.")
    return forward(self, *arguments, **options)
WanTransformer.forward = failing_once
"""


@dataclass
class Machine:
    """Runs out of memory at chosen calls of the network, counted from 0, and records which steps were computed."""

    failing: Callable[[int], bool] = lambda _: False
    begun: int = 0
    timesteps: list[int] = field(default_factory=list[int])
    """The timestep of each successful call."""

    def begin(self) -> None:
        self.begun += 1
        if self.failing(self.begun - 1):
            raise torch.OutOfMemoryError("CUDA out of memory.")

    def steps(self) -> list[int]:
        """The numbers of the finished steps from 0, repeated if computed again."""
        order = sorted(set(self.timesteps), reverse=True)
        whole = {timestep: self.timesteps.count(timestep) // CALLS_A_STEP for timestep in order}
        return [order.index(timestep) for timestep in order for _ in range(whole[timestep])]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine, forward = Machine(), WanTransformer.forward

    def watched(self: WanTransformer, latents: Any, timesteps: Any, text: Any, **options: Any) -> Any:
        machine.begin()
        velocity = forward(self, latents, timesteps, text, **options)
        machine.timesteps.append(int(timesteps.flatten()[0]))
        return velocity

    monkeypatch.setattr(WanTransformer, "forward", watched)
    return machine


def command(output: str = "clip.mkv", size: str = "64x64") -> list[str]:
    options = f"--model tiny-i2v --image start.png --size {size} --frames 5 --steps {STEPS} --seed 4 -o {output}"
    return ["generate", "a boat", *options.split()]


def rungs_of(clip: Path) -> list[str]:
    """The rungs in the clip's embedded recipe; checks that its sidecar has the same."""
    text = read_recipe_text(clip)
    assert text is not None
    recipe = parse_recipe(text)
    assert parse_recipe(clip.with_name(f"{clip.name}.json").read_text()) == recipe
    return list(recipe.rungs)


def checkpoints(folder: Path) -> list[Path]:
    return list((folder.parent / "home" / "jobs").glob("*/checkpoint.safetensors"))


def same_frames(one: Path, other: Path) -> bool:
    return list(frame_hashes(one)) == list(frame_hashes(other))


def test_no_step_before_the_last_checkpoint_is_computed_again(
    studio: Path, machine: Machine, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command("plain.mkv")) == 0
    machine.begun, machine.timesteps = 0, []
    machine.failing = lambda call: call == IN_LAST_STEP
    assert main(command()) == 0
    assert machine.steps() == [0, 1, 2, 3, 4, 4, 5]
    assert rungs_of(studio / "clip.mkv") == RUNGS
    assert rungs_of(studio / "plain.mkv") == []
    assert "Going on with: int8." in caplog.text
    assert "ran out while denoising" in caplog.text
    assert "going on from the last checkpoint with weights rounded to eight bits" in capsys.readouterr().err
    assert checkpoints(studio) == []


def test_a_recipe_with_a_rung_begins_with_it(studio: Path, machine: Machine) -> None:
    machine.failing = lambda call: call == IN_LAST_STEP
    assert main(command()) == 0
    for source, target in (("clip.mkv", "again.mkv"), ("again.mkv", "third.mkv")):
        machine.timesteps = []
        assert main(["generate", "--recipe", source, "-o", target]) == 0
        assert machine.steps() == [*range(STEPS)]
        assert rungs_of(studio / target) == RUNGS
    assert same_frames(studio / "again.mkv", studio / "third.mkv")


def test_a_clip_made_in_tiles_is_made_again_in_tiles(
    studio: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Latents of 56 cells exceed a tile of 48, so there are seams."""
    decode, failures = WanVAE.decode, iter([True])

    def decode_but_once(self: WanVAE, *arguments: Any, **options: Any) -> Any:
        if next(failures, False):
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return decode(self, *arguments, **options)

    large = ["--size", "448x64", "--steps", "2"]
    assert main([*command("plain.mkv"), *large]) == 0
    machine.timesteps = []
    monkeypatch.setattr(WanVAE, "decode", decode_but_once)
    assert main([*command(), *large]) == 0
    assert len(machine.timesteps) == 2 * CALLS_A_STEP  # decoding again repeats no step
    assert rungs_of(studio / "clip.mkv") == ["tile-48"]
    assert not same_frames(studio / "clip.mkv", studio / "plain.mkv")
    assert main(["generate", "--recipe", "clip.mkv", "-o", "again.mkv"]) == 0
    assert same_frames(studio / "again.mkv", studio / "clip.mkv")


def test_without_consent_the_clip_is_refused_and_its_checkpoint_kept(
    studio: Path, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.failing = lambda call: call >= IN_LAST_STEP
    assert main([*command(size="96x96"), "--json"]) == 3
    refusal = json.loads(capsys.readouterr().err.splitlines()[-1])["error"]
    assert refusal["code"] == "out_of_memory"
    assert not (studio / "clip.mkv").exists()
    assert len(checkpoints(studio)) == 1
    machine.failing, machine.timesteps = lambda _: False, []
    assert main(command(size="96x96")) == 0
    assert len(machine.timesteps) == (STEPS - KEPT) * CALLS_A_STEP
    assert rungs_of(studio / "clip.mkv") == RUNGS


def test_with_consent_the_clip_is_smaller(studio: Path, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.failing = lambda call: IN_LAST_STEP <= call <= IN_LAST_STEP + len(RUNGS)
    assert main([*command(size="96x96"), "--shrink"]) == 0
    assert "with a smaller picture" in capsys.readouterr().err
    assert rungs_of(studio / "clip.mkv") == [*RUNGS, "shrunk-from-96x96"]
    recipe = parse_recipe((studio / "clip.mkv.json").read_text())
    assert (recipe.width, recipe.height) == (64, 64)
    assert main(["generate", "--recipe", "clip.mkv", "-o", "again.mkv"]) == 0
    assert same_frames(studio / "again.mkv", studio / "clip.mkv")
    assert checkpoints(studio) == []


def test_killed_after_a_rung_it_goes_on_with_that_rung(tiny_i2v: Path, tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "start.png")
    words = [str(picture) if word == "start.png" else word for word in command("clip.mp4")]
    place = Place(tmp_path, words)
    place.equip(tiny_i2v)
    code, _, errors = place.run("checkpoint", 2, SMALL_MACHINE + PROGRAM)
    assert code == -signal.SIGKILL, errors
    assert "weights rounded to eight bits" in " ".join(errors.split())
    code, _, errors = place.run()
    assert code == 0, errors
    assert f"Going on from step {KEPT}" in errors
    assert rungs_of(place.clip) == RUNGS
    assert place.unfinished() == []
    assert place.strays() == []


def test_the_failed_attempts_model_is_gone_before_the_next_is_loaded(
    studio: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A GPU has no room for two models, so a traceback must not keep the first alive."""
    made: list[weakref.ref[WanModel]] = []
    alive_before_loading: list[int] = []
    build = WanModel.__init__

    def watched(self: WanModel, *arguments: Any) -> None:
        alive_before_loading.append(sum(model() is not None for model in made))
        build(self, *arguments)
        made.append(weakref.ref(self))

    monkeypatch.setattr(WanModel, "__init__", watched)
    machine.failing = lambda call: call == IN_LAST_STEP
    assert main(command()) == 0
    assert alive_before_loading == [0, 0]
