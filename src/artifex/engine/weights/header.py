"""Reads headers of weights files of every format."""

from pathlib import Path

from artifex.engine.weights.gguf_header import read_gguf_header
from artifex.engine.weights.pth_header import read_pth_header
from artifex.engine.weights.safetensors_header import read_safetensors_header
from artifex.engine.weights.stored import WeightFile
from artifex.errors import WeightsDamaged

_READERS = {".safetensors": read_safetensors_header, ".gguf": read_gguf_header, ".pth": read_pth_header}

SUFFIXES = frozenset(_READERS)
"""Suffixes of the files that can be read."""


def read_header(path: Path) -> WeightFile:
    """What a weights file contains, by its header.

    Raises:
        WeightsDamaged: it cannot be read, or is in no known format.
    """
    reader = _READERS.get(path.suffix)
    if reader is None:
        raise WeightsDamaged(f"{path} is in no known format; there are {', '.join(sorted(SUFFIXES))}.")
    return reader(path)
