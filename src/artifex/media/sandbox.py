"""Opens untrusted files in a separate process, which is killed when it takes too much time or memory.

Whatever a crafted file makes a decoder do, it has no access to this process's memory, to other files or to the network,
as far as the system has the measures for that; :meth:`Sandbox.report` lists those that are lacking.
"""

import logging
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.media.answers import Answer, End, NoAnswer, Patience, Question, answers
from artifex.media.audio import Sound
from artifex.media.examine import Examined, read_examined
from artifex.media.excerpt import MOST_BYTES
from artifex.media.probe import Probe, read_probe
from artifex.media.reading.run import Run
from artifex.media.sound import MOST_SECONDS as MOST_SOUND
from artifex.media.untrusted import MAX_PIXELS
from artifex.units import PixelSize

_log = logging.getLogger(__name__)

_PROGRAM = (sys.executable, "-I", "-m", "artifex.media.sandboxed")
_NONSENSE = "cannot be used: what it holds makes no sense."
_FRAME_BYTES = MAX_PIXELS * 4
_OPAQUE, _ANY = (3,), (3, 4)
"""Channels that pictures may have."""
_STEREO = 2
_SMALL = 2**28
"""Bytes allowed for JPEG pictures of a file, or for a chunk of sound."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """An :class:`artifex.media.opener.Opener` that decodes nothing itself; times in seconds."""

    look_seconds: float = 10.0
    """Limit for finding out what a file is."""
    decode_seconds: float = 600.0
    """Limit for decoding a file in one go."""
    frame_seconds: float = 30.0
    """The longest wait for a frame of a stream."""
    pace_seconds: float = 1.0
    """Limit for each frame of a stream on average."""
    processor_seconds: int = 4 * 3600
    """Limit for the processor time of a stream, over all cores."""
    program: tuple[str, ...] = _PROGRAM
    """The command that opens a file."""

    def examine(self, path: Path, name: str = "The file") -> Examined:
        """What a file is, and small pictures of it. Errors call it ``name``. Raises BadReference."""
        answer = self._one(Question("examine", path), self._looking, name)
        try:
            return read_examined(answer.value, [array.tobytes() for array in answer.arrays])
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            raise BadReference(f"{name} {_NONSENSE}") from error

    def probe(self, path: Path) -> Probe:
        answer = self._one(Question("probe", path), self._looking)
        try:
            return read_probe(answer.value)
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            raise _nonsense() from error

    def frames(self, path: Path, most: int) -> Generator[NDArray[np.uint8], None, None]:
        """The process is killed when the iterator is closed."""
        yield from self._stream(Question("frames", path), repeat(None, most), _OPAQUE)

    def runs(self, path: Path, runs: Sequence[Run]) -> Generator[NDArray[np.uint8], None, None]:
        """As :meth:`frames`."""
        arguments = tuple((str(run.start), str(run.step), run.count, _sides(run.planes)) for run in runs)
        wanted = chain.from_iterable(repeat(run.planes, run.count) for run in runs)
        yield from self._stream(Question("runs", path, arguments), wanted, _ANY)

    def _stream(
        self, question: Question, wanted: Iterable[PixelSize | None], channels: tuple[int, ...]
    ) -> Generator[NDArray[np.uint8], None, None]:
        """Pictures of one size; planes may come where ``wanted`` has a size for them."""
        size: tuple[int, ...] | None = None
        with closing(self._told(question, self._streaming(_FRAME_BYTES))) as told:
            for planes, answer in zip(wanted, told, strict=False):
                if planes is not None and _only(answer).ndim == 2:
                    yield _planes(answer, planes)
                    continue
                [frame] = _pictures(answer, 1, channels)
                size = size or frame.shape
                if frame.shape != size:
                    raise _nonsense()
                yield frame

    def open_picture(self, path: Path) -> NDArray[np.uint8]:
        return _pictures(self._one(Question("open_picture", path), self._decoding(_FRAME_BYTES)), most=1)[0]

    def open_layer(self, path: Path) -> NDArray[np.uint8]:
        return _pictures(self._one(Question("open_layer", path), self._decoding(_FRAME_BYTES)), 1, _ANY)[0]

    def last_frames(self, path: Path, count: int) -> NDArray[np.uint8]:
        return _pictures(self._one(Question("last_frames", path, (count,)), self._decoding(MOST_BYTES)), count)

    def sampled_frames(self, path: Path, frame_rate: Fraction, count: int) -> NDArray[np.uint8]:
        question = Question("sampled_frames", path, (str(frame_rate), count))
        return _pictures(self._one(question, self._decoding(MOST_BYTES)), count)

    def open_sound(self, path: Path, sample_rate: int, channels: int) -> Sound:
        most = (MOST_SOUND + 1) * sample_rate * channels * 4
        answer = self._one(Question("open_sound", path, (sample_rate, channels)), self._decoding(most))
        samples = _only(answer)
        if samples.dtype != np.float32 or samples.ndim != 2 or samples.shape[1] != channels:
            raise _nonsense()
        return Sound(np.nan_to_num(samples).clip(-1.0, 1.0), sample_rate)

    def sound_chunks(self, path: Path, sample_rate: int) -> Generator[NDArray[np.float32], None, None]:
        """As :meth:`frames`."""
        with closing(self._told(Question("sound_chunks", path, (sample_rate,)), self._streaming(_SMALL))) as told:
            for answer in told:
                samples = _only(answer)
                if samples.dtype != np.float32 or samples.ndim != 2 or samples.shape[1] != _STEREO:
                    raise _nonsense()
                yield np.nan_to_num(samples).clip(-1.0, 1.0)

    def report(self) -> list[str]:
        """The sandbox measures that this system lacks; empty when all work. Raises NotAvailable."""
        try:
            [*_, end] = answers(self.program, Question("nothing", Path(sys.executable)), self._looking)
        except NoAnswer:
            return ["a process that can start"]
        return end.lacking if isinstance(end, End) else []

    @property
    def _looking(self) -> Patience:
        return Patience(self.look_seconds, self.look_seconds, int(self.look_seconds) + 1, _SMALL)

    def _decoding(self, most_bytes: int) -> Patience:
        return Patience(self.decode_seconds, self.decode_seconds, int(self.decode_seconds) + 1, most_bytes)

    def _streaming(self, most_bytes: int) -> Patience:
        return Patience(self.frame_seconds, self.frame_seconds, self.processor_seconds, most_bytes, self.pace_seconds)

    def _one(self, question: Question, patience: Patience, name: str = "The file") -> Answer:
        found = list(self._told(question, patience, name))
        if len(found) != 1:
            raise _nonsense()
        return found[0]

    def _told(self, question: Question, patience: Patience, name: str = "The file") -> Generator[Answer, None, None]:
        """The answers. Raises BadReference, with ``name`` in place of the file's path."""
        try:
            with closing(answers(self.program, question, patience)) as said:
                for answer in said:
                    if isinstance(answer, Answer):
                        yield answer
                    elif answer.refusal is not None:
                        raise BadReference(answer.refusal.replace(str(question.path), name)[:500])
        except NoAnswer as error:
            _log.warning("A file broke the process that was to %s it, or took it too long.", question.work)
            raise BadReference(
                f"{name} cannot be read: opening it took too long, too much memory, or broke the reader; "
                "give another file."
            ) from error


def _only(answer: Answer) -> NDArray[Any]:
    if len(answer.arrays) != 1:
        raise _nonsense()
    return answer.arrays[0]


def _sides(size: PixelSize | None) -> tuple[int, int] | None:
    return None if size is None else (size.width, size.height)


def _planes(answer: Answer, size: PixelSize) -> NDArray[np.uint8]:
    planes = _only(answer)
    if planes.dtype != np.uint8 or planes.shape != (size.height * 3 // 2, size.width):
        raise _nonsense()
    return planes


def _pictures(answer: Answer, most: int, channels: tuple[int, ...] = _OPAQUE) -> NDArray[np.uint8]:
    """Pictures [1 to ``most``, height, width, channels]; an answer of one picture may lack the first axis."""
    pictures = _only(answer)
    if pictures.ndim == 3:
        pictures = pictures[None]
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] not in channels or not pictures.size:
        raise _nonsense()
    if len(pictures) > most or pictures.shape[1] * pictures.shape[2] > MAX_PIXELS:
        raise _nonsense()
    return pictures


def _nonsense() -> BadReference:
    return BadReference(f"The file {_NONSENSE}")
