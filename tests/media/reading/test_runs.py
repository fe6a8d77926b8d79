"""Runs of frames at any pace, read here and apart from this process."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from artifex.media.opener import Here, Opener
from artifex.media.reading.run import Run
from artifex.media.sandbox import Sandbox
from artifex.media.video_facts import look_at_video
from tests.media.footage import Kind, write
from tests.media.numbered import COUNT, H264, read_number, write_numbered


def openers() -> Iterator[Opener]:
    yield Here()
    yield Sandbox()


each_opener = pytest.mark.parametrize("opener", list(openers()), ids=["here", "sandbox"])


@each_opener
def test_runs_at_any_pace(tmp_path: Path, opener: Opener) -> None:
    clip = write_numbered(tmp_path / "clip.mp4")
    runs = [Run(Fraction(10), Fraction(1), 4), Run(Fraction(80), Fraction(-3, 2), 4), Run(Fraction(5), Fraction(0), 2)]
    runs += [Run(Fraction(87), Fraction(1), 5), Run(Fraction(7, 2), Fraction(1, 2), 3)]
    seen = [read_number(picture) for picture in opener.runs(clip, runs)]
    assert seen == [10, 11, 12, 13, 80, 78, 77, 75, 5, 5, 87, 88, 89, 89, 89, 3, 4, 4]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_rate_that_varies_keeps_time(tmp_path: Path, suffix: str) -> None:
    """Half a clip at 50 frames a second, half at 16 2/3; Matroska's header says that all of it were at 24."""
    times = [number * 20 if number < 45 else 900 + (number - 45) * 60 for number in range(COUNT)]
    clip = write_numbered(tmp_path / f"clip{suffix}", replace(H264, suffix=suffix), times)
    with av.open(str(clip)) as container:
        facts, _ = look_at_video(clip, container)
    rate = Fraction(facts["frame_rate"])
    assert facts["frame_count"] / rate == pytest.approx(3.6, abs=0.06)
    film = Run(Fraction(0), rate / 25, 88)
    seen = [read_number(picture) for picture in Here().runs(clip, [film])]
    shown = [sum(time <= 40 * frame for time in times) - 1 for frame in range(88)]
    assert max(abs(times[one] - times[other]) for one, other in zip(seen, shown, strict=True)) <= 60


@each_opener
def test_what_can_be_seen_through_stays_so(tmp_path: Path, opener: Opener) -> None:
    picture = np.full((64, 96, 4), 200, np.uint8)
    picture[:32, :, 3] = 0
    kind = Kind(".mkv", "ffv1", "bgra", tags=(0, 1, 13), full_range=True)
    clip = write(tmp_path / "clip.mkv", [picture] * 3, kind)
    [first, last] = opener.runs(clip, [Run(Fraction(0), Fraction(2), 2)])
    assert np.array_equal(first, picture)
    assert np.array_equal(last, picture)


@each_opener
def test_pixels_that_are_not_square_are_widened(tmp_path: Path, opener: Opener) -> None:
    kind = Kind(".mp4", "libx264")
    clip = write(tmp_path / "clip.mp4", [np.zeros((64, 96, 3), np.uint8)] * 2, kind, aspect=Fraction(4, 3))
    [frame] = opener.runs(clip, [Run(Fraction(0), Fraction(1), 1)])
    assert frame.shape == (64, 128, 3)
