"""A slot's process doing queued jobs that are cancelled, paused, stopped, killed or frozen, and the resulting clips."""

import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artifex.files import hash_file
from artifex.jobs.worker.slot import DEVICE_LOST
from artifex.jobs.worker.workspace import preview_key
from artifex.media.encode import encode_video
from artifex.media.excerpt import last_frames
from artifex.media.probe import probe
from artifex.recipe import Recipe, parse_recipe
from tests.fakes.upscalers import doubling
from tests.jobs.floor import OWNER, Floor, SlotProcess, at_step, has_checkpoint, slowed, small_recipe
from tests.media.footage import Kind, write
from tests.parallel.teams import followers

SLOW = slowed(0.15)
"""A step calls the network twice."""
SLOWER = slowed(0.4)
IN_TWO = """
from dataclasses import replace
from artifex.jobs.planner import Outlook
plan_of = Outlook.plan
Outlook.plan = lambda *asked: replace(plan_of(*asked), gpus=2)
"""
"""Clips are made by two processes, as on a slot of two GPUs."""


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return small_recipe()


@pytest.fixture(scope="module")
def undisturbed(recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Floor, list[str]]]:
    """A library with one finished clip, and its frame hashes."""
    floor = Floor(tmp_path_factory.mktemp("undisturbed"))
    job = floor.order(recipe)
    with floor.slot():
        floor.finish(job)
        yield floor, floor.frames(job)


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor(tmp_path)


def test_a_clip_lands_in_the_library_with_its_recipe_and_pictures(
    undisturbed: tuple[Floor, list[str]], recipe: Recipe
) -> None:
    floor, _ = undisturbed
    job = floor.queue.page(OWNER, kind="generate").jobs[-1]
    [asset] = floor.files(job)
    assert (asset.kind, asset.media_type, asset.job_id) == ("video", "video/mp4", job.id)
    assert parse_recipe(json.dumps(asset.recipe)) == recipe
    assert asset.facts["frame_count"] == 9
    for picture in (asset.thumbnail, asset.poster):
        assert picture is not None
        assert Image.open(floor.assets.blobs.path(picture)).format == "JPEG"
    assert floor.leftovers() == []
    assert floor.assets.audit() == []


def test_progress_tells_stages_steps_time_left_and_memory(undisturbed: tuple[Floor, list[str]]) -> None:
    floor, _ = undisturbed
    job = floor.queue.page(OWNER, kind="generate").jobs[-1]
    told = [event.data for event in floor.queue.events(0, job_id=job.id) if event.kind == "progress"]
    stages = list(dict.fromkeys(data["stage"] for data in told))
    assert stages == sorted(stages, key=["load", "encode", "denoise", "decode"].index)
    assert stages[-1] == "decode"
    assert all(data["vram"] > 2**24 for data in told)
    assert told[-1]["eta"] == 0
    assert (told[-1]["step"], told[-1]["of"]) == (9, 9)


def test_killed_between_two_steps_another_slot_goes_on_from_the_checkpoint(
    floor: Floor, recipe: Recipe, undisturbed: tuple[Floor, list[str]]
) -> None:
    job = floor.order(recipe)
    with floor.slot("one.cpu0", SLOWER) as process:
        floor.wait(job, has_checkpoint)
        process.kill()
        process.wait()
        gone(floor, "one.cpu0")
        with floor.slot("two.cpu0"):
            assert floor.finish(job).attempt == 2
            assert floor.frames(job) == undisturbed[1]
    again = [event.data for event in floor.queue.events(0, job_id=job.id) if event.data["attempt"] == 2]
    steps = [data["step"] for data in again if data.get("stage") != "decode"]  # the decode stage counts frames
    assert all(step == steps[0] or step > 4 for step in steps)  # the first step is that of the first attempt
    assert floor.leftovers() == []


def test_a_slot_of_several_whose_follower_dies_starts_anew_and_the_job_goes_on(
    floor: Floor, recipe: Recipe, undisturbed: tuple[Floor, list[str]]
) -> None:
    job = floor.order(recipe)
    with floor.slot("one.cpu0", SLOW + IN_TWO) as process:
        floor.wait(job, has_checkpoint)
        [follower] = followers(process.pid)
        follower.kill()
        assert process.wait(20) == DEVICE_LOST
    row = floor.queue.get(job.id)
    assert row.state_name in ("queued", "dispatched")
    assert row.checkpoint is not None
    with floor.slot("one.cpu0"):
        assert floor.finish(job).attempt == 2
        assert floor.frames(job) == undisturbed[1]


