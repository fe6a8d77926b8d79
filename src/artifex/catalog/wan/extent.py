"""A clip's size and length from its picture or voice, as in the authors' code. No torch."""

import math
from fractions import Fraction

from artifex.catalog.spec import ModelSpec
from artifex.catalog.wan.s2v import timing
from artifex.recipe import Speech
from artifex.units import PixelSize


def clip_size(spec: ModelSpec, picture: PixelSize, area: int) -> PixelSize:
    """The size of a clip that starts from, or shows, a picture, within about `area` pixels."""
    if "s2v" in spec.tasks:
        return timing.speech_size(picture, area)
    if "t2v" in spec.tasks:
        return best_size(picture, area, spec.limits.grid)
    return nearest_size(picture, area, spec.limits.grid)


def clip_length(sound_seconds: Fraction, frame_rate: Fraction, speech: Speech, asked: int | None) -> int:
    """Frames of a clip driven by a voice: as long as the voice, or the shorter length asked for."""
    segments = None if asked is None else -(-asked // speech.segment_frames)
    whole = timing.frame_count_for(sound_seconds, frame_rate, speech, segments)
    return whole if asked is None or speech.compat else min(whole, asked)


def best_size(picture: PixelSize, area: int, grid: int) -> PixelSize:
    """TI2V: the size on the grid, within `area` pixels, whose shape is nearest to the picture's.

    Width and height are each tried first, the other then filling the area; ties go to height first.

    Args:
        picture: size of the picture.
        area: most pixels the clip may have.
        grid: width and height are multiples of this.
    """
    ratio = picture.width / picture.height
    ideal_width = math.sqrt(area * ratio)
    width = _on_grid(ideal_width, grid)
    width_first = PixelSize(width, _on_grid(area / width, grid))
    height = _on_grid(area / ideal_width, grid)
    height_first = PixelSize(_on_grid(area / height, grid), height)
    return width_first if _stretch(width_first, ratio) < _stretch(height_first, ratio) else height_first


def nearest_size(picture: PixelSize, area: int, grid: int) -> PixelSize:
    """I2V: the size of the picture's shape with `area` pixels, each side cut down to the grid.

    Args:
        picture: size of the picture.
        area: pixels the clip should have, about.
        grid: width and height are multiples of this: 8 pixels to a latent cell, 2 cells to a token.
    """
    aspect = picture.height / picture.width
    # In the authors' order of operations: latent cells first, for floor division of floats is not associative.
    height = round(math.sqrt(area * aspect) // 8 // (grid // 8) * (grid // 8)) * 8
    width = round(math.sqrt(area / aspect) // 8 // (grid // 8) * (grid // 8)) * 8
    return PixelSize(width, height)


def _on_grid(side: float, grid: int) -> int:
    """Cut down to the grid, but not to 0; sizes too narrow for the model are refused later."""
    return max(grid, int(side // grid * grid))


def _stretch(size: PixelSize, ratio: float) -> float:
    """How far a size's shape is from a ratio of width to height; 1 is equal."""
    own = size.width / size.height
    return max(ratio / own, own / ratio)
