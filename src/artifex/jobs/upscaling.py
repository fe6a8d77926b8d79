"""Upscaling of clips: allowed sizes, and upscaling a file in this process without a queue."""

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
"""Pixels of the shorter side; the last two are 4K and 8K."""
_MOST_SIDE = 8192
"""Pixels; H.264 players support no more."""


@dataclass(frozen=True, slots=True)
class Enlargement:
    """An upscaling factor or a target resolution; a factor of 2 if neither is given."""

    scale: int | None = None
    resolution: str | None = None

    def __post_init__(self) -> None:
        """Raises BadInput for values outside ``SCALES`` or ``RESOLUTIONS``, and if both are given."""
        if self.scale is not None and self.resolution is not None:
            raise BadInput("A clip is enlarged by a scale or to a resolution; give one of them.")
        if self.scale is not None and self.scale not in SCALES:
            raise BadInput(f"A clip is enlarged 2, 3 or 4 times, not {self.scale!r:.20}.")
        if self.resolution is not None and self.resolution not in RESOLUTIONS:
            raise BadInput(f"A clip is enlarged to {', '.join(RESOLUTIONS)}, not {self.resolution!r:.20}.")

    def __str__(self) -> str:
        return self.resolution or f"{self._times}x"

    def of(self, width: int, height: int) -> PixelSize:
        """The upscaled size, with even sides. Raises BadInput if the clip is that large already or gets too large."""
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
        """As stored in a job's request and a file's facts."""
        return {"scale": self._times} if self.resolution is None else {"resolution": self.resolution}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Enlargement":
        """From a dict that contains the fields of `to_data`."""
        return cls(data.get("scale"), data.get("resolution"))

    @property
    def _times(self) -> int:
        return self.scale or SCALES[0]


def upscale_file(
    source: Path, target: Path, wanted: Enlargement, weights: Path | None, encoding: Encoding, told: Told
) -> int:
    """Write ``source`` upscaled by the network in ``weights``, or by interpolation; returns the number of frames.

    Raises BadInput, BadWeights, CannotRun, and what :func:`rewrite_file` raises.
    """
    upscaler = None if weights is None else load_upscaler(weights, weights.name, lambda: None)

    def change(frames: Iterator[NDArray[Any]], rate: Fraction) -> Iterator[NDArray[Any]]:
        first = next(frames)
        size = wanted.of(first.shape[1], first.shape[0])
        every = chain([first], frames)
        return scaled(every, size) if upscaler is None else upscaler.enlarge(every, size)

    return rewrite_file(source, target, change, encoding, told)
