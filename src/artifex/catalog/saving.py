"""How far the steps and the attention of a model may be saved under accuracy ``fast``. No torch."""

from dataclasses import dataclass, replace

from artifex.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Saving:
    """Values for a recipe's ``step_cache``, ``guidance_until`` and ``attention_density`` that passed the gate.

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
    attention_density: float = 1.0
    pixels: int = 0
    """Of all frames of a clip that was compared. Smaller ones have fewer tokens, among which less can be left out."""

    @property
    def saves(self) -> bool:
        return self.passes_saved > 0 or self.attention_density < 1

    def holds_for(self, recipe: Recipe) -> bool:
        """Whether it was found out for such clips: of this accuracy, with so many steps at most, by the model alone."""
        return self.saves and recipe.accuracy == "fast" and recipe.steps <= self.steps and not recipe.loras

    def of(self, recipe: Recipe) -> Recipe:
        """A recipe that it holds for, saved as far."""
        large = recipe.width * recipe.height * recipe.frame_count >= self.pixels
        return replace(
            recipe,
            step_cache=self.step_cache,
            guidance_until=self.guidance_until,
            attention_density=self.attention_density if large else 1.0,
        )
