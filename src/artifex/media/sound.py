"""Opens untrusted sounds as samples."""

from fractions import Fraction
from pathlib import Path

import numpy as np
from av import AudioFrame, AudioResampler
from av.container import InputContainer
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.media.audio import Sound
from artifex.media.untrusted import SOUNDS, open_media

MOST_SECONDS = 600

_SILENCE = 10 ** (-60 / 20)
"""Peak below which nothing can be heard: -60 dB of full scale."""


def open_sound(path: Path, sample_rate: int, channels: int) -> Sound:
    """The first sound in a file, resampled and mixed to one or two channels.

    Raises BadReference, with the remedy, when there is none, it is silent, over ten minutes long, cut or damaged.
    """
    with open_media(path, SOUNDS) as container:
        if not container.streams.audio:
            raise BadReference(f"{path} holds no sound; give a file with a voice in it.")
        parts = _decode(container, path, sample_rate)
    samples = _mixed(np.concatenate(parts), channels) if parts else np.zeros((0, channels), np.float32)
    if len(samples) == 0:
        raise BadReference(f"{path} holds a sound of no length; give a longer one.")
    if float(np.abs(samples).max()) < _SILENCE:
        raise BadReference(f"{path} is silent; give a sound with a voice in it.")
    return Sound(samples, sample_rate)


def _decode(container: InputContainer, path: Path, sample_rate: int) -> list[NDArray[np.float32]]:
    stream = container.streams.audio[0]
    layout = "mono" if stream.channels == 1 else "stereo"
    resampler = AudioResampler(format="flt", layout=layout, rate=sample_rate)
    parts: list[NDArray[np.float32]] = []
    count = 0
    _refuse_length(path, stream.duration * (stream.time_base or 0) if stream.duration else 0)
    for packet in container.demux(stream):
        for frame in stream.decode(packet):
            for piece in resampler.resample(frame):
                parts.append(_samples(piece, layout))
                count += len(parts[-1])
                _refuse_length(path, Fraction(count, sample_rate))
    parts.extend(_samples(piece, layout) for piece in resampler.resample(None))
    return parts


def _samples(frame: AudioFrame, layout: str) -> NDArray[np.float32]:
    interleaved = frame.to_ndarray().reshape(-1, 1 if layout == "mono" else 2)
    return np.nan_to_num(interleaved.astype(np.float32, copy=False)).clip(-1.0, 1.0)


def _mixed(samples: NDArray[np.float32], channels: int) -> NDArray[np.float32]:
    """One channel is the mean of two, as models were trained; FFmpeg's own mix would be louder and clip."""
    if samples.shape[1] == channels:
        return samples
    return samples.mean(axis=1, keepdims=True) if channels == 1 else samples.repeat(channels, axis=1)


def _refuse_length(path: Path, seconds: Fraction | int) -> None:
    if seconds > MOST_SECONDS:
        raise BadReference(f"{path} is longer than {MOST_SECONDS // 60} minutes; cut out the part that is needed.")
