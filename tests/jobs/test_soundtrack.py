"""The sound of rewritten clips: any excerpt, however long the sound is."""

import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from artifex.jobs.work.soundtrack import RATE, excerpt, soundtrack
from artifex.media.encode import encode_video
from artifex.media.opener import Here
from artifex.media.sounds.sound_reader import SoundReader
from tests.fakes import hostile

SECONDS = 11 * 60
LOW_RATE = 8000


@pytest.fixture(scope="module")
def long_sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound in which the loudness of each second encodes its number."""
    path = tmp_path_factory.mktemp("sounds") / "long.wav"
    levels = np.repeat(np.arange(SECONDS) / SECONDS * 32767, LOW_RATE).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, LOW_RATE, len(levels), "NONE", ""))
        file.writeframes(levels.tobytes())
    return path


def heard(path: Path, start: Fraction, seconds: Fraction) -> NDArray[np.float32]:
    return np.concatenate([np.zeros((0, 2), np.float32), *excerpt(path, Here(), start, seconds)])


def test_a_stretch_behind_the_tenth_minute_is_heard(long_sound: Path) -> None:
    sound = heard(long_sound, Fraction(630), Fraction(5, 2))
    assert sound.shape == (RATE * 5 // 2, 2)
    for second in range(2):
        middle = sound[RATE * second + RATE // 4 : RATE * second + RATE * 3 // 4]
        assert np.abs(middle - (630 + second) / SECONDS).max() < 0.02


def test_silence_fills_what_a_sound_does_not_have(long_sound: Path, tmp_path: Path) -> None:
    end = heard(long_sound, Fraction(SECONDS - 1), Fraction(4))
    assert end.shape == (4 * RATE, 2)
    assert end[: RATE // 2].min() > 0.9
    assert not end[2 * RATE :].any()
    (tmp_path / "mute.mp4").write_bytes(hostile.video(tmp_path))
    mute = heard(tmp_path / "mute.mp4", Fraction(0), Fraction(1, 2))
    assert mute.shape == (RATE // 2, 2)
    assert not mute.any()


def test_parts_come_one_behind_the_other(long_sound: Path, tmp_path: Path) -> None:
    parts = (excerpt(long_sound, Here(), Fraction(at), Fraction(1)) for at in (600, 60))
    encode_video([np.zeros((2, 16, 16, 3), np.uint8)], Fraction(1), tmp_path / "film.mp4", sound=soundtrack(parts))
    with SoundReader(tmp_path / "film.mp4", RATE) as reader:
        for at, second in ((0, 600), (1, 60)):
            middle = reader.samples(at * RATE + RATE // 4, RATE // 2)
            assert np.abs(middle - second / SECONDS).max() < 0.02
