"""Reads the source frames of a plan; each file is opened once for all its later uses on the same track."""

from collections import OrderedDict, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import repeat
from types import TracebackType
from typing import Self

from artifex.jobs.films.pictures import Lane, Picture
from artifex.jobs.films.sources import Sources
from artifex.jobs.kept import Kept
from artifex.media.reading.run import Run
from artifex.timeline.plan import Segment, TransitionLayer, VideoLayer
from artifex.units import PixelSize

_MOST_OPEN = 8
"""Files open at a time, or as many as a segment shows at once; each may be a sandbox process."""
_MOST_PICTURES = 4
"""Still pictures kept for the segments to come; each may take 160 MB."""

_Key = tuple[Lane, str]
"""A lane of the plan, and the hash of the content read there."""


@dataclass(slots=True)
class PlanReader:
    """A context manager; its :meth:`read` is the ``read`` of a Painter that draws ``segments`` in this order.

    ``planes``: the film's size, if plain segments may be read as YUV planes for its encoder.
    """

    segments: Sequence[Segment]
    sources: Sources
    planes: PixelSize | None = None
    _most_open: int = _MOST_OPEN
    _coming: dict[_Key, deque[Run]] = field(default_factory=dict[_Key, deque[Run]])
    _open: "OrderedDict[_Key, Generator[Picture, None, None]]" = field(
        default_factory=lambda: OrderedDict[_Key, Generator[Picture, None, None]]()
    )
    _pictures: Kept[str, Picture] = field(default_factory=lambda: Kept(_MOST_PICTURES, 1))

    def __enter__(self) -> Self:
        for segment in self.segments:
            planes = self.planes if segment.is_plain else None
            shown = list(_videos(segment))
            self._most_open = max(self._most_open, len(shown))
            for lane, layer in shown:
                self._coming.setdefault((lane, layer.sha256), deque()).append(_run(layer, segment.duration, planes))
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with ExitStack() as closing:
            for stream in self._open.values():
                closing.callback(stream.close)

    def read(self, layer: VideoLayer, lane: Lane, count: int) -> Iterator[Picture]:
        """The next ``count`` frames of a layer. Raises BadReference if the source does not have them."""
        with self.sources.about(layer):
            if layer.kind == "image":
                yield from repeat(self._picture(layer), count)
                return
            key = lane, layer.sha256
            stream = self._stream(key, layer)
            self._coming[key].popleft()
            for _ in range(count):
                yield next(stream)

    def _picture(self, layer: VideoLayer) -> Picture:
        return self._pictures.get(layer.sha256, lambda: self.sources.opener.open_layer(self.sources.find(layer)))

    def _stream(self, key: _Key, layer: VideoLayer) -> Generator[Picture, None, None]:
        """The open stream of all remaining runs of a file; one that was closed for room is reopened for the rest."""
        if key not in self._open:
            self._open[key] = self.sources.opener.runs(self.sources.find(layer), list(self._coming[key]))
            while len(self._open) > self._most_open:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(key)
        return self._open[key]


def _videos(segment: Segment) -> Iterator[tuple[Lane, VideoLayer]]:
    for layer in segment.layers:
        if isinstance(layer, TransitionLayer):
            sides: list[tuple[Lane, VideoLayer]] = [
                ((layer.left.track, "left"), layer.left),
                ((layer.right.track, "right"), layer.right),
            ]
        else:
            sides = [((layer.track, ""), layer)]
        yield from ((lane, side) for lane, side in sides if side.kind == "video")


def _run(layer: VideoLayer, count: int, planes: PixelSize | None) -> Run:
    return Run(Fraction(layer.start), Fraction(layer.step), count, planes)
