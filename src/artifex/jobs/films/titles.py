"""Draws titles with the fonts of this machine."""

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
"""Pixels; the smallest letters that are drawn."""
_LONGEST = 32
"""The longest side of a title, in sides of the picture: rolling credits are much higher than it."""
_LARGEST = 4
"""The largest area of a title, in areas of the picture; bounds its memory."""
_MOST_AREA = 2**27
"""The largest area of a title in pixels, whatever the picture's size."""
_TRIED_AREA = 640 * 360
"""Pixels of the picture that titles are tried at: one that can be drawn there can be drawn at any size."""


def film_plan(project: Project, start: int = 0, end: int | None = None) -> RenderPlan:
    """Like :func:`artifex.timeline.plan.plan`, with this machine's fonts for titles."""
    return plan(project, start, end, font_of=_font_here)


def drawn_title(title: TitleSource, size: PixelSize, fonts: Fonts) -> NDArray[np.uint8]:
    """The title as RGBA [H, W, 4], just large enough for its text, for a picture of ``size``. Raises BadField if no
    font can draw it or it is too large."""
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
    """Raises BadField if a title of ``after`` that is not in ``before`` cannot be drawn here."""
    known = set(_titles(before))
    size = _tried_size(after)
    for title in _titles(after):
        if title not in known:
            drawn_title(title, size, machine_fonts())


def unwritable(titles: tuple[TitleSource, ...]) -> str:
    """Why the first undrawable title cannot be drawn; empty if all can."""
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
