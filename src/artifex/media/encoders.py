"""Which codecs this machine can really write."""

from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from artifex.errors import CannotRun
from artifex.media.codecs import CODECS, Codec
from artifex.media.encode import encode_video


def available() -> list[str]:
    """Names of the codecs that encode a frame here, in the table's order.

    FFmpeg lists encoders whose driver or hardware is missing, so being listed proves nothing.
    """
    with TemporaryDirectory() as folder:
        return [name for name, codec in CODECS.items() if _works(codec, Path(folder))]


def _works(codec: Codec, folder: Path) -> bool:
    frame = np.zeros((1, 64, 64, 3), np.uint8)
    try:
        encode_video([frame], Fraction(24), folder / f"{codec.name}{codec.suffix}", codec)
    except CannotRun:
        return False
    return True
