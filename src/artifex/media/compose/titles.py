"""Words as a layer."""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from artifex.errors import BadField, BadReference
from artifex.media.untrusted import require_file

Align = Literal["left", "center", "right"]
Rgba = tuple[int, int, int, int]
MOST_LETTERS = 2000
MOST_SIDE = 8192
_SIZES = (4.0, 1000.0)
_MOST_FONT_BYTES = 64 * 2**20
_ABSENT = "\U0010fffe"
"""A code point that no font has, so what is drawn for it is what is drawn for every letter that a font lacks."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """``size`` and ``outline_width`` in pixels. ``font`` is a TrueType or OpenType file; None is Pillow's own, with
    English letters only.
    """

    size: float = 64.0
    font: Path | None = None
    colour: Rgba = (255, 255, 255, 255)
    outline_width: int = 0
    outline_colour: Rgba = (0, 0, 0, 255)
    align: Align = "center"
    line_spacing: float = 0.25
    """Between two lines, in parts of ``size``."""


def text_layer(text: str, style: TextStyle) -> NDArray[np.uint8]:
    """``text``, of several lines where it has line breaks, as RGBA [H, W, 4] with straight alpha, just large enough.

    The font is asked for every letter first, so that no title has boxes in place of letters. Raises BadField for text
    that is too long or has letters the font lacks, and BadReference for a file that is no font.
    """
    _check(text, style)
    font = _font(style.font, style.size)
    _require_letters(text, font)
    lines = _laid_out(text, font, style)
    left, top, right, bottom = _bounds(lines, font, style.outline_width)
    width, height = max(1, right - left), max(1, bottom - top)
    if max(width, height) > MOST_SIDE:
        raise BadField("text", f"The text would be {width}x{height} pixels large; make it shorter or smaller.")
    # Drawn as coverage: on a clear RGBA picture Pillow would mix the letters' edges with the clear pixels' black.
    page = _Page(font, (width, height), (-left, -top))
    fill = _coloured(page.coverage(lines, 0), style.colour)
    if style.outline_width == 0:
        return fill
    outline = _coloured(page.coverage(lines, style.outline_width), style.outline_colour)
    return np.asarray(Image.alpha_composite(Image.fromarray(outline), Image.fromarray(fill)))


def missing_letters(text: str, font: Path | None) -> str:
    """The letters of ``text`` that a font lacks, each once. Raises BadReference for a file that is no font."""
    loaded = _font(font, 32.0)
    absent = _drawn(_ABSENT, loaded)
    letters = dict.fromkeys(letter for letter in text if not letter.isspace())
    return "".join(letter for letter in letters if _drawn(letter, loaded) == absent)


def _check(text: str, style: TextStyle) -> None:
    if not text.strip():
        raise BadField("text", "The text is empty; write something.")
    if len(text) > MOST_LETTERS:
        raise BadField("text", f"The text has {len(text):,} letters; {MOST_LETTERS:,} are the most.")
    if not _SIZES[0] <= style.size <= _SIZES[1]:
        raise BadField("size", f"size of a text is {style.size:g}, but has to be from {_SIZES[0]:g} to {_SIZES[1]:g}.")
    if not 0 <= style.outline_width <= style.size:
        raise BadField("outline_width", "outline_width of a text has to be from 0 to its size.")


def _require_letters(text: str, font: ImageFont.FreeTypeFont) -> None:
    absent = _drawn(_ABSENT, font)
    for letter in dict.fromkeys(text):
        if not letter.isspace() and _drawn(letter, font) == absent:
            raise BadField("text", f"The font has no letter {letter!r}; choose a font file that has it.")


@lru_cache(maxsize=8)
def _font(path: Path | None, size: float) -> ImageFont.FreeTypeFont:
    if path is None:
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font
    require_file(path, _MOST_FONT_BYTES)
    try:
        return ImageFont.truetype(str(path), size)
    except (OSError, ValueError) as error:
        raise BadReference(f"{path} is not a font; give a .ttf or .otf file.") from error


def _drawn(letter: str, font: ImageFont.FreeTypeFont) -> tuple[tuple[int, int], bytes]:
    left, top, right, bottom = (round(side) for side in font.getbbox(letter))
    page = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(page).text((-left, -top), letter, 255, font)
    return page.size, page.tobytes()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with the left end of its baseline."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Page:
    font: ImageFont.FreeTypeFont
    size: tuple[int, int]
    origin: tuple[int, int]

    def coverage(self, lines: list[_Line], stroke: int) -> NDArray[np.uint8]:
        """0 to 255 for each pixel [H, W]."""
        page = Image.new("L", self.size)
        pen = ImageDraw.Draw(page)
        for line in lines:
            place = (line.x + self.origin[0], line.y + self.origin[1])
            pen.text(place, line.text, 255, self.font, anchor="ls", stroke_width=stroke)
        return np.asarray(page)


def _laid_out(text: str, font: ImageFont.FreeTypeFont, style: TextStyle) -> list[_Line]:
    """Pillow's own layout of several lines moves them when they have an outline."""
    texts = text.splitlines()
    lengths = [font.getlength(line) for line in texts]
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[style.align]
    ascent, descent = font.getmetrics()
    advance = ascent + descent + round(style.size * style.line_spacing)
    return [
        _Line(line, round((max(lengths) - length) * share), index * advance)
        for index, (line, length) in enumerate(zip(texts, lengths, strict=True))
    ]


def _bounds(lines: list[_Line], font: ImageFont.FreeTypeFont, stroke: int) -> tuple[int, int, int, int]:
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
