"""The frames that a plan asks of its sources: each file is opened once for all that comes after on the same track."""

from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from artifex.jobs.films.pictures import Lane, Picture
from artifex.media.opener import Opener
from artifex.media.reading.run import Run
from artifex.timeline.plan import Segment, TransitionLayer, VideoLayer
from artifex.units import PixelSize

Find = Callable[[VideoLayer], Path]
"""Where the file of a layer's source lies. Raises NotFound, StorageFailed."""


_MOST_OPEN = 8
"""Files that are open at a time; each may be a process of its own."""

_Key = tuple[Lane, str]
"""A place in the plan, and the content that is read there."""


@dataclass(slots=True)
class PlanReader:
    """For segments that are drawn in the order in which ``segments`` has them. Used as a context; see Painter.read.

    ``planes``: the size of a film whose plain segments may come as planes for its encoder.
    """

    segments: Sequence[Segment]
    opener: Opener
    find: Find
    planes: PixelSize | None = None
    _coming: dict[_Key, deque[Run]] = field(default_factory=dict[_Key, deque[Run]])
    _open: "OrderedDict[_Key, Generator[Picture, None, None]]" = field(
        default_factory=lambda: OrderedDict[_Key, Generator[Picture, None, None]]()
    )
    _pictures: dict[str, Picture] = field(default_factory=dict[str, Picture])

    def __enter__(self) -> Self:
        for segment in self.segments:
            planes = self.planes if segment.is_plain else None
            for lane, layer in _videos(segment):
                self._coming.setdefault((lane, layer.sha256), deque()).append(_run(layer, segment.duration, planes))
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with ExitStack() as closing:
            for stream in self._open.values():
                closing.callback(stream.close)

    def read(self, layer: VideoLayer, lane: Lane, count: int) -> Iterator[Picture]:
        """Raises BadReference where the source has no such frames."""
        if layer.kind == "image":
            if layer.sha256 not in self._pictures:
                self._pictures[layer.sha256] = self.opener.open_layer(self.find(layer))
            yield from [self._pictures[layer.sha256]] * count
            return
        key = lane, layer.sha256
        stream = self._stream(key, layer)
        self._coming[key].popleft()
        for _ in range(count):
            yield next(stream)

    def _stream(self, key: _Key, layer: VideoLayer) -> Generator[Picture, None, None]:
        """One for all that is still to come of a file; what had to be closed is opened again for what is left."""
        if key not in self._open:
            self._open[key] = self.opener.runs(self.find(layer), list(self._coming[key]))
            while len(self._open) > _MOST_OPEN:
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
