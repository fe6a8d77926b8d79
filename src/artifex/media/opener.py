"""How untrusted media are opened: in this process, or in a separate one."""

from collections.abc import Generator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from artifex.media import decode
from artifex.media.audio import Sound
from artifex.media.excerpt import last_frames, sampled_frames
from artifex.media.image import open_layer, open_picture
from artifex.media.probe import Probe, probe
from artifex.media.reading.run import Run, read_runs
from artifex.media.sound import open_sound
from artifex.media.sounds.sound_reader import read_sound


class Opener(Protocol):
    """All raise BadReference for what cannot be used; frames are RGB, [height, width, 3] or [t, height, width, 3]."""

    def probe(self, path: Path) -> Probe: ...

    def frames(self, path: Path, most: int) -> Generator[NDArray[np.uint8], None, None]:
        """A clip's frames, one by one as they are asked for, all of one size; no more than ``most``."""
        ...

    def runs(self, path: Path, runs: Sequence[Run]) -> Generator[NDArray[np.uint8], None, None]:
        """Frames by their numbers, one run after the other, one by one as they are asked for.

        With a fourth channel of straight alpha where the clip has it; [3/2 height, width] where planes were asked for
        and can be had (see :class:`artifex.media.reading.run.Run`).
        """
        ...

    def open_picture(self, path: Path) -> NDArray[np.uint8]: ...

    def open_layer(self, path: Path) -> NDArray[np.uint8]:
        """A picture with a fourth channel of straight alpha where it has transparency."""
        ...

    def last_frames(self, path: Path, count: int) -> NDArray[np.uint8]: ...

    def sampled_frames(self, path: Path, frame_rate: Fraction, count: int) -> NDArray[np.uint8]: ...

    def open_sound(self, path: Path, sample_rate: int, channels: int) -> Sound: ...

    def sound_chunks(self, path: Path, sample_rate: int) -> Generator[NDArray[np.float32], None, None]:
        """The first sound of a file as stereo chunks [n, 2]; sample 0 is where its pictures begin."""
        ...


class Here:
    """Opens media in this process: for users who open their own files."""

    probe = staticmethod(probe)
    open_picture = staticmethod(open_picture)
    open_layer = staticmethod(open_layer)
    last_frames = staticmethod(last_frames)
    sampled_frames = staticmethod(sampled_frames)
    open_sound = staticmethod(open_sound)
    runs = staticmethod(read_runs)
    sound_chunks = staticmethod(read_sound)

    def frames(self, path: Path, most: int) -> Generator[NDArray[np.uint8], None, None]:
        yield from islice(decode.frames(path), most)