def test_a_frozen_slot_that_wakes_up_cannot_finish_what_another_has_taken(
    floor: Floor, recipe: Recipe, undisturbed: tuple[Floor, list[str]]
) -> None:
    job = floor.order(recipe)
    with floor.slot("one.cpu0", SLOWER) as frozen:
        floor.wait(job, has_checkpoint)
        freeze_outside_transactions(floor, frozen)
        gone(floor, "one.cpu0")
        with floor.slot("two.cpu0"):
            floor.finish(job)
            frozen.send_signal(signal.SIGCONT)
            again = floor.order(small_recipe(steps=2))
            floor.finish(again)  # by either slot: the one that woke up can work again
            time.sleep(2)
    assert len(floor.assets.page().assets) == 2
    assert floor.frames(job) == undisturbed[1]
    assert floor.queue.get(job.id).attempt == 2
    assert floor.assets.audit() == []
    assert floor.leftovers() == []


def gone(floor: Floor, slot: str) -> None:
    """Make the slot look dead: its lease has ended, and its last heartbeat is half a minute old."""
    floor.queue.crashed(slot)
    floor.queue.withdraw(slot)


def freeze_outside_transactions(floor: Floor, process: SlotProcess) -> None:
    """Freeze it while it holds no database lock, which on SQLite only its supervisor could break."""
    for _ in range(50):
        process.send_signal(signal.SIGSTOP)
        try:
            with closing(sqlite3.connect(floor.settings.database_file, timeout=0.1)) as connection:
                connection.execute("begin immediate")
        except sqlite3.OperationalError:
            process.send_signal(signal.SIGCONT)
            time.sleep(0.05)
        else:
            return
    pytest.fail("it always holds the lock")


def test_cancelling_stops_within_one_step(floor: Floor, recipe: Recipe) -> None:
    job = floor.order(recipe)
    with floor.slot(program=slowed(0.5)):
        floor.wait(job, at_step(1))
        floor.queue.cancel(job.id)
        under_way = floor.queue.get(job.id).step + 1
        row = floor.wait_for(job, "cancelled")
        assert row.state_name == "cancelled"
        assert row.step <= under_way
        assert floor.assets.page().assets == []


def test_pausing_frees_the_slot_and_resuming_gives_the_same_clip(
    floor: Floor, recipe: Recipe, undisturbed: tuple[Floor, list[str]]
) -> None:
    job = floor.order(recipe)
    with floor.slot(program=SLOW):
        floor.wait(job, at_step(2))
        floor.queue.pause(job.id)
        assert floor.wait_for(job, "paused").checkpoint is not None
        other = floor.order(small_recipe(steps=2))
        floor.finish(other)
        floor.queue.resume(job.id)
        assert floor.finish(job).attempt == 1
    assert floor.frames(job) == undisturbed[1]


def test_resumed_while_it_stops_it_goes_on_at_once(floor: Floor, recipe: Recipe) -> None:
    resumed = (
        "import time\nfrom artifex.jobs.worker.execute import Attempt\nstopped = Attempt._stopped\n"
        "def late(self):\n    self.workshop.queue.resume(self.lease.claim.job.id)\n"
        "    time.sleep(0.2)\n    stopped(self)\n"
        "Attempt._stopped = late\n"
    )
    job = floor.order(recipe)
    with floor.slot(program=SLOW + resumed):
        floor.wait(job, at_step(2))
        floor.queue.pause(job.id)
        assert floor.finish(job).attempt == 1


def test_a_draft_stops_at_its_step_and_goes_on_to_the_very_clip(
    floor: Floor, recipe: Recipe, undisturbed: tuple[Floor, list[str]]
) -> None:
    job = floor.order(recipe, stop_at_step=3)
    with floor.slot():
        draft = floor.wait_for(job, "draft")
        assert (draft.state_name, draft.step) == ("draft", 3)
        picture = Image.open(BytesIO(floor.objects.get(preview_key(job.id))))
        assert picture.format == "WEBP"
        assert draft.preview == "1-3"
        floor.queue.promote(job.id)
        floor.finish(job)
    assert floor.frames(job) == undisturbed[1]
    assert floor.leftovers() == []


