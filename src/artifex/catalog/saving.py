"""How many passes and how much attention of a model can be skipped under accuracy ``fast``. No torch."""

from dataclasses import dataclass, replace

from artifex.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Saving:
    """Values for a recipe's ``step_cache``, ``guidance_until`` and ``attention_density`` that keep enough quality.

    Where no values did, they save nothing, which records that it was tried.
    """

    step_cache: tuple[float, float]
    guidance_until: float
    steps: int
    """Steps of the clips compared. With more, more of them stay below the same threshold, and the error grows."""
    passes_saved: float
    """Share of the network's passes that is skipped."""
    psnr: float
    """Median over the clips, each compared with itself made without savings, in decibels."""
    ssim: float
    attention_density: float = 1.0
    pixels: int = 0
    """Width * height * frames of a clip compared. Smaller clips have fewer tokens, so less attention can be skipped."""

    @property
    def saves(self) -> bool:
        return self.passes_saved > 0 or self.attention_density < 1

    def holds_for(self, recipe: Recipe) -> bool:
        """Whether it was measured for such clips: accuracy ``fast``, no more steps than measured, no LoRAs."""
        return self.saves and recipe.accuracy == "fast" and recipe.steps <= self.steps and not recipe.loras

    def of(self, recipe: Recipe) -> Recipe:
        """A recipe that it holds for, with these savings."""
        large = recipe.width * recipe.height * recipe.frame_count >= self.pixels
        return replace(
            recipe,
            step_cache=self.step_cache,
            guidance_until=self.guidance_until,
            attention_density=self.attention_density if large else 1.0,
        )
