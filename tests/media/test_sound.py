"""Sounds from outside: every kind that is read, and every way to be refused."""

import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from artifex.errors import BadReference
from artifex.media.audio import Sound
from artifex.media.encode import encode_video
from artifex.media.sound import open_sound

RATE = 24_000


def tone(seconds: float, rate: int = RATE, height: float = 0.5) -> np.ndarray:
    times = np.arange(round(seconds * rate)) / rate
    return (height * np.sin(2 * np.pi * 440 * times)).astype(np.float32)


def write_wav(path: Path, samples: np.ndarray, rate: int = RATE, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.repeat(samples, channels) * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.parametrize("channels", [1, 2])
def test_a_sound_is_resampled_and_mixed(tmp_path: Path, channels: int) -> None:
    path = write_wav(tmp_path / "voice.wav", tone(1.5), channels=channels)
    sound = open_sound(path, 16_000, channels=1)
    assert sound.samples.shape == (24_000, 1)
    middle = sound.samples[2000:-2000, 0]
    expected = tone(1.5, 16_000)[2000:-2000]
    assert float(np.corrcoef(middle, expected)[0, 1]) > 0.999
    assert 0.45 < float(np.abs(middle).max()) < 0.55


def test_the_sound_of_a_clip(tmp_path: Path) -> None:
    frames = np.zeros((16, 64, 64, 3), np.uint8)
    path = tmp_path / "clip.mp4"
    encode_video([frames], Fraction(16), path, sound=Sound(np.repeat(tone(1.0, 48_000)[:, None], 2, 1), 48_000))
    sound = open_sound(path, 16_000, channels=1)
    assert abs(float(sound.seconds) - 1.0) < 0.05
    assert float(np.abs(sound.samples).max()) > 0.4


def test_the_same_file_gives_the_same_samples(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "voice.wav", tone(0.7))
    assert np.array_equal(open_sound(path, 16_000, 1).samples, open_sound(path, 16_000, 1).samples)


def long_header(path: Path) -> Path:
    """Three hours of silence and one tone, of which only the header and a little is there."""
    write_wav(path, tone(0.1, 8000), 8000)
    data = bytearray(path.read_bytes())
    size = 3 * 3600 * 8000 * 2
    data[4:8], data[40:44] = (size + 36).to_bytes(4, "little"), size.to_bytes(4, "little")
    path.write_bytes(data)
    with path.open("r+b") as file:
        file.truncate(size + 44)  # a sparse file: the length is real, the disk is not filled
    return path


def test_what_cannot_be_used_is_refused_with_a_remedy(tmp_path: Path) -> None:
    cases = {
        "silent": (write_wav(tmp_path / "silent.wav", np.zeros(8000, np.float32)), "is silent"),
        "nothing": (write_wav(tmp_path / "nothing.wav", np.zeros(0, np.float32)), "no length|no sound"),
        "long": (long_header(tmp_path / "long.wav"), "longer than 10 minutes"),
        "text": (tmp_path / "text.wav", "is not a wav"),
        "cut": (tmp_path / "cut.wav", "."),
        "missing": (tmp_path / "missing.wav", "cannot be opened"),
        "folder": (tmp_path, "is a folder"),
    }
    cases["text"][0].write_text("this is not a sound at all, only some words\n")
    cases["cut"][0].write_bytes(cases["silent"][0].read_bytes()[:30])
    for path, message in cases.values():
        with pytest.raises(BadReference, match=message):
            open_sound(path, 16_000, channels=1)


def test_a_clip_without_sound_is_refused(tmp_path: Path) -> None:
    encode_video([np.zeros((4, 64, 64, 3), np.uint8)], Fraction(16), tmp_path / "mute.mp4")
    with pytest.raises(BadReference, match="holds no sound"):
        open_sound(tmp_path / "mute.mp4", 16_000, channels=1)
