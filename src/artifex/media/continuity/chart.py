"""Draws a report as a strip of curves, one above the other, from the first frame to the last."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from artifex.media.continuity.report import ContinuityReport, colour_drift
from artifex.media.still import png
from artifex.units import PixelSize

Colour = tuple[int, int, int]
STRIP = PixelSize(width=960, height=360)
_BACKGROUND: Colour = (18, 18, 20)
_RULE: Colour = (52, 52, 56)
_TEXT: Colour = (168, 168, 174)
_FROZEN: Colour = (38, 52, 84)
_CUT: Colour = (226, 72, 62)
_MARGIN = 4


def strip_chart(report: ContinuityReport, size: PixelSize = STRIP) -> NDArray[np.uint8]:
    """RGB [H, W, 3]: five curves, each on a scale of its own, labelled with its top; cuts are red, repeats blue."""
    page = Image.new("RGB", (size.width, size.height), _BACKGROUND)
    pen = ImageDraw.Draw(page)
    frame_width = size.width / len(report.measures)
    for run in report.repeats:
        pen.rectangle((run.first * frame_width, 0, (run.first + run.count) * frame_width, size.height), _FROZEN)
    curves = _curves(report)
    height = size.height / len(curves)
    for index, (name, values, colour, least_top) in enumerate(curves):
        _draw_curve(pen, name, values, colour, least_top, (index * height, (index + 1) * height), size.width)
    for frame in report.cuts:
        pen.line((frame * frame_width, 0, frame * frame_width, size.height), _CUT)
    return np.asarray(page)


def strip_png(report: ContinuityReport) -> bytes:
    return png(strip_chart(report))


def _curves(report: ContinuityReport) -> list[tuple[str, list[float], Colour, float]]:
    """Name, values, colour, and the least value for the top of the scale."""
    measures = report.measures
    return [
        ("colour drift, Delta E", colour_drift(measures), (236, 170, 84), 2.0),
        ("contrast", [each.contrast for each in measures], (120, 196, 232), 1.0),
        ("sharpness", [each.sharpness for each in measures], (150, 214, 130), 1.0),
        ("difference", [each.difference for each in measures], (214, 128, 196), 0.02),
        ("similarity", [each.similarity for each in measures], (206, 206, 212), 1.0),
    ]


def _draw_curve(
    pen: ImageDraw.ImageDraw,
    name: str,
    values: Sequence[float],
    colour: Colour,
    least_top: float,
    band: tuple[float, float],
    width: int,
) -> None:
    top, bottom = band[0] + _MARGIN, band[1] - _MARGIN
    highest = max(least_top, *values)
    step = width / len(values)
    points = [((i + 0.5) * step, bottom - (bottom - top) * max(0.0, value) / highest) for i, value in enumerate(values)]
    pen.line((0, band[1], width, band[1]), _RULE)
    pen.line(points if len(points) > 1 else points * 2, colour)
    pen.text((_MARGIN, band[0] + 2), f"{name} (top {highest:.3g})", fill=_TEXT)
