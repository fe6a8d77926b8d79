"""Measures an untrusted sound instead of trusting its header."""

from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

from av.audio.stream import AudioStream
from av.container import InputContainer

from artifex.errors import BadReference
from artifex.media.limits import SOUNDS
from artifex.units import counted

_FRAMES_LOOKED_AT = 64


def look_at_sound(path: Path, container: InputContainer) -> dict[str, Any]:
    """The facts of a sound whose beginning can be decoded. Raises BadReference."""
    if not container.streams.audio:
        raise BadReference(f"{path} holds neither moving pictures nor a sound.")
    stream = container.streams.audio[0]
    check_sound_codec(path, stream)
    rate, channels = stream.sample_rate, stream.channels
    if not SOUNDS.least_rate <= rate <= SOUNDS.most_rate or not 1 <= channels <= SOUNDS.most_channels:
        raise BadReference(
            f"{path} has {counted(channels, 'channel')} of {rate} samples a second; give up to "
            f"{SOUNDS.most_channels} channels of {SOUNDS.least_rate} to {SOUNDS.most_rate}."
        )
    seconds = _measure(path, container, stream)
    container.seek(0)
    if not any(frame.samples for frame in islice(container.decode(stream), _FRAMES_LOOKED_AT)):
        raise BadReference(f"{path} holds a sound of no length; give a longer one.")
    return {"seconds": seconds, "sample_rate": rate, "channels": channels, "codec": stream.codec.canonical_name}


def check_sound_codec(path: Path, stream: AudioStream) -> None:
    """Raises BadReference."""
    decoder: Any = stream.codec_context
    name = stream.codec.canonical_name if decoder is not None else ""
    if name not in SOUNDS.codecs and not name.startswith("pcm_"):
        raise BadReference(f"{path} holds a sound in a way that is not taken here; export it as AAC, FLAC or WAV.")


def _measure(path: Path, container: InputContainer, stream: AudioStream) -> float:
    base = Fraction(stream.time_base or 0)
    length = Fraction(0)
    for packet in container.demux(stream):
        length += (packet.duration or 0) * base
        if length > SOUNDS.most_seconds:
            raise BadReference(f"{path} is longer than {SOUNDS.most_seconds // 60} minutes; cut out what is needed.")
    return float(length)
