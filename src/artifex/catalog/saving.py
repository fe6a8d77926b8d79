"""How far the steps of a model may be saved under accuracy ``fast``. No torch."""

from dataclasses import dataclass

from artifex.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Saving:
    """Values for a recipe's ``step_cache`` and ``guidance_until`` that passed the gate, and what they brought.

    Those of a calibration that nothing passed save nothing: then that is known.
    """

    step_cache: tuple[float, float]
    guidance_until: float
    steps: int
    """Of the clips that were compared. With more, more of them stay below the same threshold, and the error grows."""
    passes_saved: float
    """Share of the network's passes."""
    psnr: float
    """Median of the clips against their unsaved ones, in decibels."""
    ssim: float

    @property
    def saves(self) -> bool:
        return self.passes_saved > 0

    def holds_for(self, recipe: Recipe) -> bool:
        """Whether it was found out for such clips: of this accuracy, with so many steps at most, by the model alone."""
        return self.saves and recipe.accuracy == "fast" and recipe.steps <= self.steps and not recipe.loras
