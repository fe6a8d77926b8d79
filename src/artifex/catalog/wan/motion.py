"""Motion strength, as the shift of the noise schedule. No torch."""

from artifex.catalog.presets import Values
from artifex.catalog.spec import Defaults

_SPAN = 2.5
"""Shift at full strength, relative to the model's own. Published settings for one model differ by about as much."""


def motion_values(defaults: Defaults, strength: float) -> Values:
    """A larger shift spends more of the steps on very noisy latents, where layout and movement are decided.

    The shift grows exponentially: divided by `_SPAN` at strength 0, the model's own at 0.5, times `_SPAN` at 1. With
    two experts, a larger shift gives more of the steps to the high-noise one.

    Args:
        defaults: the model's.
        strength: 0 to 1.
    """
    # Rounded, since people read recipes and the last digits of a power may differ between machines.
    return Values(shift=round(defaults.shift * _SPAN ** (2 * strength - 1), 3))
