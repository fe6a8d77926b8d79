"""Corrects colour drift: brings a clip's colours back to those of its first frames."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.errors import BadField

_GAMMA = 2.2
"""From levels to roughly linear light, where sensors, lamps and diffusion models drift by gains and offsets."""
_LIGHT = (np.arange(256) / 255) ** _GAMMA
_SMALL_SIDE = 160
_FLAT = 1e-4
"""Standard deviation of light below which a channel has no contrast to restore."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """How drift is corrected. ``strength`` 0 changes nothing, 1 removes all of the drift.

    ``most_gain``: neither contrast nor light of a channel is changed by more than this factor, since what differs more
    is another picture and no drift. Raises BadField.
    """

    first_frames: int = 8
    smoothing: int = 6
    """Frames before and after that are averaged with each frame, against flicker; output lags by as many."""
    strength: float = 1.0
    most_gain: float = 1.6

    def __post_init__(self) -> None:
        ranges = {"first_frames": (1, 48), "smoothing": (0, 48), "strength": (0, 1), "most_gain": (1, 4)}
        for name, (least, most) in ranges.items():
            value: float = getattr(self, name)
            if not least <= value <= most:
                raise BadField(name, f"{name} of an anchor is {value:g}, but has to be from {least} to {most}.")


@dataclass(frozen=True, slots=True, eq=False)
class _Light:
    """Mean and standard deviation of each channel's light, [3] each."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]


def anchored(frames: Iterable[NDArray[np.uint8]], anchor: Anchor | None = None) -> Iterator[NDArray[np.uint8]]:
    """Frames RGB [H, W, 3], each channel changed by a gain and an offset of light (level ** 2.2) so that it has the
    mean and standard deviation of the clip's first frames.

    Mean and deviation are smoothed over time by a symmetric triangular window, which follows drift without lag and
    ignores noise of single frames. At most ``first_frames + smoothing`` frames are held. For a single shot only: what
    enters the picture for good looks like drift.
    """
    anchor = anchor or Anchor()
    if anchor.strength == 0:
        yield from frames
        return
    weights = _triangle(anchor.smoothing)
    past: deque[_Light] = deque(maxlen=anchor.smoothing)
    waiting: deque[tuple[NDArray[np.uint8], _Light]] = deque()
    target: _Light | None = None
    for frame in frames:
        waiting.append((frame, _light(frame)))
        if target is None and len(waiting) < anchor.first_frames:
            continue
        target = target or _average([light for _, light in waiting], np.ones(len(waiting)))
        while len(waiting) > anchor.smoothing:
            yield _next_frame(past, waiting, weights, target, anchor)
    target = target or (_average([light for _, light in waiting], np.ones(len(waiting))) if waiting else None)
    while waiting and target is not None:
        yield _next_frame(past, waiting, weights, target, anchor)


def _next_frame(
    past: deque[_Light],
    waiting: deque[tuple[NDArray[np.uint8], _Light]],
    weights: NDArray[np.float64],
    target: _Light,
    anchor: Anchor,
) -> NDArray[np.uint8]:
    """Take the frame that waits longest, and correct it."""
    ahead = [light for _, light in list(waiting)[: anchor.smoothing + 1]]
    # Near the ends of a clip the window is shortened on both sides, or it would lean to one.
    reach = min(len(past), len(ahead) - 1) if anchor.smoothing else 0
    middle = anchor.smoothing
    window = [*list(past)[len(past) - reach :], *ahead[: reach + 1]]
    now = _average(window, weights[middle - reach : middle + reach + 1])
    frame, light = waiting.popleft()
    past.append(light)
    return _corrected(frame, now, target, anchor)


def _corrected(frame: NDArray[np.uint8], now: _Light, target: _Light, anchor: Anchor) -> NDArray[np.uint8]:
    ratio = np.where(now.deviation > _FLAT, target.deviation / np.maximum(now.deviation, _FLAT), 1.0)
    gain = np.clip(ratio, 1 / anchor.most_gain, anchor.most_gain)
    mean = np.clip(target.mean, now.mean / anchor.most_gain, now.mean * anchor.most_gain)
    light = (_LIGHT[:, None] - now.mean) * gain + mean
    levels = np.clip(light, 0, 1) ** (1 / _GAMMA) * 255
    kept = np.arange(256.0)[:, None]
    table = np.rint(kept + (levels - kept) * anchor.strength).astype(np.uint8)
    if (table == np.arange(256)[:, None]).all():
        return frame
    return np.asarray(Image.fromarray(frame).point(table.T.ravel().tolist()))


def _light(frame: NDArray[np.uint8]) -> _Light:
    factor = -(-max(frame.shape[:2]) // _SMALL_SIDE)
    small = np.asarray(Image.fromarray(frame).reduce(factor)) if factor > 1 else frame
    light = _LIGHT[small].reshape(-1, 3)
    return _Light(light.mean(axis=0), light.std(axis=0))


def _average(lights: list[_Light], weights: NDArray[np.float64]) -> _Light:
    shares = weights / weights.sum()
    return _Light(
        shares @ np.stack([light.mean for light in lights]), shares @ np.stack([light.deviation for light in lights])
    )


def _triangle(reach: int) -> NDArray[np.float64]:
    """Weights [2 * reach + 1], largest in the middle."""
    return reach + 1.0 - np.abs(np.arange(-reach, reach + 1))
