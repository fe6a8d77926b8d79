"""Composites layers of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.media.compose.blending import Blend, lay
from artifex.media.compose.placing import Fit, placed
from artifex.units import PixelSize

Colour = tuple[int, int, int]
_FARTHEST = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One picture: RGB [H, W, 3] or RGBA [H, W, 4] with straight alpha, uint8.

    ``x`` and ``y`` move its middle from the canvas's middle, to the right in canvas widths and down in canvas heights.
    ``scale`` 1 is the size that ``fit`` gives: ``contain`` shows it whole, ``cover`` fills the canvas and crops,
    ``stretch`` distorts it, ``none`` keeps its pixels. ``rotation`` is in degrees clockwise around its middle.
    Raises BadField for what is out of range.
    """

    frame: NDArray[np.uint8]
    opacity: float = 1.0
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    rotation: float = 0.0
    fit: Fit = "contain"
    blend: Blend = "normal"

    def __post_init__(self) -> None:
        if self.frame.dtype != np.uint8 or self.frame.ndim != 3 or self.frame.shape[2] not in (3, 4):
            raise ValueError(f"a layer is uint8 [H, W, 3 or 4], not {self.frame.dtype} {self.frame.shape}")
        ranges = {"opacity": (0.0, 1.0), "x": (-_FARTHEST, _FARTHEST), "y": (-_FARTHEST, _FARTHEST)}
        for name, (least, most) in (ranges | {"scale": (0.0, _FARTHEST), "rotation": (-36_000.0, 36_000.0)}).items():
            value: float = getattr(self, name)
            if not least <= value <= most:
                raise BadField(name, f"{name} of a layer is {value:g}, but has to be from {least:g} to {most:g}.")
        for name, word, known in (("fit", self.fit, get_args(Fit)), ("blend", self.blend, get_args(Blend))):
            if word not in known:
                raise BadField(name, f"{name} of a layer is {word!r:.40}, none of {', '.join(known)}.")

    def is_whole_canvas(self, size: PixelSize) -> bool:
        """Whether its pixels, unchanged, are the whole canvas: opaque, of the same size, and not moved."""
        lies_flat = (self.x, self.y, self.scale, self.rotation % 360) == (0, 0, 1, 0)
        is_opaque = self.opacity == 1 and self.blend == "normal" and self.frame.shape[2] == 3
        return lies_flat and is_opaque and self.frame.shape[:2] == (size.height, size.width)


def composed(layers: Sequence[Layer], size: PixelSize) -> NDArray[np.uint8]:
    """RGB [H, W, 3] of ``layers``, the first lowest, on black.

    Where the top layer hides all others and is the whole canvas, its frame itself comes back, not a copy. Colours are
    mixed in display-referred values, as editors do.
    """
    visible = _from_whole_canvas([layer for layer in layers if layer.opacity > 0 and layer.scale > 0], size)
    has_base = bool(visible) and visible[0].is_whole_canvas(size)
    if has_base and len(visible) == 1:
        return visible[0].frame
    canvas = visible.pop(0).frame.copy() if has_base else np.zeros((size.height, size.width, 3), np.uint8)
    for layer in visible:
        place = placed(layer.frame, size, layer)
        if place is not None:
            lay(place.part_of(canvas), place.picture, place.alpha, layer.opacity, layer.blend)
    return canvas


def colour_of(text: str) -> Colour:
    """Red, green and blue of ``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _from_whole_canvas(layers: list[Layer], size: PixelSize) -> list[Layer]:
    """The layers from the highest one that hides all below it."""
    lowest = next((i for i in reversed(range(len(layers))) if layers[i].is_whole_canvas(size)), 0)
    return layers[lowest:]
