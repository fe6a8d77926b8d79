"""How loud a sound is (EBU R 128), and bringing it to a target without peaks above a ceiling."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from av import AudioFrame

from artifex.media.filtering import Filter
from artifex.media.sounds.filtering import Samples, SoundGraph, filtered

_METER = Filter("ebur128", {"metadata": "1", "peak": "true"})
_SILENCE = -70.0
"""LUFS under which the meter's gate hears nothing."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS, None for silence; its range in LU; the highest true peak in dB of full scale."""

    integrated: float | None
    range: float
    true_peak: float


@dataclass(frozen=True, slots=True)
class Target:
    """What sound is brought to: EBU R 128 for broadcasting; the services of the web ask for -14 LUFS."""

    integrated: float = -23.0
    true_peak: float = -1.0


WEB = Target(-14.0, -1.0)


class LoudnessMeter:
    """Hears chunks [n, 2] pass; holds a few seconds at most."""

    def __init__(self, sample_rate: int) -> None:
        self._graph = SoundGraph(sample_rate, [_METER])
        self._last: dict[str, str] = {}
        self._peak = 0.0

    def hear(self, chunk: Samples) -> None:
        if len(chunk):
            self._note(self._graph.push(chunk))

    def listen(self, chunks: Iterable[Samples]) -> Iterator[Samples]:
        """Pass ``chunks`` on unchanged."""
        for chunk in chunks:
            self.hear(chunk)
            yield chunk

    def finish(self) -> Loudness:
        """What was heard; nothing can be heard after it."""
        self._note(self._graph.push(None))
        integrated = float(self._last.get("I", _SILENCE))
        return Loudness(
            integrated=None if integrated <= _SILENCE else integrated,
            range=float(self._last.get("LRA", 0.0)),
            true_peak=20 * float(np.log10(self._peak)) if self._peak > 0 else float("-inf"),
        )

    def _note(self, frames: Iterator[AudioFrame]) -> None:
        for frame in frames:
            told = {key.removeprefix("lavfi.r128."): value for key, value in frame.metadata.items()}
            self._last |= told
            peaks = [float(value) for key, value in told.items() if key.startswith("true_peaks_ch")]
            self._peak = max(self._peak, *peaks) if peaks else self._peak


def measure(chunks: Iterable[Samples], sample_rate: int) -> Loudness:
    """The loudness of a whole sound."""
    meter = LoudnessMeter(sample_rate)
    for chunk in chunks:
        meter.hear(chunk)
    return meter.finish()


def brought_to(target: Target, chunks: Iterable[Samples], sample_rate: int, measured: Loudness) -> Iterator[Samples]:
    """The second pass over a sound that was ``measured``: one gain for all of it, so that its dynamics stay.

    Where the gain would push peaks over the target's ceiling, a limiter takes them down at four times the sample rate,
    which finds peaks between samples, too. Silence stays silence.
    """
    if measured.integrated is None:
        yield from chunks
        return
    gain = 10 ** ((target.integrated - measured.integrated) / 20)
    louder = (np.asarray(chunk * np.float32(gain), np.float32) for chunk in chunks)
    if measured.true_peak + 20 * np.log10(gain) <= target.true_peak:
        yield from louder
        return
    yield from filtered(louder, sample_rate, _limiter(target.true_peak, sample_rate))


def _limiter(ceiling: float, sample_rate: int) -> list[Filter]:
    # A third of a decibel in hand: going back to the sample rate rings a little above what was limited.
    limit = 10 ** ((ceiling - 0.3) / 20)
    return [
        Filter("aresample", {"sample_rate": str(4 * sample_rate)}),
        Filter(
            "alimiter",
            {"limit": f"{limit:.5f}", "attack": "5", "release": "80", "level": "0", "latency": "1"},
        ),
        Filter("aresample", {"sample_rate": str(sample_rate)}),
    ]
