"""Two slots with one expert each make a clip together; both are real processes and are killed on the way."""

from dataclasses import replace
from pathlib import Path

import pytest

from artifex.catalog import manifest
from artifex.catalog.adopt import adopt
from artifex.catalog.execution import Execution, Experts
from artifex.catalog.registry import find_model
from artifex.catalog.shelf import Shelf
from artifex.catalog.wan.model import load
from artifex.jobs.queue import JobRow
from artifex.media.codecs import codec_for
from artifex.media.decode import frame_hashes
from artifex.media.encode import encode_video
from artifex.recipe import Recipe
from tests.catalog.small_wan import write_small_wan
from tests.catalog.test_wan_model import NOTHING, RECIPE, Journal
from tests.jobs.floor import Floor, has_checkpoint, slowed

HIGH, LOW = "here.gpu0", "here.gpu1"
STEPS, FIRST_STEPS = 16, 6
"""Steps of the clip, and of its high-noise expert; every fourth is checkpointed."""
SLOW = slowed(0.1)
"""A step calls the network twice."""


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    floor = Floor(tmp_path)
    folder = write_small_wan(tmp_path / "model", experts=2)
    adopt(Shelf(floor.settings.models), folder, "two-experts", lambda _file: None, like="wan2.2-t2v-a14b")
    return floor


@pytest.fixture
def recipe(floor: Floor) -> Recipe:
    return replace(RECIPE, model=manifest.lock(find_model("two-experts", floor.settings.models)), steps=STEPS)


def in_one_piece(floor: Floor, recipe: Recipe, file: Path) -> list[str]:
    """Frame hashes of the clip made by one process with both experts."""
    model = load(find_model(recipe.model.name, floor.settings.models), Execution("cpu", "float32"))
    conditioning = model.encode(recipe, NOTHING)
    latents = model.denoise(conditioning, recipe, Journal().hooks, None)
    frames = model.decode(latents, conditioning)
    encode_video(frames, recipe.frame_rate, file, codec_for(file, "h264"), recipe.canonical())
    return frame_hashes(file)


def killed(floor: Floor, job: JobRow, name: str, experts: Experts) -> JobRow:
    """Kill a slot after it has kept a checkpoint; returns the job, which waits again."""
    before = floor.queue.get(job.id).checkpoint
    with floor.slot(name, SLOW, experts) as process:
        floor.wait(job, lambda row: has_checkpoint(row) and row.checkpoint != before)
        process.kill()
        process.wait()
    floor.queue.crashed(name)
    return floor.queue.get(job.id)


def test_both_are_killed_and_the_clip_is_the_one_of_a_slot_with_both(
    floor: Floor, recipe: Recipe, tmp_path: Path
) -> None:
    job = floor.order(recipe, expert="high")
    assert killed(floor, job, HIGH, "high").expert == "high"
    with floor.slot(HIGH, experts="high"):
        half = floor.wait(job, lambda row: row.expert == "low")
    assert (half.state_name, half.step, half.step_count) == ("queued", FIRST_STEPS, STEPS)
    assert killed(floor, job, LOW, "low").expert == "low"
    with floor.slot(LOW, experts="low"):
        assert floor.finish(job).attempt == 3, "two were killed"
    assert floor.frames(job) == in_one_piece(floor, recipe, tmp_path / "clip.mp4")
    told = [event.data for event in floor.queue.events(0, job_id=job.id) if event.data["expert"] == "low"]
    assert all(data["step"] >= FIRST_STEPS for data in told if data["stage"] != "decode"), (
        "it begins where the first left"
    )
    assert floor.leftovers() == []
