"""Titles as pictures, with the fonts of this machine."""

import math

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.media.compose.fonts import Fonts, machine_fonts
from artifex.media.compose.layers import colour_of
from artifex.media.compose.titles import Extent, TextStyle, text_layer
from artifex.timeline.plan import RenderPlan, plan
from artifex.timeline.project import Project
from artifex.timeline.sources import TitleSource
from artifex.timeline.timeline import Timeline
from artifex.units import PixelSize

_LEAST_SIZE = 1.0
"""Pixels; smaller letters are not seen."""
_LONGEST = 32
"""Sides of the picture: credits that roll are much higher than it."""
_LARGEST = 4
"""Areas of the picture, which a title needs in memory."""
_MOST_AREA = 2**27
"""Pixels, whatever the picture's size."""
_TRIED_AREA = 640 * 360
"""A title that can be drawn in a picture of so many pixels can be drawn in any of its shape."""


def film_plan(project: Project, start: int = 0, end: int | None = None) -> RenderPlan:
    """As :func:`artifex.timeline.plan.plan`, with the fonts that titles have on this machine."""
    return plan(project, start, end, font_of=_font_here)


def drawn_title(title: TitleSource, size: PixelSize, fonts: Fonts) -> NDArray[np.uint8]:
    """RGBA [H, W, 4] for a picture of ``size``, just large enough for the words. Raises BadField where no font can
    write them, or they are too large."""
    letters = max(_LEAST_SIZE, title.size * size.height)
    style = TextStyle(
        size=letters,
        font=fonts.for_text(title.text).path,
        colour=(*colour_of(title.colour), 255),
        outline_width=title.outline * letters,
        outline_colour=(*colour_of(title.outline_colour), 255),
        align=title.align,
        line_spacing=title.line_spacing,
    )
    most = Extent(_LONGEST * max(size.width, size.height), min(_MOST_AREA, _LARGEST * size.area))
    return text_layer(title.text, style, most)


def require_writable(before: Timeline, after: Timeline) -> None:
    """Titles that came in between can be drawn here. Raises BadField."""
    known = set(_titles(before))
    size = _tried_size(after)
    for title in _titles(after):
        if title not in known:
            drawn_title(title, size, machine_fonts())


def unwritable(titles: tuple[TitleSource, ...]) -> str:
    """Why the first of the titles that cannot be written cannot; empty where all can."""
    for title in titles:
        try:
            machine_fonts().for_text(title.text)
        except BadField as error:
            return error.message
    return ""


def _font_here(text: str) -> str:
    try:
        return machine_fonts().for_text(text).sha256
    except BadField:
        return ""


def _titles(timeline: Timeline) -> list[TitleSource]:
    return [clip.source for clip in timeline.clips() if isinstance(clip.source, TitleSource)]


def _tried_size(timeline: Timeline) -> PixelSize:
    factor = math.sqrt(_TRIED_AREA / (timeline.width * timeline.height))
    return PixelSize(width=max(1, round(timeline.width * factor)), height=max(1, round(timeline.height * factor)))
