"""Any frame of a video by its exact number."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType

from av import VideoFrame
from av.error import FFmpegError

from artifex.errors import BadReference
from artifex.media.colour import upright_size
from artifex.media.reading.footage import Footage
from artifex.media.reading.index import FrameIndex, read_index
from artifex.media.reading.pictures import Picture, PictureMaker, bits, has_alpha, is_wide
from artifex.media.reading.planes import PlaneMaker, Planes
from artifex.media.untrusted import FOOTAGE, open_media, video_stream
from artifex.units import PixelSize

_CACHE_BYTES = 64 * 2**20
_FRAMES_LOOKED_AT = 3
"""How many frames are checked for being interlaced."""


@dataclass(frozen=True, slots=True)
class FootageFacts:
    """What the frames of a file are, found by decoding its first. ``size`` is upright, in the file's own pixels."""

    size: PixelSize
    pixel_aspect: Fraction
    """Width of a pixel by its height, upright; players widen the picture by it."""
    frame_rate: Fraction
    """On average, where the rate varies."""
    rotation: int
    """Degrees, counterclockwise, by which the stored picture was turned."""
    bits: int
    has_alpha: bool
    is_interlaced: bool
    is_wide: bool
    """High dynamic range or wide primaries, which were brought to BT.709."""

    @property
    def square_size(self) -> PixelSize | None:
        """The size with square pixels; None where they are square."""
        if self.pixel_aspect == 1:
            return None
        return PixelSize(width=max(1, round(self.size.width * self.pixel_aspect)), height=self.size.height)


class FrameReader:
    """Frames [height, width, 3] of an mp4, mov, mkv, webm or transport stream by number, from 0, as players show them.

    Rotated, deinterlaced, in R'G'B' of BT.709; with a fourth channel of straight alpha where ``facts.has_alpha``.
    uint8, or with ``depth`` 16 uint16. The packets are read once to learn when each frame is shown, unless an
    ``index`` that was made of the same file is given. For one thread at a time.

    Raises BadReference when the file is none of these, cut or damaged; for a damaged frame, the message names it.
    """

    def __init__(
        self, path: Path, depth: int = 8, index: FrameIndex | None = None, cache_bytes: int = _CACHE_BYTES
    ) -> None:
        self._path = path
        self._maker = PictureMaker(depth)
        self._plane_maker = PlaneMaker()
        self._size: PixelSize | None = None
        with ExitStack() as stack:
            container = stack.enter_context(open_media(path, FOOTAGE))
            stream = video_stream(container, path)
            self.index = index or read_index(container, stream, path)
            self._footage = Footage(path, container, stream, self.index, cache_bytes)
            # Where the rate varies, a header may state any.
            aspect, rate = stream.sample_aspect_ratio, stream.average_rate if self.index.is_constant else None
            self.facts = self._look(Fraction(aspect or 1) or Fraction(1), Fraction(rate or self.index.average_rate))
            self._stack = stack.pop_all()

    def __enter__(self) -> "FrameReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._stack.close()

    @property
    def frame_count(self) -> int:
        """Frames that are there; ``index.missing`` tells how many more the file promises."""
        return self.index.frame_count

    def frame(self, number: int, size: PixelSize | None = None) -> Picture:
        """A frame, scaled to ``size`` if one is given, which costs less than full size.

        Raises BadReference for a number that does not exist, or a frame that cannot be decoded.
        """
        return self._maker.picture(self._decoded(number), size)

    def planes(self, number: int, size: PixelSize) -> Planes | None:
        """A frame as planes for an encoder, with an even ``size``; None where it can only be had as a picture.

        Raises BadReference.
        """
        return self._plane_maker.planes(self._decoded(number), size)

    def frames(self, start: int = 0, stop: int | None = None, size: PixelSize | None = None) -> Iterator[Picture]:
        """Frames from ``start`` up to ``stop``, or to the end. Raises BadReference where the file is cut."""
        end = self.frame_count + self.index.missing if stop is None else stop
        return (self.frame(number, size) for number in range(start, end))

    def _decoded(self, number: int) -> VideoFrame:
        try:
            frame = self._footage.frame(number)
        except FFmpegError as error:
            reason = (error.strerror or "error").lower()
            raise BadReference(f"{self._path} cannot be read at frame {number} ({reason}); it is damaged.") from error
        self._size = self._size or upright_size(frame)
        if upright_size(frame) != self._size:
            raise BadReference(f"{self._path} changes its size at frame {number}; export it again.")
        return frame

    def _look(self, aspect: Fraction, rate: Fraction) -> FootageFacts:
        first = self._decoded(0)
        looked_at = range(1, min(_FRAMES_LOOKED_AT, self.frame_count))
        is_interlaced = first.interlaced_frame or any(self._decoded(number).interlaced_frame for number in looked_at)
        if is_interlaced:
            self._footage.forget()
            self._footage.interlaced = True
        return FootageFacts(
            size=upright_size(first),
            pixel_aspect=1 / aspect if first.rotation % 180 else aspect,
            frame_rate=rate,
            rotation=first.rotation % 360,
            bits=bits(first),
            has_alpha=has_alpha(first),
            is_interlaced=is_interlaced,
            is_wide=is_wide(first),
        )
