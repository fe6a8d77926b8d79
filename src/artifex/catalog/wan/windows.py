"""Windows over a clip longer than a network was trained for: denoised as a whole first, then in windows. No torch.

While noise is high, steps decide layout and motion: the network then sees the whole clip, with positions in time
squeezed into the span it was trained on. Details come from windows of that span.
"""

from artifex.catalog.wan.vae_config import VaeConfig
from artifex.recipe import Recipe

OVERVIEW = 0.9
"""Share of the training timesteps from which on the whole clip is seen: about where Wan2.2 switches experts."""

Window = slice
"""Latent frames of a clip that the network sees together."""


def latent_frames(frames: int, factor: int) -> int:
    """Latent frames of ``frames`` video frames: the first holds one, each other one `factor`."""
    return (frames - 1) // factor + 1


def windows_of(recipe: Recipe, vae: VaeConfig) -> tuple[Window, ...]:
    """The windows of a recipe's clip; a single one where all of it is seen at once."""
    total = latent_frames(recipe.frame_count, vae.temporal_factor)
    return cut_windows(total, latent_frames(recipe.window_frames or recipe.frame_count, vae.temporal_factor))


def cut_windows(total: int, length: int) -> tuple[Window, ...]:
    """Windows of `length` over `total` latent frames, evenly spaced, neighbours sharing at least half of their frames.

    With less overlap, the windows would drift apart.
    """
    if length >= total:
        return (slice(0, total),)
    steps = -(-(total - length) // max(1, length // 2))
    starts = [(total - length) * index // steps for index in range(steps + 1)]
    return tuple(slice(start, start + length) for start in starts)


def window_weights(length: int) -> tuple[float, ...]:
    """Blending weights of a window's frames: rising linearly to its middle, always above 0.

    Frames near an end lack context on one side, and are nearer the middle of a neighbouring window.
    """
    return tuple(float(min(index + 1, length - index)) for index in range(length))


def squeezed(total: int, length: int) -> tuple[float, ...]:
    """Positions in time of all ``total`` latent frames, squeezed into those of a window."""
    return tuple(index * (length - 1) / (total - 1) for index in range(total))


def overview_steps(steps: int, shift: float) -> int:
    """Steps of a schedule in which the whole clip is seen; shifted as in `engine/sampling/schedule.py`."""
    even = [1 - index / steps for index in range(steps)]
    return sum(shift * level / (1 + (shift - 1) * level) >= OVERVIEW for level in even)
