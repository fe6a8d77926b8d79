"""A shot continues from a better frame than the last one, and the clip before it ends there."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from artifex.errors import BadInput
from artifex.jobs.films.joints import with_better_bridges
from artifex.media.codecs import FFV1
from artifex.media.encode import encode_video
from artifex.media.opener import Here
from artifex.timeline.clip import Clip
from artifex.timeline.project import Project
from artifex.timeline.shots import BridgeInput, Shot, Take
from artifex.timeline.sources import MediaSource, ShotSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track

RATE, COUNT = Fraction(24), 24
NOISE = np.random.default_rng(1).integers(0, 255, (96, 400, 3), np.uint8)


def pictures(blurred: int) -> NDArray[np.uint8]:
    """A pan over noise whose last frames are blurred."""
    frames = [Image.fromarray(NOISE[:, 2 * at : 2 * at + 160]) for at in range(COUNT)]
    blur = ImageFilter.GaussianBlur(3)
    return np.stack([np.asarray(f.filter(blur) if at >= COUNT - blurred else f) for at, f in enumerate(frames)])


def film(path: Path, blurred: int) -> Project:
    """A take of 24 frames, all shown, and a shot that continues from its last frame."""
    encode_video([pictures(blurred)], RATE, path, FFV1)
    media = MediaSource("m", "0" * 64, "video", COUNT, RATE, width=160, height=96)
    take = Take("m", "0" * 64, "0" * 64, "2026-11-28T10:00:00Z", "accepted")
    shots = Shot("a", "A", {}, takes=(take,)), Shot("b", "B", {}, (BridgeInput("image", "a"),))
    clips = tuple(
        Clip(f"c{name}", at * COUNT, COUNT, ShotSource(name, COUNT, RATE, width=160, height=96))
        for at, name in enumerate("ab")
    )
    return Project("p", "film", Timeline(RATE, 160, 96, tracks=(Track("v", "video", clips=clips),)), shots, (media,))


def test_a_sharp_frame_is_chosen_and_the_film_closes_up(tmp_path: Path) -> None:
    path = tmp_path / "take.mkv"
    better = with_better_bridges(film(path, blurred=3), "b", Here(), lambda _take: path)
    [bridge] = better.shot("b").bridges
    assert bridge.frame == COUNT - 4
    first, second = better.timeline.tracks[0].clips
    assert (first.duration, second.start, second.duration) == (COUNT - 3, COUNT - 3, COUNT)


def test_where_the_last_frame_is_the_best_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "take.mkv"
    before = film(path, blurred=0)
    assert with_better_bridges(before, "b", Here(), lambda _take: path) == before


def test_a_shot_that_begins_a_film_has_nothing_to_choose(tmp_path: Path) -> None:
    path = tmp_path / "take.mkv"
    with pytest.raises(BadInput, match="does not go on"):
        with_better_bridges(film(path, blurred=0), "a", Here(), lambda _take: path)


def test_clips_of_other_shots_keep_their_ends(tmp_path: Path) -> None:
    path = tmp_path / "take.mkv"
    before = film(path, blurred=3)
    track = before.timeline.tracks[0]
    apart = replace(track, clips=(track.clips[0], replace(track.clips[1], start=3 * COUNT)))
    better = with_better_bridges(
        replace(before, timeline=replace(before.timeline, tracks=(apart,))), "b", Here(), lambda _take: path
    )
    assert better.timeline.tracks[0] == apart
