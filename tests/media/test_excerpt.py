"""The parts of clips that other clips are made from."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from artifex.errors import BadReference
from artifex.media import excerpt
from artifex.media.codecs import FFV1
from artifex.media.encode import encode_video


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Twelve frames at 24 a second, each of its own grey."""
    frames = np.stack([np.full((32, 48, 3), 20 * index, np.uint8) for index in range(12)])
    encode_video([frames], Fraction(24), tmp_path / "clip.mkv", FFV1)
    return tmp_path / "clip.mkv"


def greys(frames: np.ndarray) -> list[int]:
    return [int(frame[0, 0, 0]) // 20 for frame in frames]


def test_last_frames_are_in_playing_order(clip: Path) -> None:
    assert greys(excerpt.last_frames(clip, 5)) == [7, 8, 9, 10, 11]
    assert greys(excerpt.last_frames(clip, 50)) == list(range(12))


def test_frames_are_sampled_from_the_start(clip: Path) -> None:
    assert greys(excerpt.sampled_frames(clip, Fraction(12), 4)) == [0, 2, 4, 6]
    assert greys(excerpt.sampled_frames(clip, Fraction(24), 3)) == [0, 1, 2]
    assert greys(excerpt.sampled_frames(clip, Fraction(8), 100)) == [0, 3, 6, 9]


def test_what_would_not_fit_in_memory_is_refused(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpt, "MOST_BYTES", 1000)
    with pytest.raises(BadReference, match="scale it down"):
        excerpt.sampled_frames(clip, Fraction(24), 12)
