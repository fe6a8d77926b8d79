"""What this machine can encode, proved by encoding a frame; FFmpeg lists encoders whose hardware is missing."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from av.codec.codec import UnknownCodecError, codecs_available

from artifex.errors import CannotRun
from artifex.media.encodings.encoders import encoder_for
from artifex.media.encodings.encoding import Encoding
from artifex.media.encodings.presets import PRESETS
from artifex.media.encodings.trial import try_preset

_PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Available:
    """A preset, and why it cannot be used here; None when it can."""

    name: str
    encoding: Encoding
    reason: str | None


def available_encodings(presets: Mapping[str, Encoding] = PRESETS) -> list[Available]:
    """Each of the presets, in the table's order. Takes a second or two; hardware is tried in separate processes."""
    return [Available(name, encoding, _reason(name, encoding)) for name, encoding in presets.items()]


def _reason(name: str, encoding: Encoding) -> str | None:
    encoder = encoder_for(encoding)
    if encoder is not None and encoder.name not in codecs_available:
        return f"This machine's FFmpeg was built without {encoder.name}."
    if encoding.engine != "software":
        return _tried_apart(name)
    try:
        try_preset(name)
    except (CannotRun, UnknownCodecError) as error:
        return str(error)
    return None


def _tried_apart(name: str) -> str | None:
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-m", "artifex.media.encodings.trial", name],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"The encoder did not finish one frame in {_PATIENCE_SECONDS} seconds."
    if child.returncode == 0:
        return None
    return f"{name} cannot encode here: it needs an NVIDIA GPU with an encoder, and its driver."
