"""FFmpeg's filters of sound as one graph that is kept."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from av import AudioFrame
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as NothingMore
from av.filter import Graph
from numpy.typing import NDArray

from artifex.media.filtering import Filter

Samples = NDArray[np.float32]

_STEREO_FLOATS = Filter("aformat", {"sample_fmts": "flt", "channel_layouts": "stereo"})


class SoundGraph:
    """Filters in a row, for stereo at ``sample_rate``; what comes out is stereo at whatever rate they make of it."""

    def __init__(self, sample_rate: int, filters: Sequence[Filter]) -> None:
        graph = Graph()
        arguments = f"sample_rate={sample_rate}:sample_fmt=flt:channel_layout=stereo:time_base=1/{sample_rate}"
        nodes = [graph.add("abuffer", arguments)]
        nodes += [graph.add(each.name, **each.options) for each in (*filters, _STEREO_FLOATS)]
        nodes.append(graph.add("abuffersink"))
        for before, after in pairwise(nodes):
            before.link_to(after)
        graph.configure()
        self._graph: Any = graph
        self._rate = sample_rate
        self._done = 0

    def push(self, samples: Samples | None) -> Iterator[AudioFrame]:
        """Give [n, 2], or None at the end, and take all that comes out."""
        self._graph.push(None if samples is None else self._frame(samples))
        while True:
            try:
                yield self._graph.pull()
            except (NothingYet, NothingMore):
                return

    def _frame(self, samples: Samples) -> AudioFrame:
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, np.float32).reshape(1, -1), format="flt", layout="stereo"
        )
        frame.sample_rate = self._rate
        frame.pts, frame.time_base = self._done, Fraction(1, self._rate)
        self._done += len(samples)
        return frame


def filtered(chunks: Iterable[Samples], sample_rate: int, filters: Sequence[Filter]) -> Iterator[Samples]:
    """Chunks [n, 2] as the filters change them, in chunks of their own lengths."""
    graph = SoundGraph(sample_rate, filters)
    for chunk in chunks:
        if len(chunk):
            yield from map(as_samples, graph.push(chunk))
    yield from map(as_samples, graph.push(None))


def as_samples(frame: AudioFrame) -> Samples:
    """[n, 2]."""
    samples: NDArray[Any] = frame.to_ndarray()
    return samples.reshape(-1, 2).astype(np.float32, copy=False)


def in_pieces(chunks: Iterable[Samples], size: int) -> Iterator[Samples]:
    """The same samples in pieces of ``size``, the last as long as is left."""
    held: list[Samples] = []
    count = 0
    for chunk in chunks:
        held.append(chunk)
        count += len(chunk)
        if count >= size:
            whole = np.concatenate(held)
            for at in range(0, count - size + 1, size):
                yield whole[at : at + size]
            held = [whole[count // size * size :]]
            count = len(held[0])
    if count:
        yield np.concatenate(held)
