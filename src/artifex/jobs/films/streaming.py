"""A film as an HLS stream for playback while editing: each segment is drawn when it is first requested, and kept.

Segments are named by a hash of their content, as in a render; their time in the film is written into them when they are
sent. So after an edit only the changed segments are drawn again.
"""

import hashlib
import threading
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from artifex.errors import NotFound
from artifex.files import make_folder
from artifex.jobs.films.keeping import is_kept, prune
from artifex.jobs.films.pictures import Picture
from artifex.jobs.films.rendering import draw
from artifex.jobs.films.sound_store import CHANNELS, Samples, SoundStore
from artifex.jobs.films.sounds import Mixer
from artifex.jobs.films.sources import Sources
from artifex.jobs.kept import Kept
from artifex.media.encodings.encoding import Encoding, Quality
from artifex.media.hls.codec_names import codec_name
from artifex.media.hls.fragments import moved
from artifex.media.hls.playlist import Segment as Listed
from artifex.media.hls.playlist import Variant, master_playlist, media_playlist
from artifex.media.hls.sound_segment import SoundSpan, write_sound_segment
from artifex.media.hls.video_segment import Place, write_segment
from artifex.media.rescale import within
from artifex.timeline.plan import RenderPlan, Segment
from artifex.units import PixelSize

_ENCODING = Encoding(rate=Quality(12), speed="fast")
_BITS_PER_SECOND = 4_000_000
"""The bandwidth in the playlist; there is only one rendition."""
_SOUNDS_AT_HAND = 4
_MOST_OPEN = 8
_MOST = PixelSize(width=960, height=960)
"""The largest size of the preview."""
INIT = "init.mp4"


@dataclass(frozen=True, slots=True)
class FilmSound:
    """Random access to the mix of a film. Not thread-safe."""

    plan: RenderPlan
    mixer: Mixer
    _mixed: dict[int, Samples] = field(default_factory=dict[int, Samples])

    def samples(self, start: int, count: int) -> Samples:
        """Samples [count, 2] from sample ``start`` of the film on; silence outside the film."""
        wanted = np.zeros((count, CHANNELS), np.float32)
        segments = self.plan.segments
        number = max(0, bisect_right(segments, start, key=lambda one: one.first_sample) - 1)
        while number < len(segments) and (offset := segments[number].first_sample) < start + count:
            first, last = max(start, offset), min(start + count, offset + segments[number].sample_count)
            if first < last:
                wanted[first - start : last - start] = self._segment(number)[first - offset : last - offset]
            number += 1
        return wanted

    def _segment(self, number: int) -> Samples:
        if number not in self._mixed:
            self._mixed[number] = self.mixer.mixed(self.plan.segments[number])
            while len(self._mixed) > _SOUNDS_AT_HAND:
                del self._mixed[next(iter(self._mixed))]
        return self._mixed[number]


class FilmStream:
    """The HLS stream (RFC 8216) of the whole film ``plan``, drawn at ``size``. Thread-safe.

    Raises NotFound for a segment that does not exist, BadReference for an unreadable source.
    """

    def __init__(self, plan: RenderPlan, size: PixelSize, sources: Sources, kept: Path) -> None:
        self._plan = plan
        self._size = size
        self._sources = sources
        self._kept = kept
        self._drawing, self._mixing = threading.Lock(), threading.Lock()
        store = SoundStore(kept, sources)
        self._sound = FilmSound(plan, Mixer(plan.rate, plan.sample_rate, store.samples))
        make_folder(kept)

    def master(self) -> str:
        """The master playlist."""
        self.picture_init()
        codec = codec_name(self._init)
        rate = self._plan.rate
        variant = Variant("pictures.m3u8", _BITS_PER_SECOND, self._size.width, self._size.height, rate, codec)
        return master_playlist([variant], "sound.m3u8" if self._is_heard else None)

    def picture_list(self) -> str:
        segments = enumerate(self._plan.segments)
        return media_playlist(
            [Listed(f"pictures/{at}.m4s", one.duration / self._plan.rate, f"pictures/{INIT}") for at, one in segments]
        )

    def sound_list(self) -> str:
        rate = self._plan.sample_rate
        spans = ((at, self._span(one)) for at, one in enumerate(self._plan.segments))
        return media_playlist(
            [
                Listed(f"sound/{at}.m4s", span.seconds(rate), f"sound/{INIT}")
                for at, span in spans
                if span.first < span.end
            ]
        )

    def picture_init(self) -> bytes:
        """The initialisation section of the video segments."""
        if not is_kept(self._init):
            self._write([np.zeros((self._size.height, self._size.width, 3), np.uint8)], self._named("first"))
        return self._init.read_bytes()

    def pictures(self, number: int) -> bytes:
        segment = self._segment(number)
        file = self._named(segment.video_sha256)
        with self._drawing:
            if not is_kept(file):
                alone = replace(self._plan, start=segment.start, end=segment.end, segments=(segment,))
                self._write(draw(alone, self._size, self._sources, planes=True), file)
        return moved(file.read_bytes(), self.picture_init(), number, segment.start / self._plan.rate)

    def sound_init(self) -> bytes:
        return self._sound_parts(0)[0]

    def sound(self, number: int) -> bytes:
        return self._sound_parts(number)[1]

    @cached_property
    def _is_heard(self) -> bool:
        return any(segment.sounds for segment in self._plan.segments)

    @property
    def _init(self) -> Path:
        return self._named("init")

    def _named(self, content: str) -> Path:
        told = f"stream by planes in time {content} {self._plan.rate} {self._size} {_ENCODING}"
        return self._kept / f"{hashlib.sha256(told.encode()).hexdigest()}.m4s"

    def _write(self, frames: Iterator[Picture] | list[Picture], file: Path) -> None:
        write_segment(frames, Place(0, 0, self._plan.rate), self._init, file, _ENCODING, self._size)

    def _segment(self, number: int) -> Segment:
        if not 0 <= number < len(self._plan.segments):
            raise NotFound("The film has no such segment; load its playlist again.")
        return self._plan.segments[number]

    def _span(self, segment: Segment) -> SoundSpan:
        return SoundSpan.of(segment.start, segment.duration, self._plan.rate, self._plan.sample_rate)

    def _sound_parts(self, number: int) -> tuple[bytes, bytes]:
        span = self._span(self._segment(number))
        with TemporaryDirectory(prefix="artifex-sound-") as folder, self._mixing:
            init, segment = Path(folder) / INIT, Path(folder) / "sound.m4s"
            write_sound_segment(self._sound.samples, span, self._plan.sample_rate, number, init, segment)
            return init.read_bytes(), segment.read_bytes()


@dataclass(frozen=True, slots=True)
class Streams:
    """A cache of the streams in use, by any key. Segments are kept in ``folder``."""

    folder: Path
    _open: Kept[Hashable, FilmStream] = field(default_factory=lambda: Kept(_MOST_OPEN, _MOST_OPEN))

    def get(self, name: Hashable, plan: Callable[[], RenderPlan], sources: Sources) -> FilmStream:
        """The stream called ``name``, made from ``plan()`` if it is not cached. Raises what that raises, OutOfSpace."""

        def make() -> FilmStream:
            made = plan()
            prune(self.folder)
            return FilmStream(
                made, within(PixelSize(width=made.width, height=made.height), _MOST), sources, self.folder
            )

        return self._open.get(name, make)
