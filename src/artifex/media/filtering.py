"""FFmpeg's filters as one lasting graph: frames are pushed in, and come out when the filters release them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from av import VideoFrame
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as NothingMore
from av.error import FFmpegError
from av.filter import Graph


@dataclass(frozen=True, slots=True)
class Filter:
    """One of FFmpeg's filters by its name."""

    name: str
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)


@dataclass(frozen=True, slots=True)
class Planes:
    """The full format of frames, by FFmpeg's names and the code points of ITU-T H.273.

    PyAV's own way to make a source drops matrix, range, pixel aspect and frame rate; filters then convert silently.
    """

    width: int
    height: int
    pixel_format: str
    time_base: Fraction
    matrix: int
    full_range: bool
    pixel_aspect: Fraction = Fraction(1)
    frame_rate: Fraction | None = None

    @classmethod
    def of(cls, frame: VideoFrame, time_base: Fraction, matrix: int | None = None) -> "Planes":
        """The format of a decoded frame; ``matrix`` replaces the one it states."""
        return cls(
            width=frame.width,
            height=frame.height,
            pixel_format=frame.format.name,
            time_base=time_base,
            matrix=frame.colorspace if matrix is None else matrix,
            full_range=frame.color_range == 2 or frame.format.name.startswith(("yuvj", "gbr", "rgb", "bgr")),
        )

    def arguments(self) -> str:
        rate = "" if self.frame_rate is None else f":frame_rate={self.frame_rate}"
        return (
            f"video_size={self.width}x{self.height}:pix_fmt={self.pixel_format}:time_base={self.time_base}"
            f":pixel_aspect={self.pixel_aspect.numerator}/{self.pixel_aspect.denominator}{rate}"
            f":colorspace={self.matrix}:range={'pc' if self.full_range else 'tv'}"
        )


class FilterGraph:
    """A chain of ``filters``. Raises ValueError for filters that FFmpeg does not have or that refuse their options."""

    def __init__(self, planes: Planes, filters: Sequence[Filter], threads: int = 1) -> None:
        graph = Graph()
        graph.threads = threads
        try:
            nodes = [graph.add("buffer", planes.arguments())]
            nodes += [graph.add(each.name, **each.options) for each in filters]
            nodes.append(graph.add("buffersink"))
            for before, after in pairwise(nodes):
                before.link_to(after)
            graph.configure()
        except FFmpegError as error:
            names = ", ".join(each.name for each in filters)
            raise ValueError(f"the filters {names} cannot be put together: {error}") from error
        self._graph: Any = graph

    def push(self, frame: VideoFrame | None) -> Iterator[VideoFrame]:
        """Push one frame, or None at the end, and yield all that come out. Raises FFmpegError."""
        self._graph.vpush(frame)
        while True:
            try:
                yield self._graph.vpull()
            except (NothingYet, NothingMore):
                return
