"""The weight of each prompt in each latent frame of a clip. No torch."""

from collections.abc import Sequence
from itertools import pairwise

from artifex.recipe import PromptMark

Shares = tuple[tuple[float, ...], ...]
"""By latent frame, then by prompt: the recipe's own first, then its track's. Each row sums to one."""


def latent_shares(track: Sequence[PromptMark], frame_count: int, factor: int) -> Shares:
    """Shares of latent frames: the mean over their video frames, 1 in the first latent frame and `factor` in others.

    A mark inside a latent frame therefore takes over in proportion to the video frames from it on.

    Args:
        track: the later prompts, in order.
        frame_count: frames of the clip, 4n + 1.
        factor: video frames per latent frame, 4.
    """
    rows = [_shares_at(track, frame) for frame in range(frame_count)]
    ends = [0, *range(1, frame_count + 1, factor)]
    return tuple(_mean(rows[start:end]) for start, end in pairwise(ends))


def _shares_at(track: Sequence[PromptMark], frame: int) -> list[float]:
    """Shares of one video frame: each prompt takes its share from all before it."""
    shares = [1.0]
    for mark in track:
        come_in = _come_in(mark, frame)
        shares = [*(share * (1 - come_in) for share in shares), come_in]
    return shares


def _come_in(mark: PromptMark, frame: int) -> float:
    """0 before the mark, 1 once its cross-fade is over, and equal steps strictly between 0 and 1 in the cross-fade."""
    return min(1.0, max(0.0, (frame - mark.frame + 1) / (mark.crossfade + 1)))


def _mean(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    return tuple(sum(column) / len(rows) for column in zip(*rows, strict=True))
