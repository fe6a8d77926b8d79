"""Draws the frames of a film segment by segment; viewer and export share this renderer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from artifex.jobs.films.titles import drawn_title
from artifex.jobs.kept import Kept
from artifex.media.compose import layers as composing
from artifex.media.compose.fonts import Fonts, machine_fonts
from artifex.media.compose.layers import Colour, colour_of, composed
from artifex.media.compose.placing import Fit
from artifex.media.compose.transitions import transition
from artifex.media.looks.chain import FindCube, Look
from artifex.media.looks.grading import Grader
from artifex.timeline.fields import canonical
from artifex.timeline.looks import Look as LookData
from artifex.timeline.plan import Segment, TransitionLayer, VideoLayer
from artifex.units import PixelSize

Picture = NDArray[np.uint8]
"""RGB [H, W, 3]; RGBA [H, W, 4] if it has transparency; or, if the reader asked for them, YUV 4:2:0 planes for an
encoder [3/2 H, W]."""
Lane = tuple[str, Literal["", "left", "right"]]
"""Where a plan reads a source: the track, and the side of a transition. Clips in one lane follow one another."""
Read = Callable[[VideoLayer, Lane, int], Iterator[Picture]]
"""Reads the given number of frames that a layer shows."""

_FITS: dict[str, Fit] = {"fit": "contain", "fill": "cover", "stretch": "stretch"}
_ANGLES = {"right": 0.0, "down": 90.0, "left": 180.0, "up": 270.0}
_MISSING: Colour = (24, 24, 28)
"""Shown in place of a shot that has no take yet."""
_MOST_LOOKS = 32
"""Looks kept for the segments to come, of 11 MB each: more than a frame shows at once."""


@dataclass(slots=True)
class Painter:
    """Draws segments at one size. ``find_cube`` finds the LUTs of looks, ``fonts`` are for titles. Not thread-safe."""

    size: PixelSize
    read: Read
    find_cube: FindCube
    fonts: Fonts = field(default_factory=machine_fonts)
    _graders: Kept[str, Grader] = field(default_factory=lambda: Kept(_MOST_LOOKS, 1))

    def frames(self, segment: Segment) -> Iterator[Picture]:
        """The pictures of a segment; YUV planes of a plain segment pass through. Raises BadReference, and BadInput for
        a bad LUT or a title that no font here can draw."""
        opened = [self._opened(layer, segment.duration) for layer in segment.layers]
        for i in range(segment.duration):
            shown = [[next(frames) for frames in sides] for sides in opened]
            if segment.is_plain and shown[0][0].ndim == 2:
                yield shown[0][0]
            else:
                yield self._graded(self._stacked(segment.layers, shown, i), segment.look)

    def _opened(self, layer: VideoLayer | TransitionLayer, count: int) -> list[Iterator[Picture]]:
        if isinstance(layer, TransitionLayer):
            left, right = layer.left, layer.right
            return [
                self._pictures(left, (left.track, "left"), count),
                self._pictures(right, (right.track, "right"), count),
            ]
        return [self._pictures(layer, (layer.track, ""), count)]

    def _pictures(self, layer: VideoLayer, lane: Lane, count: int) -> Iterator[Picture]:
        if layer.kind in ("video", "image"):
            return self.read(layer, lane, count)
        if layer.title is not None:
            return iter([drawn_title(layer.title, self.size, self.fonts)] * count)
        colour = colour_of(layer.colour) if layer.kind == "colour" else _MISSING
        plain = np.full((self.size.height, self.size.width, 3), colour, np.uint8)
        return iter([plain] * count)

    def _stacked(
        self, layers: Sequence[VideoLayer | TransitionLayer], pictures: Sequence[Sequence[Picture]], i: int
    ) -> Picture:
        stack: list[composing.Layer] = []
        for layer, shown in zip(layers, pictures, strict=True):
            if isinstance(layer, TransitionLayer):
                sides = (self._placed(layer.left, shown[0], i), self._placed(layer.right, shown[1], i))
                before, after = (composed([*stack, side], self.size) for side in sides)
                stack = [composing.Layer(_joined(before, after, layer, i))]
            else:
                stack.append(self._placed(layer, shown[0], i))
        return composed(stack, self.size)

    def _placed(self, layer: VideoLayer, picture: Picture, i: int) -> composing.Layer:
        picture = self._graded(picture, layer.look, layer.value("look_strength", i))
        return composing.Layer(
            self._graded(picture, layer.track_look),
            opacity=layer.value("opacity", i),
            x=layer.value("x", i),
            y=layer.value("y", i),
            scale=layer.value("scale", i),
            rotation=layer.value("rotation", i),
            fit="none" if layer.kind == "title" else _FITS[layer.fit],
            blend=layer.blend,
        )

    def _graded(self, picture: Picture, look: LookData, strength: float = 1.0) -> Picture:
        if not look.does_something:
            return picture
        data = look.to_data()
        grader = self._graders.get(canonical(data), lambda: Grader(Look.from_data(data, self.find_cube)))
        return grader.apply(picture, strength)


def _joined(before: Picture, after: Picture, layer: TransitionLayer, i: int) -> Picture:
    return transition(
        before,
        after,
        layer.kind,
        min(1.0, max(0.0, layer.progress_at(i))),
        colour=colour_of(layer.colour),
        angle=_ANGLES[layer.direction],
        softness=layer.softness,
    )
