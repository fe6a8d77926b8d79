"""Gains, fades, speeds and loudness, measured in the samples."""

from fractions import Fraction

import numpy as np
import pytest

from artifex.errors import BadField
from artifex.media.sounds.filtering import in_pieces
from artifex.media.sounds.loudness import WEB, Target, brought_to, measure
from artifex.media.sounds.mixing import GainCurve, Part, mixed
from artifex.media.sounds.speed import at_speed

RATE = 48000


def tone(seconds, frequency=440.0, level=0.5):
    t = np.arange(int(seconds * RATE)) / RATE
    return np.repeat((level * np.sin(2 * np.pi * frequency * t))[:, None], 2, axis=1).astype(np.float32)


def cut(samples, size=1777):
    return [samples[at : at + size] for at in range(0, len(samples), size)]


def whole(chunks):
    return np.concatenate(list(chunks))


def pitch(samples):
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4, 0]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    return float(np.argmax(spectrum) * RATE / len(middle))


def test_parts_are_where_they_belong():
    one, two = np.ones((10_000, 2), np.float32), np.full((7000, 2), 0.5, np.float32)
    mix = whole(mixed([Part(cut(one), 100, 10_000), Part(cut(two), 9000, 7000)], 20_000))
    wanted = np.zeros((20_000, 2), np.float32)
    wanted[100:10_100] += 1
    wanted[9000:16_000] += 0.5
    assert np.array_equal(mix, wanted)


def test_a_part_that_began_before_the_mix_and_one_that_runs_dry():
    ramp = np.repeat(np.arange(10_000, dtype=np.float32)[:, None], 2, axis=1)
    mix = whole(mixed([Part(cut(ramp), -6000, 9000), Part([ramp[:50]], 4000, 3000)], 5000))
    assert np.array_equal(mix[:3000], ramp[6000:9000])
    assert not mix[3000:4000].any()
    assert np.array_equal(mix[4000:4050], ramp[:50])
    assert not mix[4050:].any()


def test_curves_fades_and_pan():
    one = np.ones((10_000, 2), np.float32)
    curve = GainCurve(((1000, 1.0), (3000, 0.25)))
    mix = whole(mixed([Part(cut(one), 0, 10_000, curve, pan=-0.5)], 10_000))
    assert mix[500].tolist() == [1.0, 0.5]
    assert mix[2000, 0] == pytest.approx(0.625, abs=1e-4)
    assert mix[9000, 0] == 0.25
    parts = [Part(cut(one), 0, 6000, fade_out=2000), Part(cut(one), 4000, 6000, fade_in=2000)]
    first, second = (whole(mixed([part], 10_000))[4000:6000, 0] for part in parts)
    assert np.abs(first**2 + second**2 - 1).max() < 1e-5
    assert (np.diff(first) < 0).all()
    with pytest.raises(ValueError, match="gain curve"):
        GainCurve(((5, 1.0), (5, 0.0)))


@pytest.mark.parametrize("speed", [Fraction(1, 5), Fraction(1, 2), Fraction(3, 4), Fraction(3, 2), Fraction(5)])
def test_speed_with_and_without_pitch(speed):
    count = int(RATE * 2)
    source = tone(float(2 * speed) + 0.2)
    kept = whole(at_speed(cut(source), RATE, speed, count, "kept"))
    follows = whole(at_speed(cut(source), RATE, speed, count, "follows"))
    assert kept.shape == follows.shape == (count, 2)
    assert pitch(kept) == pytest.approx(440, rel=0.03)
    assert pitch(follows) == pytest.approx(440 * float(speed), rel=0.01)
    assert np.abs(kept[-RATE // 10 :]).max() > 0.2  # it lasts to the end


def test_speeds_beyond_reason():
    with pytest.raises(BadField) as caught:
        list(at_speed([], RATE, Fraction(99), 100))
    assert caught.value.field == "speed"
    assert whole(at_speed([], RATE, Fraction(1), 100)).shape == (100, 2)


def test_loudness_is_measured_and_met():
    quiet = tone(6, 997, 0.05)
    found = measure(cut(quiet), RATE)
    assert found.integrated == pytest.approx(20 * np.log10(0.05), abs=0.3)  # both sides: 0.691 dB and 3 dB cancel
    assert found.true_peak == pytest.approx(20 * np.log10(0.05), abs=0.2)
    louder = whole(brought_to(Target(-23, -1), cut(quiet), RATE, found))
    assert len(louder) == len(quiet)
    assert measure(cut(louder), RATE).integrated == pytest.approx(-23, abs=0.2)


def test_peaks_stay_under_the_ceiling():
    quiet = tone(6, 440, 0.02)
    for at in range(0, len(quiet), 9600):
        quiet[at : at + 60] += 0.7 * np.hanning(60)[:, None].astype(np.float32)
    found = measure(cut(quiet), RATE)
    assert found.integrated is not None
    limited = whole(brought_to(WEB, cut(quiet), RATE, found))
    after = measure(cut(limited), RATE)
    assert found.true_peak + (WEB.integrated - found.integrated) > 5
    assert after.true_peak <= WEB.true_peak
    assert len(limited) == len(quiet)
    lag = np.argmax(np.correlate(limited[9000:10500, 0], quiet[9500:9700, 0])) - 500
    assert abs(lag) <= 2  # the limiter's delay is made up for


def test_silence():
    silence = np.zeros((3 * RATE, 2), np.float32)
    found = measure(cut(silence), RATE)
    assert found.integrated is None
    assert not whole(brought_to(WEB, cut(silence), RATE, found)).any()


def test_pieces():
    ramp = np.arange(20_000, dtype=np.float32).reshape(-1, 2)
    pieces = list(in_pieces(cut(ramp, 333), 1024))
    assert [len(piece) for piece in pieces] == [1024] * 9 + [784]
    assert np.array_equal(np.concatenate(pieces), ramp)
