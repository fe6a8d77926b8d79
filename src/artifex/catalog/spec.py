"""What a model is and what it can do, as data. No torch here: the API and the planner read this."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from artifex.recipe import Accuracy, Role, Solver, Task
from artifex.units import PixelSize


@dataclass(frozen=True, slots=True)
class Defaults:
    """Values a recipe's free fields take when nobody says otherwise."""

    size: PixelSize
    frame_count: int
    frame_rate: Fraction
    steps: int
    guidance: tuple[float, float]
    shift: float
    solver: Solver = "unipc"
    negative_prompt: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The requests a model accepts: sizes in pixels, counts inclusive."""

    grid: int
    """Width and height are multiples of this."""
    temporal: int
    """Frame counts are ``temporal * n + 1``."""
    smallest: PixelSize
    largest: PixelSize
    most_frames: int
    most_steps: int = 200
    most_prompt_characters: int = 8000


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One checkpoint of a family, found by the registry."""

    name: str
    title: str
    family: str
    """The catalog folder whose ``model.py`` loads it."""
    folder: Path
    """Where its files lie, in the layout the family reads."""
    licence: str
    tasks: tuple[Task, ...]
    accepts: tuple[Role, ...]
    """The kinds of reference it can look at."""
    accuracies: tuple[Accuracy, ...]
    defaults: Defaults
    limits: Limits
    experts: int = 1
    native_note: str = ""
    """What a user should know when leaving the sizes it was trained on; empty if nothing."""