@pytest.mark.parametrize("how", ["the end of its input", "SIGTERM"])
def test_asked_to_leave_it_gives_its_job_back_with_a_checkpoint(
    floor: Floor, recipe: Recipe, undisturbed: tuple[Floor, list[str]], how: str
) -> None:
    job = floor.order(recipe)
    with floor.slot("one.cpu0", SLOW) as process:
        floor.wait(job, at_step(2))
        process.send_signal(signal.SIGINT)  # ignored: Ctrl-C is handled by its supervisor
        if how == "SIGTERM":
            process.send_signal(signal.SIGTERM)
        else:
            assert process.stdin is not None
            process.stdin.close()
        assert process.wait(30) == 0
    row = floor.queue.get(job.id)
    assert (row.state_name, row.attempt) == ("queued", 0)
    assert row.checkpoint is not None
    assert floor.queue.slots() == []
    with floor.slot("two.cpu0"):
        floor.finish(job)
    assert floor.frames(job) == undisturbed[1]


def test_what_cannot_be_made_fails_with_words_and_is_not_tried_again(floor: Floor, recipe: Recipe) -> None:
    missing = small_recipe().to_data() | {"references": [{"role": "image", "sha256": "0" * 64}], "task": "i2v"}
    job = floor.ask("generate", recipe=missing, seed_was_given=True, codec="h264")
    strange = floor.ask("generate", recipe=recipe.to_data(), seed_was_given=True, codec="png")
    with floor.slot():
        row = floor.wait_for(job, "failed")
        assert (row.state_name, row.attempt) == ("failed", 1)
        assert getattr(row.state, "code", None) == "bad_reference"
        assert getattr(floor.wait_for(strange, "failed").state, "code", None) == "bad_input"


def test_copies_enlargements_and_films_are_made_from_clips(undisturbed: tuple[Floor, list[str]]) -> None:
    floor, frames = undisturbed
    [clip] = floor.files(floor.queue.page(OWNER, kind="generate").jobs[-1])
    proxy = floor.ask("proxy", asset=clip.id)
    larger = floor.ask("upscale", asset=clip.id, scale=2)
    smoother = floor.ask("filter", asset=clip.id, treatment={"hold_colour": 1.0, "frame_rate": "24"})
    cuts = [{"asset": clip.id, "start": 2, "frames": 5}, {"asset": clip.id, "start": 0, "frames": 6}]
    film = floor.ask("render", clips=cuts, width=192, height=128, frame_rate="16")
    absent = floor.ask(
        "render", clips=[{"asset": clip.id, "start": 7, "frames": 5}], width=64, height=64, frame_rate=16
    )
    for job in (proxy, larger, smoother, film):
        floor.finish(job)
    [small], [large], [whole] = floor.files(proxy), floor.files(larger), floor.files(film)
    assert (small.kind, small.facts["proxy_of"]) == ("preview", clip.id)
    assert small.facts["frame_count"] == len(frames)
    assert (large.facts["width"], large.facts["height"], large.facts["method"]) == (256, 256, "lanczos")
    [treated] = floor.files(smoother)
    assert (treated.facts["treated_from"], treated.facts["frame_rate"]) == (clip.id, "24")
    assert treated.facts["frame_count"] == round(len(frames) * 24 / 16)
    facts = probe(floor.path(whole))
    assert (facts.width, facts.height, facts.frame_count, facts.frame_rate) == (192, 128, 11, 16)
    assert getattr(floor.wait_for(absent, "failed").state, "code", None) == "bad_reference"


