"""Parts of clips that other clips are made from."""

from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.media.decode import frames
from artifex.media.probe import probe

MOST_BYTES = 4 * 2**30
"""Of decoded frames that are held at once."""


def last_frames(path: Path, count: int) -> NDArray[np.uint8]:
    """The last frames of a clip, [at most ``count``, height, width, 3]. Raises BadReference as `frames` does."""
    kept = deque(frames(path), maxlen=count)
    if not kept:
        raise BadReference(f"{path} holds no frames; give a whole clip.")
    return np.stack(kept)


def sampled_frames(path: Path, frame_rate: Fraction, count: int) -> NDArray[np.uint8]:
    """Every n-th frame of a clip from its start on, so that about ``frame_rate`` are left of each second.

    Args:
        path: the clip.
        frame_rate: wanted; the clip's own is divided by the nearest whole number.
        count: frames needed at most.

    Returns:
        [at most ``count``, height, width, 3].

    Raises:
        BadReference: as `frames` does, or the frames are too many and too large to be held.
    """
    facts = probe(path)
    if facts.width * facts.height * 3 * min(count, facts.frame_count) > MOST_BYTES:
        raise BadReference(f"{path} is too large to be followed for {count} frames; scale it down first.")
    step = max(1, round(facts.frame_rate / frame_rate))
    chosen = list(_every(frames(path), step, count))
    if not chosen:
        raise BadReference(f"{path} holds no frames; give a whole clip.")
    return np.stack(chosen)


def _every(pictures: Iterator[NDArray[np.uint8]], step: int, count: int) -> Iterator[NDArray[np.uint8]]:
    return islice(pictures, 0, step * count, step)
