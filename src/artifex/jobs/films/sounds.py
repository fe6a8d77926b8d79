"""The sound of a film, mixed segment by segment."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from artifex.jobs.films.sound_store import CHANNELS, Samples
from artifex.timeline.plan import AudioLayer, Fade, Segment


@dataclass(slots=True)
class Mixer:
    """Mixes at one sample rate. ``samples`` returns a layer's whole sound [n, 2] at a given sample rate."""

    rate: Fraction
    sample_rate: int
    samples: Callable[[AudioLayer, int], Samples]

    def mixed(self, segment: Segment) -> Samples:
        """The segment's mix, [sample_count, 2] in [-1, 1], clipped. Raises BadReference."""
        mixture = np.zeros((segment.sample_count, CHANNELS), np.float32)
        for layer in segment.sounds:
            mixture[layer.first : layer.first + layer.count] += self._heard(layer)
        return np.clip(mixture, -1.0, 1.0, out=mixture)

    def _heard(self, layer: AudioLayer) -> Samples:
        heard = _excerpt(self.samples(layer, self.sample_rate), layer)
        frames = (layer.first + np.arange(layer.count)) * float(self.rate / self.sample_rate)
        gain = np.float32(layer.gain) * self._curve(layer, "volume", frames)
        if layer.fade is not None:
            gain = gain * _faded(layer.fade, layer.count)
        pan = self._curve(layer, "pan", frames)
        heard[:, 0] *= gain * np.minimum(1, 1 - pan)
        heard[:, 1] *= gain * np.minimum(1, 1 + pan)
        return heard

    @staticmethod
    def _curve(layer: AudioLayer, name: str, frames: NDArray[np.floating]) -> NDArray[np.float32]:
        """A parameter at every sample: exact at frames, linearly interpolated in between."""
        if not any(curve.parameter == name for curve in layer.curves):
            return np.full(len(frames), layer.value(name, 0.0), np.float32)
        whole = np.arange(int(frames[0]), int(frames[-1]) + 2) if len(frames) else np.zeros(1)
        values = [layer.value(name, float(frame)) for frame in whole]
        return np.interp(frames, whole, values).astype(np.float32)


def _excerpt(sound: Samples, layer: AudioLayer) -> Samples:
    """Sample ``k`` of the layer is the sound's sample ``start + k * step``, linearly interpolated."""
    if layer.step == 1:
        first = round(layer.start)
        excerpt = np.zeros((layer.count, CHANNELS), np.float32)
        here, there = max(first, 0), min(first + layer.count, len(sound))
        if here < there:
            excerpt[here - first : there - first] = sound[here:there]
        return excerpt
    places = float(layer.start) + np.arange(layer.count) * float(layer.step)
    first, last = max(0, int(places.min())), min(len(sound), int(places.max()) + 2)
    if first >= last:
        return np.zeros((layer.count, CHANNELS), np.float32)
    known, near = np.arange(first, last), sound[first:last]
    channels = [np.interp(places, known, near[:, channel], left=0, right=0) for channel in range(CHANNELS)]
    return np.stack(channels, axis=1).astype(np.float32)


def _faded(fade: Fade, count: int) -> NDArray[np.float32]:
    """The gain of an equal-power fade; see :class:`artifex.timeline.plan.layers.Fade`."""
    angle = (float(fade.progress) + np.arange(count) * float(fade.pace)) * (np.pi / 2)
    return (np.sin(angle) if fade.direction == "in" else np.cos(angle)).astype(np.float32)
