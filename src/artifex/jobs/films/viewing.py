"""Single frames of films as pictures, for whoever cuts one: drawn as an export draws them, and kept for a while."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from PIL import Image

from artifex.jobs.films.pictures import Picture
from artifex.jobs.films.rendering import Sources, draw
from artifex.media.opener import Opener
from artifex.media.sandbox import Sandbox
from artifex.media.scopes.histogram import histogram
from artifex.media.scopes.vectorscope import vectorscope
from artifex.media.scopes.waveform import waveform
from artifex.media.still import png
from artifex.media.thumbnails import jpeg
from artifex.timeline.plan import RenderPlan
from artifex.units import PixelSize

Scope = Literal["waveform", "parade", "vectorscope", "histogram"]

_MOST_KEPT = 64
_AT_ONCE = 2
"""Frames that are drawn at the same time; each may start a process for each file it shows."""
_SCOPE_SIZE = PixelSize(width=512, height=288)
SCOPES: dict[Scope, Callable[[Picture], Picture]] = {
    "waveform": lambda frame: waveform(frame).picture(_SCOPE_SIZE),
    "parade": lambda frame: waveform(frame, "parade").picture(_SCOPE_SIZE),
    "vectorscope": lambda frame: vectorscope(frame).picture(PixelSize(width=288, height=288)),
    "histogram": lambda frame: histogram(frame).picture(_SCOPE_SIZE),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """For any number of threads."""

    opener: Opener = field(default_factory=Sandbox)
    _kept: "OrderedDict[tuple[str, PixelSize], Picture]" = field(
        default_factory=lambda: OrderedDict[tuple[str, PixelSize], Picture]()
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_AT_ONCE))

    def jpeg(self, one: RenderPlan, size: PixelSize, sources: Sources) -> bytes:
        """The frame of a plan that has only one. Raises BadReference."""
        return jpeg(Image.fromarray(self._frame(one, size, sources)))

    def scope(self, one: RenderPlan, size: PixelSize, sources: Sources, kind: Scope) -> bytes:
        """What a scope shows of it, as PNG. Raises BadReference."""
        return png(SCOPES[kind](self._frame(one, size, sources)))

    def _frame(self, one: RenderPlan, size: PixelSize, sources: Sources) -> Picture:
        key = one.segments[0].video_sha256, size
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        with self._turns:
            [frame] = draw(one, size, sources)
        with self._lock:
            self._kept[key] = frame
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return frame
