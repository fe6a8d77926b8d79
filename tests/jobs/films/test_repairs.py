"""A take with colour drift is treated by a real worker, and the result becomes another take of its shot."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from artifex.errors import Conflict
from artifex.jobs.continuity import clip_frames
from artifex.jobs.films.shots import ask_for_treated_take, with_new_takes, with_shot_of
from artifex.jobs.queue import JobRow
from artifex.media.continuity.meter import continuity
from artifex.media.encode import encode_video
from artifex.media.opener import Here
from artifex.store.asset_rows import AssetRow
from artifex.store.assets import NewAsset
from artifex.timeline.build_graph import stale
from artifex.timeline.project import Project
from artifex.timeline.shots import Treated
from artifex.timeline.takes import accept_take, reject_take, set_shot
from artifex.timeline.timeline import Timeline
from tests.jobs.floor import OWNER, Floor, small_recipe

COUNT, RATE = 48, Fraction(24)
HELD = {"hold_colour": 1.0}
SLOW = """
import time
from artifex.jobs.work import transcode
given = transcode.treated
def slow(frames, rate, treatment):
    for frame in given(frames, rate, treatment):
        time.sleep(0.1)
        yield frame
transcode.treated = slow
"""


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor(tmp_path)


def drifting(floor: Floor, path: Path) -> AssetRow:
    """A clip with a recipe, as if generated, that grows steadily brighter."""
    scene = np.random.default_rng(1).integers(40, 140, (72, 128, 3), np.uint8).astype(np.float32)
    frames = [np.clip(scene * (1 + 0.3 * at / COUNT), 0, 255).astype(np.uint8) for at in range(COUNT)]
    encode_video([np.stack(frames)], RATE, path)
    facts = {"width": 128, "height": 72, "frame_count": COUNT, "frame_rate": str(RATE)}
    new = NewAsset(
        owner=OWNER,
        content=floor.assets.store_file(path),
        kind="video",
        media_type="video/mp4",
        name="drifts.mp4",
        facts=facts,
        recipe=small_recipe().to_data(),
    )
    return floor.assets.get(floor.assets.add(new).id)


def film(floor: Floor, clip: AssetRow) -> tuple[Project, str]:
    made = with_shot_of(Project("f" * 32, "film", Timeline(RATE, 128, 72)), clip, lambda _sha256: None)
    assert made is not None
    return made


def asked(floor: Floor, project: Project, shot_id: str) -> JobRow:
    shot = project.shot(shot_id)
    assert shot.accepted is not None
    return floor.ask("filter", **ask_for_treated_take(shot, shot.accepted, HELD))


def drift(floor: Floor, asset: AssetRow) -> float:
    return continuity(clip_frames(Here(), floor.path(asset), 0, COUNT)).most_drift


def test_a_killed_worker_leaves_no_half_take_and_the_next_one_makes_it(floor: Floor, tmp_path: Path) -> None:
    clip = drifting(floor, tmp_path / "drifts.mp4")
    project, shot = film(floor, clip)
    job = asked(floor, project, shot)
    with floor.slot(program=SLOW) as process:
        floor.wait(job, lambda row: row.state_name == "running" and row.step >= 4)
        process.kill()
        process.wait()
        assert with_new_takes(project, [floor.queue.get(job.id)], floor.assets.get) == project
        floor.queue.crashed("here.cpu0")
    with floor.slot("next.cpu0"):
        done = floor.finish(job)
    [repaired] = floor.files(job)
    after = with_new_takes(project, [done], floor.assets.get)
    old, new = after.shot(shot).takes
    assert (old.asset, old.state) == (clip.id, "accepted")
    assert (new.asset, new.state, new.treated) == (repaired.id, "auditioned", Treated(clip.id, HELD))
    assert (new.recipe_sha256, new.inputs_sha256) == (old.recipe_sha256, old.inputs_sha256)
    before = drift(floor, clip)
    assert before > 3
    assert drift(floor, repaired) < 0.5 * before
    assert with_new_takes(after, [done], floor.assets.get) == after
    accepted = accept_take(after, shot, repaired.id)
    assert (accepted.accepted_media(shot) or clip).sha256 == repaired.sha256
    assert stale(accepted) == ()
    with pytest.raises(Conflict, match="this treatment already"):
        ask_for_treated_take(after.shot(shot), old, HELD)
    assert ask_for_treated_take(after.shot(shot), new, HELD)["asset"] == repaired.id


def test_it_waits_to_be_accepted_also_where_no_take_is(floor: Floor, tmp_path: Path) -> None:
    """And it is as stale as the take it was made from, even if the shot has changed meanwhile."""
    clip = drifting(floor, tmp_path / "drifts.mp4")
    project, shot = film(floor, clip)
    job = asked(floor, project, shot)
    with floor.slot():
        done = floor.finish(job)
    changed = set_shot(
        reject_take(project, shot, clip.id), shot, recipe={**project.shot(shot).recipe, "prompt": "snow"}
    )
    after = with_new_takes(changed, [done], floor.assets.get)
    assert after.shot(shot).accepted is None
    [repaired] = floor.files(job)
    assert stale(accept_take(after, shot, repaired.id)) == (shot,)
    assert with_new_takes(replace(project, shots=()), [done], floor.assets.get).shots == ()
