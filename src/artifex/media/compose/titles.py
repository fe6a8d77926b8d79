"""Draws text as a layer."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from artifex.errors import BadField
from artifex.media.compose.fonts import load_font, missing_letters, writable

Align = Literal["left", "center", "right"]
Rgba = tuple[int, int, int, int]
MOST_LETTERS = 2000
_SIZES = (1.0, 8192.0)


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a text may be, in pixels: its longer side, and its area."""

    side: int
    area: int


MOST = Extent(8192, 8192**2)


@dataclass(frozen=True, slots=True)
class TextStyle:
    """``size`` and ``outline_width`` in pixels. ``font`` is a TrueType or OpenType file; None is Pillow's own, with
    English letters only.
    """

    size: float = 64.0
    font: Path | None = None
    colour: Rgba = (255, 255, 255, 255)
    outline_width: float = 0.0
    outline_colour: Rgba = (0, 0, 0, 255)
    align: Align = "center"
    line_spacing: float = 0.25
    """What is added between two lines, as a fraction of ``size``."""


def text_layer(text: str, style: TextStyle, most: Extent = MOST) -> NDArray[np.uint8]:
    """``text`` drawn as RGBA [H, W, 4] with straight alpha, just large enough; line breaks start new lines.

    The font is checked for every letter first, so that no title has boxes in place of letters. Raises BadField for text
    that is too long, would be larger than ``most``, or has letters the font lacks, and BadReference for a file that is
    no font.
    """
    text = writable(text)
    _check(text, style)
    _require_letters(text, style.font)
    font = load_font(style.font, style.size)
    lines = _laid_out(text, font, style)
    left, top, right, bottom = _bounds(lines, font, style.outline_width)
    width, height = max(1, right - left), max(1, bottom - top)
    if max(width, height) > most.side or width * height > most.area:
        raise BadField("text", f"The text would be {width}x{height} pixels large; make it shorter or smaller.")
    # Drawn as coverage: on transparent RGBA, Pillow would mix the letters' edges with the black of transparent pixels.
    page = _Page(font, (width, height), (-left, -top))
    fill = _coloured(page.coverage(lines, 0), style.colour)
    if style.outline_width == 0:
        return fill
    outline = _coloured(page.coverage(lines, style.outline_width), style.outline_colour)
    return np.asarray(Image.alpha_composite(Image.fromarray(outline), Image.fromarray(fill)))


def _check(text: str, style: TextStyle) -> None:
    if not text.strip():
        raise BadField("text", "The text is empty; write something.")
    if len(text) > MOST_LETTERS:
        raise BadField("text", f"The text has {len(text):,} letters; {MOST_LETTERS:,} are the most.")
    if not _SIZES[0] <= style.size <= _SIZES[1]:
        raise BadField("size", f"size of a text is {style.size:g}, but has to be from {_SIZES[0]:g} to {_SIZES[1]:g}.")
    if not 0 <= style.outline_width <= style.size:
        raise BadField("outline_width", "outline_width of a text has to be from 0 to its size.")


def _require_letters(text: str, font: Path | None) -> None:
    missing = missing_letters(text, font)
    if missing:
        raise BadField("text", f"The font has no letter {missing[0]!r}; choose a font file that has it.")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, placed by the left end of its baseline."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Page:
    font: ImageFont.FreeTypeFont
    size: tuple[int, int]
    origin: tuple[int, int]

    def coverage(self, lines: list[_Line], stroke: float) -> NDArray[np.uint8]:
        """0 to 255 for each pixel [H, W]."""
        page = Image.new("L", self.size)
        pen = ImageDraw.Draw(page)
        for line in lines:
            place = (line.x + self.origin[0], line.y + self.origin[1])
            pen.text(place, line.text, 255, self.font, anchor="ls", stroke_width=stroke)
        return np.asarray(page)


def _laid_out(text: str, font: ImageFont.FreeTypeFont, style: TextStyle) -> list[_Line]:
    """Lines laid out here, since Pillow's own layout moves lines that have an outline."""
    texts = text.splitlines()
    lengths = [font.getlength(line) for line in texts]
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[style.align]
    ascent, descent = font.getmetrics()
    advance = ascent + descent + round(style.size * style.line_spacing)
    return [
        _Line(line, round((max(lengths) - length) * share), index * advance)
        for index, (line, length) in enumerate(zip(texts, lengths, strict=True))
    ]


def _bounds(lines: list[_Line], font: ImageFont.FreeTypeFont, stroke: float) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of all that is drawn."""
    boxes = [(line, font.getbbox(line.text, anchor="ls", stroke_width=stroke)) for line in lines if line.text.strip()]
    left = min(line.x + box[0] for line, box in boxes)
    top = min(line.y + box[1] for line, box in boxes)
    right = max(line.x + box[2] for line, box in boxes)
    bottom = max(line.y + box[3] for line, box in boxes)
    return math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)


def _coloured(coverage: NDArray[np.uint8], colour: Rgba) -> NDArray[np.uint8]:
    layer = np.empty((*coverage.shape, 4), np.uint8)
    layer[..., :3] = colour[:3]
    layer[..., 3] = (coverage.astype(np.uint16) * colour[3] + 127) // 255
    return layer
