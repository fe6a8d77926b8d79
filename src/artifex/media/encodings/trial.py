"""A process that encodes one frame and ends: drivers that crash or hang take nothing else with them.

It is told the name of a preset as its argument, and ends with 0, or with 1 where the encoder is not here.
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
    """Raises NotAvailable where the encoder is not here, or refuses."""
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
