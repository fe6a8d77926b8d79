"""Routes that list presets, for kinds of films, and quality levels, for any model."""

from fractions import Fraction

from fastapi import APIRouter
from pydantic import BaseModel

from artifex.catalog.presets import DISTILLED, LEVELS, PRESETS, Values
from artifex.recipe import Accuracy, Solver

router = APIRouter(tags=["presets"])


class Preset(BaseModel):
    """Values for a recipe's free fields; null where the preset leaves them to the model."""

    name: str
    needs_lora: str | None
    """The kind of LoRA that the preset requires for good pictures."""
    size: str | None
    area: int | None
    frames: int | None
    fps: str | None
    steps: int | None
    guidance: tuple[float, float] | None
    """For low noise and for high noise."""
    shift: float | None
    solver: Solver | None
    accuracy: Accuracy | None


class Level(BaseModel):
    """A quality level: its factor on the model's default number of steps."""

    name: str
    steps_factor: float


class Presets(BaseModel):
    items: list[Preset]
    next_cursor: None = None


class Levels(BaseModel):
    items: list[Level]
    next_cursor: None = None


@router.get("/presets", operation_id="listPresets")
def list_presets() -> Presets:
    """All presets, with their values."""
    return Presets(items=[_preset(name, values) for name, values in PRESETS.items()])


@router.get("/levels", operation_id="listLevels")
def list_levels() -> Levels:
    """All quality levels, fastest first."""
    return Levels(items=[Level(name=name, steps_factor=float(factor)) for name, factor in LEVELS.items()])


def _preset(name: str, values: Values) -> Preset:
    return Preset(
        name=name,
        needs_lora=DISTILLED.get(name),
        size=None if values.size is None else str(values.size),
        area=values.area,
        frames=values.frame_count,
        fps=_text(values.frame_rate),
        steps=values.steps,
        guidance=values.guidance,
        shift=values.shift,
        solver=values.solver,
        accuracy=values.accuracy,
    )


def _text(rate: Fraction | None) -> str | None:
    return None if rate is None else str(rate)
