"""Clips enlarged: how large they may become, and a file enlarged in this process, without a queue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from artifex.catalog.upscalers import load_upscaler
from artifex.errors import BadInput
from artifex.media.encodings.encoding import Encoding
from artifex.media.filters.file import Told, rewrite_file
from artifex.media.filters.scaling import scaled
from artifex.units import PixelSize

SCALES = range(2, 5)
RESOLUTIONS = {"1080p": 1080, "1440p": 1440, "2160p": 2160, "4320p": 4320}
"""Pixels of a picture's shorter side; the last two are 4K and 8K."""
_MOST_SIDE = 8192
"""Pixels; players of H.264 go no further."""


@dataclass(frozen=True, slots=True)
class Enlargement:
    """How much a clip grows: by a scale or to a resolution, and twice where neither is said."""

    scale: int | None = None
    resolution: str | None = None

    def __post_init__(self) -> None:
        """Raises BadInput for what is neither one of ``SCALES`` nor of ``RESOLUTIONS``, and for both at once."""
        if self.scale is not None and self.resolution is not None:
            raise BadInput("A clip is enlarged by a scale or to a resolution; give one of them.")
        if self.scale is not None and self.scale not in SCALES:
            raise BadInput(f"A clip is enlarged 2, 3 or 4 times, not {self.scale!r:.20}.")
        if self.resolution is not None and self.resolution not in RESOLUTIONS:
            raise BadInput(f"A clip is enlarged to {', '.join(RESOLUTIONS)}, not {self.resolution!r:.20}.")

    def __str__(self) -> str:
        return self.resolution or f"{self._times}x"

    def of(self, width: int, height: int) -> PixelSize:
        """The size that a clip gets, its sides even. Raises BadInput where it has it already, or none could play it."""
        factor = Fraction(self._times)
        if self.resolution is not None:
            factor = Fraction(RESOLUTIONS[self.resolution], min(width, height))
        if factor <= 1:
            raise BadInput(f"The clip is {width}x{height}, which is {self.resolution} already; choose a larger one.")
        size = PixelSize(width=int(width * factor) // 2 * 2, height=int(height * factor) // 2 * 2)
        if max(size.width, size.height) > _MOST_SIDE:
            raise BadInput(f"Enlarged, the clip would be {size}; its sides may be {_MOST_SIDE} at most.")
        return size

    def to_data(self) -> dict[str, int | str]:
        """As a job's request and a file's facts have it."""
        return {"scale": self._times} if self.resolution is None else {"resolution": self.resolution}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Enlargement":
        """What `to_data` gave, among other things."""
        return cls(data.get("scale"), data.get("resolution"))

    @property
    def _times(self) -> int:
        return self.scale or SCALES[0]


def upscale_file(
    source: Path, target: Path, wanted: Enlargement, weights: Path | None, encoding: Encoding, told: Told
) -> int:
    """Write ``source`` enlarged by the network in ``weights``, or by interpolation; return how many frames there are.

    Raises BadInput, BadWeights, CannotRun, and as :func:`rewrite_file`.
    """
    upscaler = None if weights is None else load_upscaler(weights, weights.name, lambda: None)

    def change(frames: Iterator[NDArray[Any]], rate: Fraction) -> Iterator[NDArray[Any]]:
        first = next(frames)
        size = wanted.of(first.shape[1], first.shape[0])
        every = chain([first], frames)
        return scaled(every, size) if upscaler is None else upscaler.enlarge(every, size)

    return rewrite_file(source, target, change, encoding, told)