def test_a_clip_that_a_phone_tagged_as_turned_comes_out_upright(floor: Floor, tmp_path: Path) -> None:
    """Stored 128x64, displayed 64x128 with the white half at the top."""
    stored = np.zeros((64, 128, 3), np.uint8)
    stored[:, 64:] = 255
    clip = floor.keep(write(tmp_path / "turned.mp4", [stored] * 4, Kind(".mp4", "libx264"), rotation=90), "video")
    larger = floor.ask("upscale", asset=clip.id, scale=2)
    cleaner = floor.ask("filter", asset=clip.id, treatment={"hold_colour": 1.0})
    proxy = floor.ask("proxy", asset=clip.id)
    with floor.slot():
        for job, height in ((larger, 256), (cleaner, 128), (proxy, 128)):
            [made] = floor.files(floor.finish(job))
            [shown] = last_frames(floor.path(made), 1)
            assert shown.shape == (height, height // 2, 3)
            assert (made.facts["height"], made.facts["width"]) == shown.shape[:2]
            assert shown[: height // 4].min() > 200 > 50 > shown[-height // 4 :].max()


def test_a_network_enlarges_a_clip_and_what_is_none_is_refused(
    undisturbed: tuple[Floor, list[str]], tmp_path: Path
) -> None:
    floor, frames = undisturbed
    [clip] = floor.files(floor.queue.page(OWNER, kind="generate").jobs[-1])
    weights = doubling(tmp_path / "plain.safetensors", scale=4)
    network = floor.keep(weights, "upscaler")
    larger = floor.finish(floor.ask("upscale", asset=clip.id, scale=3, upscaler=network.id))
    [made] = floor.files(larger)
    facts = probe(floor.path(made))
    assert (facts.width, facts.height, facts.frame_count) == (384, 384, len(frames))
    told = {name: made.facts[name] for name in ("upscaled_from", "scale", "method", "upscaler", "architecture")}
    assert told == {
        "upscaled_from": clip.id,
        "scale": 3,
        "method": "plain.safetensors",
        "upscaler": hash_file(weights),
        "architecture": "RealESRGAN Compact",
    }
    [whole] = floor.files(floor.finish(floor.ask("upscale", asset=clip.id, resolution="1080p", upscaler=network.id)))
    told = {name: whole.facts[name] for name in ("width", "height", "frame_count", "resolution")}
    assert told == {"width": 1080, "height": 1080, "frame_count": len(frames), "resolution": "1080p"}
    mender = floor.keep(doubling(tmp_path / "mender.safetensors", scale=1), "upscaler")
    refused = floor.wait_for(floor.ask("upscale", asset=clip.id, scale=2, upscaler=mender.id), "failed")
    assert (refused.state_name, refused.attempt) == ("failed", 1)
    assert getattr(refused.state, "code", None) == "bad_weights"
    assert floor.leftovers() == []


def test_an_enlargement_stops_between_two_frames(floor: Floor, tmp_path: Path) -> None:
    """A clip of a hundred frames, each of which takes half a second."""
    frames = np.zeros((100, 32, 32, 3), np.uint8)
    encode_video([frames], Fraction(16), tmp_path / "clip.mp4")
    clip = floor.keep(tmp_path / "clip.mp4", "video")
    network = floor.keep(doubling(tmp_path / "plain.safetensors"), "upscaler")
    slow = (
        "import time\nfrom artifex.engine.upscaling.enlarger import Enlarger\nenlarge = Enlarger.enlarge\n"
        "def slow(self, *arguments):\n    time.sleep(0.5)\n    return enlarge(self, *arguments)\n"
        "Enlarger.enlarge = slow\n"
    )
    job = floor.ask("upscale", asset=clip.id, scale=2, upscaler=network.id)
    with floor.slot(program=slow):
        floor.wait(job, lambda row: row.stage == "decode")
        floor.queue.cancel(job.id)
        assert floor.wait_for(job, "cancelled", seconds=25).state_name == "cancelled"
    assert {asset.id for asset in floor.assets.page().assets} == {clip.id, network.id}
    assert floor.leftovers() == []


def test_a_model_is_verified_as_a_job(undisturbed: tuple[Floor, list[str]]) -> None:
    floor, _ = undisturbed
    row = floor.finish(floor.ask("pull", model="starter", verify=True))
    assert row.state.result["faults"] == []  # pyright: ignore[reportAttributeAccessIssue]
    refused = floor.wait_for(floor.ask("pull", model="starter"), "failed")
    assert getattr(refused.state, "code", None) == "bad_input"
