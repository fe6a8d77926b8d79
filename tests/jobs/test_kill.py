"""Power cuts: after a kill at any moment, repeating the command finishes the clip, frame for frame.

The command line runs in child processes. Moments are drawn from a seeded generator: before the n-th rename (a
checkpoint, a sidecar, a poster or the clip about to appear), before the n-th file opened for writing, or some time into
a stage (a step, decoding, encoding). ``ARTIFEX_KILLS`` sets how many kills.
"""

import os
import random
import signal
from pathlib import Path

import pytest

from artifex.media.decode import frame_hashes
from tests.jobs.mortal import Place, Undisturbed

KILLS = int(os.environ.get("ARTIFEX_KILLS", "3"))
PROMPT = "a red circle moves right on a blue background"
OPTIONS = "-o clip.mp4 --size 64x64 --frames 17 --steps 6 --seed 5"
COMMAND = ("generate", PROMPT, *OPTIONS.split())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed.at(Place(tmp_path_factory.mktemp("undisturbed"), COMMAND))


@pytest.mark.parametrize("case", range(KILLS))
def test_the_same_command_finishes_what_a_kill_cut_short(tmp_path: Path, undisturbed: Undisturbed, case: int) -> None:
    place = Place(tmp_path, COMMAND)
    place.kill_somewhere(("os.rename", "open", "stage")[case % 3], undisturbed.events, random.Random(case))
    code, _, errors = place.run()
    assert code == 0, errors
    assert list(frame_hashes(place.clip)) == undisturbed.frames
    assert place.files() == {"clip.mp4", "clip.mp4.json"}
    assert place.unfinished() == []
    assert place.strays() == []


def test_the_clip_killed_just_after_it_appeared_is_not_made_again(tmp_path: Path, undisturbed: Undisturbed) -> None:
    place = Place(tmp_path, COMMAND)
    code, _, errors = place.run("shutil.rmtree", 1)  # the job's folder goes once the clip is there
    assert code == -signal.SIGKILL, errors
    inode = place.clip.stat().st_ino
    code, _, errors = place.run()
    assert code == 0, errors
    assert "finished before" in errors
    assert place.clip.stat().st_ino == inode
    assert place.unfinished() == []


@pytest.mark.parametrize(("sign", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupting_keeps_a_checkpoint(
    tmp_path: Path, undisturbed: Undisturbed, sign: signal.Signals, status: int
) -> None:
    place = Place(tmp_path, COMMAND)
    with place.start() as process:
        next(line for line in process.stderr if line.startswith("Denoising"))
        process.send_signal(sign)
        errors = process.stderr.read()
    assert process.returncode == status, errors
    assert "The same command goes on from there" in errors
    assert not place.clip.exists()
    [folder] = [path for path in place.unfinished() if path.is_dir()]
    assert (folder / "checkpoint.safetensors").exists()
    code, _, errors = place.run()
    assert code == 0, errors
    assert "Going on from step" in errors
    assert list(frame_hashes(place.clip)) == undisturbed.frames


def test_two_processes_do_not_make_the_same_clip(tmp_path: Path) -> None:
    place = Place(tmp_path, COMMAND)
    with place.start() as first:
        next(line for line in first.stderr if line.startswith("Loading"))
        code, _, errors = place.run()
        first.communicate()
    assert (code, first.returncode) == (3, 0)
    assert "Another artifex process" in errors


def test_a_clip_with_a_prompt_track_in_windows_survives_a_kill(tmp_path: Path) -> None:
    command = (*COMMAND, "--prompt-at", "8+4:a green star grows", "--window-frames", "9")
    undisturbed = Undisturbed.at(Place(tmp_path / "undisturbed", command))
    place = Place(tmp_path / "killed", command)
    place.kill_somewhere("stage", undisturbed.events, random.Random(1))
    code, _, errors = place.run()
    assert code == 0, errors
    assert list(frame_hashes(place.clip)) == undisturbed.frames
