"""Single frames of films for the editor: drawn as an export draws them, and cached."""

from dataclasses import dataclass, field

from PIL import Image

from artifex.jobs.films.pictures import Picture
from artifex.jobs.films.rendering import draw
from artifex.jobs.films.sources import Sources
from artifex.jobs.kept import Kept
from artifex.media.opener import Opener
from artifex.media.sandbox import Sandbox
from artifex.media.scopes.drawn import Scope, drawn
from artifex.media.still import png
from artifex.media.thumbnails import jpeg
from artifex.timeline.plan import RenderPlan
from artifex.units import PixelSize

_MOST_KEPT = 64
_AT_ONCE = 2
"""Frames drawn at the same time; each may start a process per file it shows."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Draws single frames and their scopes, with a cache. Thread-safe."""

    opener: Opener = field(default_factory=Sandbox)
    _kept: Kept[tuple[str, PixelSize], Picture] = field(default_factory=lambda: Kept(_MOST_KEPT, _AT_ONCE))

    def jpeg(self, one: RenderPlan, size: PixelSize, sources: Sources) -> bytes:
        """The only frame of a one-frame plan, as JPEG. Raises BadReference."""
        return jpeg(Image.fromarray(self._frame(one, size, sources)))

    def scope(self, one: RenderPlan, size: PixelSize, sources: Sources, kind: Scope) -> bytes:
        """A scope of that frame, as PNG. Raises BadReference."""
        return png(drawn(kind, self._frame(one, size, sources)))

    def _frame(self, one: RenderPlan, size: PixelSize, sources: Sources) -> Picture:
        def make() -> Picture:
            [frame] = draw(one, size, sources)
            return frame

        return self._kept.get((one.segments[0].video_sha256, size), make)
