"""Samples by their exact position, whatever the file."""

import wave
from fractions import Fraction

import av
import numpy as np
import pytest

from artifex.errors import BadReference
from artifex.media.encodings.encoding import Encoding, SoundEncoding
from artifex.media.encodings.film import encode
from artifex.media.encodings.sound import SoundStream
from artifex.media.sounds.sound_reader import SoundReader

RATE = 48000
SECONDS = 6


@pytest.fixture(scope="module")
def signal():
    """Chirps, so that no two places sound alike; the right side is its own. They begin softly, as AAC likes it."""
    t = np.arange(SECONDS * RATE) / RATE
    left = 0.5 * np.sin(2 * np.pi * (200 * t + 300 * t**2))
    right = 0.4 * np.sin(2 * np.pi * (3000 * t - 150 * t**2))
    return (np.stack([left, right], axis=1) * np.minimum(t * 5, 1)[:, None]).astype(np.float32)


WAYS = {
    "aac mp4": Encoding(sound=SoundEncoding("aac", 256_000)),
    "pcm mov": Encoding("prores", "mov", bits=10, chroma="422", sound=SoundEncoding("pcm")),
    "flac mkv": Encoding("ffv1", "mkv", chroma="444", sound=SoundEncoding("flac")),
    "pcm mkv": Encoding("ffv1", "mkv", chroma="444", sound=SoundEncoding("pcm")),
    "aac mkv": Encoding("h264", "mkv", sound=SoundEncoding("aac", 256_000)),
    "opus webm": Encoding("vp9", "webm", speed="fast", sound=SoundEncoding("opus", 256_000)),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sounds")


@pytest.fixture(scope="module", params=WAYS)
def film(request, folder, signal):
    encoding = WAYS[request.param]
    sound = encoding.sound.codec
    path = folder / f"{sound}{encoding.suffix}"
    black = np.zeros((64, 64, 3), np.uint8)
    encode([black] * (SECONDS * 10), Fraction(10), encoding, path, SoundStream([signal], RATE))
    return path, sound


def _error(seen, wanted):
    return float(np.sqrt(np.mean((seen - wanted) ** 2)))


def test_any_stretch_is_where_it_belongs(film, signal):
    path, sound = film
    tolerance = 3e-6 if sound in ("pcm", "flac") else 0.02
    with SoundReader(path, RATE) as reader:
        assert abs(reader.sample_count - len(signal)) < 2048
        for start in (0, 200_000, 123_457, 5, 250_001, 100, 48_000):
            seen = reader.samples(start, 5000)
            assert seen.shape == (5000, 2)
            assert _error(seen, signal[start : start + 5000]) < tolerance, start


def test_jumping_gives_the_same_as_going_on(film):
    path, _ = film
    for rate in (48000, 44100):
        with SoundReader(path, rate) as reader:
            whole = np.concatenate(list(reader.chunks(0, 5 * rate)))
        with SoundReader(path, rate) as reader:
            for start in (3 * rate + 11, rate, 4 * rate + 5):
                assert np.abs(reader.samples(start, 2000) - whole[start : start + 2000]).max() < 3e-3


def test_before_and_behind_there_is_silence(film, signal):
    path, _ = film
    with SoundReader(path, RATE) as reader:
        early = reader.samples(-1000, 3000)
        assert not early[:1000].any()
        assert _error(early[1000:], signal[:2000]) < 0.02
        late = reader.samples(len(signal) + 48_000, 1000)
        assert not late.any()


def test_mono_is_on_both_sides_and_rates_change(folder, signal):
    path = folder / "mono.wav"
    _write_wav(path, signal[::3, :1], 16000)
    with SoundReader(path, RATE) as reader:
        seen = reader.samples(30_000, 9000)
    assert np.array_equal(seen[:, 0], seen[:, 1])
    assert _error(seen[:, 0], signal[30_000:39_000, 0]) < 0.01


def test_a_sound_that_begins_later_than_the_pictures(folder, signal):
    path = folder / "late.mov"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=10)
        video.width = video.height = 64
        video.pix_fmt = "yuv420p"
        audio = container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8)).reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(video.encode(frame))
        block = (signal[:RATE] * 32767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, RATE // 2, Fraction(1, RATE)
        container.mux(audio.encode(frame))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    with SoundReader(path, RATE) as reader:
        seen = reader.samples(0, RATE)
        assert not seen[: RATE // 2].any()
        assert np.abs(seen[RATE // 2 :] - signal[: RATE // 2]).max() < 1e-3
        assert np.abs(reader.samples(RATE // 2 + 7, 100) - signal[7:107]).max() < 1e-3


@pytest.mark.parametrize("content", [b"words" * 900, b"RIFF\x24\0\0\0WAVEfmt ", b""])
def test_what_is_no_sound(content, tmp_path):
    path = tmp_path / "sound.wav"
    path.write_bytes(content)
    with pytest.raises(BadReference):
        SoundReader(path, RATE)
    silent = tmp_path / "silent.mp4"
    encode(np.zeros((2, 64, 64, 3), np.uint8), Fraction(10), Encoding(), silent)
    with pytest.raises(BadReference, match="holds no sound"):
        SoundReader(silent, RATE)


def _write_wav(path, samples, rate):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
