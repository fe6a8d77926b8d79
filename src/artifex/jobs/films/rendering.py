"""Renders a plan to a file: reuses segments rendered before, and keeps those it renders.

A segment's file is named by a hash of everything that determines its pixels, so an edit only re-renders the segments
it changes, and an interrupted render resumes after its last complete segment.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from artifex.errors import Interrupted
from artifex.jobs.films.encodings import is_joinable, piece_codec
from artifex.jobs.films.keeping import in_use, is_kept
from artifex.jobs.films.pictures import Painter, Picture
from artifex.jobs.films.pieces import PieceEncoder
from artifex.jobs.films.reading import PlanReader
from artifex.jobs.films.sound_store import CHANNELS, SoundStore
from artifex.jobs.films.sounds import Mixer
from artifex.jobs.films.sources import Sources
from artifex.media.codecs import StreamCodec
from artifex.media.encodings.checks import check_size
from artifex.media.encodings.encoding import Encoding
from artifex.media.encodings.film import encode
from artifex.media.encodings.sound import SoundStream
from artifex.media.joining import DamagedPiece, Piece, join
from artifex.timeline.plan import RenderPlan, Segment
from artifex.units import PixelSize

_WAY = "planes in time"
"""Changes when the same segment would be rendered to other bytes."""

_T = TypeVar("_T")


class Progress(Protocol):
    """Receives a render's progress, and says whether to stop."""

    def frames(self, done: int, of: int) -> None: ...
    def stopping(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Target:
    """The output format; ``kept`` is the folder of rendered segments."""

    size: PixelSize
    encoding: Encoding
    kept: Path


def render_film(plan: RenderPlan, target: Target, sources: Sources, output: Path, progress: Progress) -> int:
    """Write the film to ``output`` atomically; returns its number of frames.

    Raises Interrupted when it is asked to stop, BadReference for an unreadable source, BadInput for a size that the
    codec does not support, OutOfSpace, NotWritable.
    """
    check_size(target.encoding, target.size)
    write = _in_pieces if is_joinable(target.encoding) else _in_one_go
    with in_use(target.kept):
        return write(plan, target, sources, output, progress)


def _in_one_go(plan: RenderPlan, target: Target, sources: Sources, output: Path, progress: Progress) -> int:
    mixer = _mixer(plan, target, sources)
    chunks = (mixer.mixed(segment) for segment in plan.segments)
    sound = SoundStream(chunks, plan.sample_rate, CHANNELS) if _is_heard(plan) else None
    frames = _told(draw(plan, target.size, sources), 0, plan.end - plan.start, progress)
    return encode(frames, plan.rate, target.encoding, output, sound)


def _in_pieces(plan: RenderPlan, target: Target, sources: Sources, output: Path, progress: Progress) -> int:
    """A kept segment that turns out to be damaged or gone is rendered again, once."""
    removed: set[Path] = set()
    while True:
        try:
            return _joined(plan, target, sources, output, progress)
        except DamagedPiece as damaged:
            if damaged.file in removed:
                raise
            damaged.file.unlink(missing_ok=True)
            removed.add(damaged.file)


def _joined(plan: RenderPlan, target: Target, sources: Sources, output: Path, progress: Progress) -> int:
    codec = piece_codec(target.encoding)
    files = [target.kept / _name(segment, plan, target.size, codec) for segment in plan.segments]
    # In reverse, so that of identical segments the first one is rendered.
    pairs = reversed(list(zip(files, plan.segments, strict=True)))
    missing = {file: segment for file, segment in pairs if not is_kept(file)}
    fresh = [segment for file, segment in zip(files, plan.segments, strict=True) if missing.get(file) is segment]
    planes = target.size if codec.takes_planes else None
    with (
        PlanReader(fresh, sources, planes) as reader,
        PieceEncoder(target.size, plan.rate, codec) as encoder,
    ):
        painter = Painter(target.size, reader.read, sources.find_cube, sources.fonts)
        mixer = _mixer(plan, target, sources)
        is_heard = _is_heard(plan)

        def begun() -> Iterator[tuple[Segment, Path, Future[None] | None]]:
            done = 0
            for segment, file in zip(plan.segments, files, strict=True):
                encoding = None
                if missing.get(file) is segment:
                    frames = _told(painter.frames(segment), done, plan.end - plan.start, progress)
                    encoding = encoder.write(frames, file)
                done += segment.duration
                progress.frames(done, plan.end - plan.start)
                yield segment, file, encoding

        def pieces() -> Iterator[Piece]:
            for segment, file, encoding in _one_behind(begun()):
                if encoding is not None:
                    encoding.result()
                yield file, segment.duration, mixer.mixed(segment) if is_heard else None

        return join(pieces(), codec, target.encoding.sound, plan.rate, plan.sample_rate, output)


def draw(plan: RenderPlan, size: PixelSize, sources: Sources, planes: bool = False) -> Iterator[Picture]:
    """The frames [H, W, 3] of a plan, not encoded, as a viewer shows them. With ``planes``, plain segments may yield
    YUV planes for an encoder. Raises BadReference."""
    with PlanReader(plan.segments, sources, size if planes else None) as reader:
        painter = Painter(size, reader.read, sources.find_cube, sources.fonts)
        for segment in plan.segments:
            yield from painter.frames(segment)


def _mixer(plan: RenderPlan, target: Target, sources: Sources) -> Mixer:
    store = SoundStore(target.kept, sources)
    return Mixer(plan.rate, plan.sample_rate, store.samples)


def _is_heard(plan: RenderPlan) -> bool:
    return any(segment.sounds for segment in plan.segments)


def _name(segment: Segment, plan: RenderPlan, size: PixelSize, codec: StreamCodec) -> str:
    """The file name of a rendered segment: a hash of everything that its bytes depend on."""
    told = f"{codec.encoder} {codec.pixel_format} {sorted(codec.options.items())} {_WAY}"
    return f"{hashlib.sha256(f'{segment.video_sha256} {plan.rate} {size} {told}'.encode()).hexdigest()}{codec.suffix}"


def _one_behind(items: Iterator[_T]) -> Iterator[_T]:
    """Yield each item after the next one has been drawn from ``items``."""
    last = next(items, None)
    for item in items:
        if last is not None:
            yield last
        last = item
    if last is not None:
        yield last


def _told(frames: Iterator[Picture], before: int, of: int, progress: Progress) -> Iterator[Picture]:
    for number, frame in enumerate(frames):
        if progress.stopping():
            raise Interrupted("Stopped.")
        yield frame
        progress.frames(before + number + 1, of)
