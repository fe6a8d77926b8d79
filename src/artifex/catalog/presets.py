"""Named values for a recipe's free fields: presets for a kind of film, quality levels for any model."""

import importlib
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from types import MappingProxyType

from artifex.catalog.spec import ModelSpec
from artifex.errors import BadInput, UnknownName
from artifex.recipe import Accuracy, Recipe, Solver
from artifex.units import PixelSize


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """A recipe's free fields, each set or left open."""

    negative_prompt: str | None = None
    size: PixelSize | None = None
    area: int | None = None
    """Pixels of a frame, where a picture gives the shape."""
    frame_count: int | None = None
    seconds: Fraction | None = None
    frame_rate: Fraction | None = None
    steps: int | None = None
    guidance: tuple[float, float] | None = None
    shift: float | None = None
    solver: Solver | None = None
    accuracy: Accuracy | None = None
    segment_frames: int | None = None
    """Frames denoised at once in a clip driven by a voice."""
    window_frames: int | None = None
    """Frames seen at once in a long clip; 0 for all of them."""
    step_cache: tuple[float, float] | None = None
    guidance_until: float | None = None
    attention_density: float | None = None

    @classmethod
    def of(cls, recipe: Recipe) -> "Values":
        """The free fields of a finished recipe, to start from."""
        return cls(
            negative_prompt=recipe.negative_prompt,
            size=PixelSize(recipe.width, recipe.height),
            frame_count=recipe.frame_count,
            frame_rate=recipe.frame_rate,
            steps=recipe.steps,
            guidance=recipe.guidance,
            shift=recipe.shift,
            solver=recipe.solver,
            accuracy=recipe.accuracy,
            segment_frames=recipe.speech.segment_frames if recipe.speech else None,
            # Without a prompt track, 0 is only the default; a track may need another, so it is left open.
            window_frames=recipe.window_frames if recipe.prompt_track or recipe.window_frames else None,
            step_cache=recipe.step_cache,
            guidance_until=recipe.guidance_until,
            attention_density=recipe.attention_density,
        )

    def over(self, base: "Values") -> "Values":
        """These values where set, ``base``'s elsewhere. A length in frames overrides one in seconds, and a size an area
        (and the reverse); another accuracy drops ``base``'s savings."""
        mine = {field.name: getattr(self, field.name) for field in fields(self)}
        chosen = {name: value for name, value in mine.items() if value is not None}
        if self.seconds is not None or self.frame_count is not None:
            base = replace(base, seconds=None, frame_count=None)
        if self.size is not None or self.area is not None:
            base = replace(base, size=None, area=None)
        if self.accuracy is not None and self.accuracy != base.accuracy:
            base = replace(base, step_cache=None, guidance_until=None, attention_density=None)
        return replace(base, **chosen)


PRESETS = MappingProxyType(
    {
        "t2v-720p": Values(
            size=PixelSize(1280, 720), frame_count=121, steps=60, guidance=(3.0, 4.5), shift=5.0, solver="unipc"
        ),
        "t2v-720p-preview": Values(
            size=PixelSize(1280, 720), frame_count=81, steps=36, guidance=(2.5, 3.5), shift=4.0, solver="unipc"
        ),
        "i2v-480p": Values(area=832 * 480, steps=40, guidance=(3.5, 3.5), shift=3.0, solver="unipc"),
        "ti2v-720p24": Values(
            size=PixelSize(1280, 704),
            frame_count=121,
            frame_rate=Fraction(24),
            steps=50,
            guidance=(5.0, 5.0),
            shift=5.0,
            solver="unipc",
        ),
        "s2v-1024x704": Values(area=1024 * 704, segment_frames=80, steps=40, guidance=(4.5, 4.5), solver="unipc"),
        "lightning": Values(steps=4, guidance=(1.0, 1.0), shift=5.0, solver="euler"),
    }
)

DISTILLED = MappingProxyType({"lightning": "lightx2v's Wan2.2-Lightning or another distilled to 4 steps"})
"""Presets that only work with a LoRA distilled to their number of steps -> which LoRA."""

LEVELS = MappingProxyType(
    {
        "draft": Fraction(1, 2),
        "standard": Fraction(1),
        "pro": Fraction(5, 4),
        "cinema": Fraction(3, 2),
        "ultimate": Fraction(2),
    }
)
"""Quality level -> factor on the model's own number of steps."""


def preset(name: str, *, with_lora: bool = False) -> Values:
    """The values of a preset.

    Raises:
        UnknownName: there is no such preset; the message lists them.
        BadInput: it needs a LoRA, and the clip has none.
    """
    if name not in PRESETS:
        raise UnknownName(f"There is no preset {name[:60]!r}; choose one of: {', '.join(PRESETS)}.")
    if name in DISTILLED and not with_lora:
        raise BadInput(
            f"The preset {name} gives bad pictures without the LoRA it is made for; "
            f"add it with --lora ({DISTILLED[name]}), or choose another preset."
        )
    return PRESETS[name]


def level(name: str, spec: ModelSpec, chosen_preset: str | None = None) -> Values:
    """The values of a quality level for this model; none over a preset whose LoRA fixes the steps.

    Raises:
        UnknownName: there is no such level; the message lists them.
    """
    if name not in LEVELS:
        raise UnknownName(f"There is no quality level {name[:60]!r}; choose one of: {', '.join(LEVELS)}.")
    if chosen_preset in DISTILLED:
        return Values()
    return Values(steps=max(4, round(spec.defaults.steps * LEVELS[name])))


def motion(spec: ModelSpec, strength: float, own_shift: float | None = None) -> Values:
    """Values for an amount of motion, in the family's terms.

    Args:
        spec: the model.
        strength: 0 for calm, 1 for lively; 0.5 changes nothing.
        own_shift: the shift at 0.5, where a preset has its own; None for the model's.

    Raises:
        BadInput: the strength is not within 0 and 1.
    """
    if not 0 <= strength <= 1:
        raise BadInput(f"Motion strength {strength:g} is out of range; choose 0 (calm) to 1 (lively).")
    defaults = spec.defaults if own_shift is None else replace(spec.defaults, shift=own_shift)
    return importlib.import_module(f"artifex.catalog.{spec.family}.motion").motion_values(defaults, strength)
