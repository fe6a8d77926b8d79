"""The sound of a file, to be encoded into another."""

from contextlib import ExitStack
from pathlib import Path

from artifex.errors import BadReference
from artifex.media.encodings.sound import SoundStream
from artifex.media.sounds.sound_reader import SoundReader

_SAMPLE_RATE = 48_000


def sound_of_file(path: Path, stack: ExitStack) -> SoundStream | None:
    """All of a file's sound, readable until ``stack`` is closed; None for a file that has none."""
    try:
        reader = stack.enter_context(SoundReader(path, _SAMPLE_RATE))
    except BadReference:
        return None
    return SoundStream(reader.chunks(0, reader.sample_count), _SAMPLE_RATE)
