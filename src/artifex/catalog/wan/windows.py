"""A clip longer than what a network was trained to see, looked at as a whole first and then in windows. No torch.

While noise is high, a step decides what is where and how it moves: then the whole clip is seen, its positions in time
squeezed into the span that the network knows. Details come from windows of that span.
"""

from artifex.catalog.wan.vae_config import VaeConfig
from artifex.recipe import Recipe

OVERVIEW = 0.9
"""Share of the training timesteps from which on the whole clip is seen: about where Wan2.2's experts change."""

Window = slice
"""Latent frames of a clip that are shown to the network together."""


def latent_frames(frames: int, factor: int) -> int:
    """Latent frames that hold so many video frames: one holds the first, each other one `factor`."""
    return (frames - 1) // factor + 1


def windows_of(recipe: Recipe, vae: VaeConfig) -> tuple[Window, ...]:
    """The windows of a recipe's clip; a single one where all of it is seen at once."""
    total = latent_frames(recipe.frame_count, vae.temporal_factor)
    return cut_windows(total, latent_frames(recipe.window_frames or recipe.frame_count, vae.temporal_factor))


def cut_windows(total: int, length: int) -> tuple[Window, ...]:
    """Windows of `length` over `total` latent frames, evenly spaced, neighbours sharing at least half of their frames.

    With less in common each window would go its own way.
    """
    if length >= total:
        return (slice(0, total),)
    steps = -(-(total - length) // max(1, length // 2))
    starts = [(total - length) * index // steps for index in range(steps + 1)]
    return tuple(slice(start, start + length) for start in starts)


def window_weights(length: int) -> tuple[float, ...]:
    """How much a window's word counts at each of its frames: rising evenly to its middle, and never nothing.

    Frames near an end are seen with one side missing, and in the middle of a neighbour.
    """
    return tuple(float(min(index + 1, length - index)) for index in range(length))


def squeezed(total: int, length: int) -> tuple[float, ...]:
    """Positions in time of all latent frames, within those of a window."""
    return tuple(index * (length - 1) / (total - 1) for index in range(total))


def overview_steps(steps: int, shift: float) -> int:
    """Steps of a schedule in which the whole clip is seen; as `engine/sampling/schedule.py` shifts them."""
    even = [1 - index / steps for index in range(steps)]
    return sum(shift * level / (1 + (shift - 1) * level) >= OVERVIEW for level in even)
