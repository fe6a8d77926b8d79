"""Sound of clips that are written anew."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from artifex.errors import BadReference
from artifex.media.audio import Sound
from artifex.media.opener import Opener
from artifex.media.probe import Probe

RATE, CHANNELS = 48_000, 2


def sound_of(path: Path, clip: Probe, opener: Opener) -> Sound | None:
    """A clip's sound; None where there is none that can be heard, or it is longer than is taken."""
    if clip.sound is None:
        return None
    try:
        return opener.open_sound(path, RATE, CHANNELS)
    except BadReference:
        return None


def excerpt(sound: Sound | None, start: Fraction, seconds: Fraction) -> Sound:
    """Exactly so many seconds from ``start``; silence where the sound has nothing."""
    first, count = round(start * RATE), round(seconds * RATE)
    samples = np.zeros((count, CHANNELS), np.float32)
    if sound is not None:
        part = sound.samples[first : first + count]
        samples[: len(part)] = part
    return Sound(samples, RATE)


def joined(parts: list[Sound]) -> Sound:
    """One behind the other."""
    return Sound(np.concatenate([part.samples for part in parts]), RATE)
