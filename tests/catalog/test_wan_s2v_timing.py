"""Lengths, sizes and segments of speech-driven clips."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifex.catalog.wan.s2v.layout import ClipLayout
from artifex.catalog.wan.s2v.picture import pose_indices
from artifex.catalog.wan.s2v.timing import frame_count_for, segment_count, speech_size
from artifex.errors import BadInput
from artifex.recipe import Speech
from artifex.units import PixelSize

RATE = Fraction(16)
IN_SYNC, COMPAT = Speech(), Speech(compat=True)
STARTED = Speech(start_from_picture=True, compat=True)


@pytest.mark.parametrize(
    ("seconds", "speech", "most", "frames"),
    [
        (5, IN_SYNC, None, 80),  # no silent segment behind an exact fit
        (5.01, IN_SYNC, None, 80),
        (Fraction(81, 16), IN_SYNC, None, 81),
        (0, IN_SYNC, None, 1),
        (60, IN_SYNC, 2, 160),
        (3, IN_SYNC, 2, 48),
        (Fraction(5) + Fraction(1, 40), COMPAT, None, 157),
        (4, COMPAT, None, 77),
        (4, STARTED, None, 80),
        (0, COMPAT, None, 77),
        (60, COMPAT, 3, 237),
    ],
)
def test_length(seconds: Fraction | float, speech: Speech, most: int | None, frames: int) -> None:
    assert frame_count_for(seconds, RATE, speech, most) == frames


@pytest.mark.parametrize(("frames", "segments"), [(1, 1), (80, 1), (81, 2), (157, 2), (160, 2)])
def test_segments(frames: int, segments: int) -> None:
    assert segment_count(frames, 80) == segments


@pytest.mark.parametrize("length", [0, -4, 2, 81])
def test_impossible_segments_are_refused(length: int) -> None:
    with pytest.raises(BadInput, match="multiple of 4"):
        segment_count(80, length)


@given(st.floats(0, 4000), st.sampled_from([8, 48, 80]), st.booleans(), st.booleans())
def test_every_length_is_made_of_as_many_segments(seconds: float, length: int, started: bool, compat: bool) -> None:
    speech = Speech(length, started, compat)
    frames = frame_count_for(seconds, RATE, speech)
    layout = ClipLayout(frames, RATE, speech)
    missing = layout.lead(0) - layout.held(0)
    assert layout.made_frames - length < frames <= layout.made_frames - missing or frames == 1
    if not compat:
        assert abs(frames - seconds * 16) <= 1


@given(st.integers(1, 9000), st.integers(1, 9000), st.sampled_from([399_360, 720_896, 921_600]))
def test_sizes_are_on_the_grid_and_within_the_area(width: int, height: int, area: int) -> None:
    size = speech_size(PixelSize(width, height), area)
    assert size.width % 64 == size.height % 64 == 0
    assert min(size.width, size.height) >= 64
    longest = max(width, height) / min(width, height)
    assert size.area <= area or longest > 50


def test_the_first_segment_looks_back_only_from_its_picture() -> None:
    plain = ClipLayout(160, RATE, IN_SYNC)
    assert [plain.prefix_latents(segment) for segment in (0, 1)] == [1, 19]
    assert [plain.prefix_frames(segment) for segment in (0, 1)] == [1, 73]
    assert [plain.held(segment) for segment in (0, 1)] == [3, 0]
    started = ClipLayout(160, RATE, Speech(start_from_picture=True))
    assert [started.prefix_latents(segment) for segment in (0, 1)] == [19, 19]
    assert started.lead(0) == 0


@pytest.mark.parametrize(("length", "recent"), [(80, [3]), (76, [3]), (72, [2, 3]), (8, [0, 1, 2, 3])])
def test_recent_segments_hold_73_frames(length: int, recent: list[int]) -> None:
    assert list(ClipLayout(6 * length, RATE, Speech(length)).recent(4)) == recent


@pytest.mark.parametrize(
    ("rate", "indices"),
    [(RATE, [0, 1, 2, 3, 4]), (Fraction(8), [0, 0, 1, 2, 2]), (Fraction(30000, 1001), [0, 2, 4])],
)
def test_a_pose_is_looked_at_by_time(rate: Fraction, indices: list[int]) -> None:
    assert pose_indices(5, RATE, 5, rate) == indices
