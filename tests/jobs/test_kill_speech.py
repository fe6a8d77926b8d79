"""Power cuts during speech-to-video: repeating the command finishes a clip of three segments, frame for frame.

Besides the moments of `test_kill`, a process dies before a checkpoint appears, so that the next one begins in the
middle of a segment or between two. ``ARTIFEX_KILLS`` sets how many kills.
"""

import os
import random
import signal
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from artifex.catalog import manifest
from artifex.catalog.registry import find_model
from artifex.media.decode import frame_hashes
from artifex.media.sound import open_sound
from artifex.recipe import Recipe, Speech, parse_recipe
from tests.jobs.mortal import Place, Undisturbed
from tests.jobs.small_models import install, write_picture, write_speech_model, write_tone

KILLS = int(os.environ.get("ARTIFEX_KILLS", "3"))
SEGMENTS, STEPS = 3, 5
CHECKPOINTS_A_SEGMENT = 2
"""After the fourth step and after the last."""
FIRST_OF_SEGMENT_TWO = CHECKPOINTS_A_SEGMENT + 1

NewPlace = Callable[[Path], Place]


@pytest.fixture(scope="module")
def new_place(tmp_path_factory: pytest.TempPathFactory) -> NewPlace:
    """Makes places with the same command: to make a clip of three segments, the last of them shortened."""
    folder = tmp_path_factory.mktemp("speech")
    install(folder / "home", write_speech_model(folder / "model"), "tiny-s2v", "wan2.2-s2v-14b")
    recipe = Recipe(
        model=manifest.lock(find_model("tiny-s2v", folder / "home" / "models")),
        task="s2v",
        prompt="A woman speaks",
        negative_prompt="grey",
        width=64,
        height=64,
        frame_count=22,
        frame_rate=Fraction(16),
        steps=STEPS,
        solver="unipc",
        shift=3.0,
        guidance=(4.5, 4.5),
        seed=11,
        speech=Speech(segment_frames=8),
    )
    (folder / "recipe.json").write_text(recipe.canonical())
    given = [
        *("--image", str(write_picture(folder / "face.png"))),
        *("--audio", str(write_tone(folder / "tone.wav", 1.4))),
        *("--recipe", str(folder / "recipe.json")),
    ]

    def make(root: Path) -> Place:
        place = Place(root, ("generate", *given, "-o", "clip.mp4"))
        place.equip(folder / "home")
        return place

    return make


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, new_place: NewPlace) -> Undisturbed:
    place = new_place(tmp_path_factory.mktemp("undisturbed"))
    made = Undisturbed.at(place)
    assert made.events["checkpoint"] == SEGMENTS * CHECKPOINTS_A_SEGMENT
    return made


def finish(place: Place, undisturbed: Undisturbed) -> str:
    """Run the command again and check all its results; returns its output."""
    code, _, errors = place.run()
    assert code == 0, errors
    assert list(frame_hashes(place.clip)) == undisturbed.frames
    assert place.files() == {"clip.mp4", "clip.mp4.json"}
    sound = open_sound(place.clip, 16_000, channels=1)
    assert abs(float(sound.seconds) - 22 / 16) < 0.1
    assert abs(sound.samples).max() > 0.3
    assert parse_recipe((place.clip.with_name("clip.mp4.json")).read_text()).speech == Speech(segment_frames=8)
    assert place.unfinished() == []
    assert place.strays() == []
    return errors


def test_between_two_segments(tmp_path: Path, new_place: NewPlace, undisturbed: Undisturbed) -> None:
    place = new_place(tmp_path)
    code, _, errors = place.run("checkpoint", FIRST_OF_SEGMENT_TWO)
    assert code == -signal.SIGKILL, errors
    assert "Going on from step 0 of 5 of part 2 of 3" in finish(place, undisturbed)


@pytest.mark.parametrize("case", range(1, KILLS))
def test_the_same_command_finishes_what_a_kill_cut_short(
    tmp_path: Path, new_place: NewPlace, undisturbed: Undisturbed, case: int
) -> None:
    place = new_place(tmp_path)
    moment = ("checkpoint", "os.rename", "open", "stage")[case % 4]
    place.kill_somewhere(moment, undisturbed.events, random.Random(case))
    finish(place, undisturbed)
