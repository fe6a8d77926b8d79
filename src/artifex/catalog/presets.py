"""Named values for a recipe's free fields: presets for a kind of film, levels for any model."""

from dataclasses import dataclass, fields, replace
from fractions import Fraction
from types import MappingProxyType

from artifex.catalog.spec import ModelSpec
from artifex.errors import UnknownName
from artifex.recipe import Accuracy, Recipe, Solver
from artifex.units import PixelSize


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """A recipe's free fields, each set or left open."""

    negative_prompt: str | None = None
    size: PixelSize | None = None
    frame_count: int | None = None
    seconds: Fraction | None = None
    frame_rate: Fraction | None = None
    steps: int | None = None
    guidance: tuple[float, float] | None = None
    shift: float | None = None
    solver: Solver | None = None
    accuracy: Accuracy | None = None

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
        )

    def over(self, base: "Values") -> "Values":
        """These values where set, ``base``'s elsewhere. A length in frames hides one in seconds."""
        mine = {field.name: getattr(self, field.name) for field in fields(self)}
        chosen = {name: value for name, value in mine.items() if value is not None}
        if self.seconds is not None or self.frame_count is not None:
            base = replace(base, seconds=None, frame_count=None)
        return replace(base, **chosen)


PRESETS = MappingProxyType(
    {
        "t2v-720p": Values(
            size=PixelSize(1280, 720), frame_count=121, steps=60, guidance=(3.0, 4.5), shift=5.0, solver="unipc"
        ),
        "t2v-720p-preview": Values(
            size=PixelSize(1280, 720), frame_count=81, steps=36, guidance=(2.5, 3.5), shift=4.0, solver="unipc"
        ),
        "i2v-480p": Values(size=PixelSize(832, 480), steps=40, guidance=(3.5, 3.5), shift=3.0, solver="unipc"),
        "ti2v-720p24": Values(
            size=PixelSize(1280, 704),
            frame_count=121,
            frame_rate=Fraction(24),
            steps=50,
            guidance=(5.0, 5.0),
            shift=5.0,
            solver="unipc",
        ),
    }
)

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


def preset(name: str) -> Values:
    """Raises UnknownName, listing what there is."""
    if name not in PRESETS:
        raise UnknownName(f"There is no preset {name[:60]!r}; choose one of: {', '.join(PRESETS)}.")
    return PRESETS[name]


def level(name: str, spec: ModelSpec) -> Values:
    """A quality level for this model. Raises UnknownName, listing what there is."""
    if name not in LEVELS:
        raise UnknownName(f"There is no quality level {name[:60]!r}; choose one of: {', '.join(LEVELS)}.")
    return Values(steps=max(4, round(spec.defaults.steps * LEVELS[name])))
