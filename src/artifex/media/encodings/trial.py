"""A process that encodes one frame and ends, so that drivers that crash or hang affect nothing else.

Its argument is the name of a preset. It exits with 0, or with 1 where the encoder is not available.
"""

import sys
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from artifex.errors import ArtifexError
from artifex.media.encodings.film import encode
from artifex.media.encodings.presets import PRESETS

SIDE = 256


def try_preset(name: str) -> None:
    """Encode one frame. Raises NotAvailable where the encoder is not available, or refuses."""
    encoding = PRESETS[name]
    frame = np.full((SIDE, SIDE, 4 if encoding.alpha else 3), 128, np.uint8)
    with TemporaryDirectory(prefix="artifex-trial-") as folder:
        encode([frame], Fraction(24), encoding, Path(folder) / f"trial{encoding.suffix}")


def main() -> int:
    try:
        try_preset(sys.argv[1])
    except ArtifexError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
