"""What a model is and what it can do, as data. No torch here: the API and the planner read this."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from artifex.catalog.execution import Expert
from artifex.catalog.saving import Saving
from artifex.recipe import Accuracy, Role, Solver, Task
from artifex.units import PixelSize


@dataclass(frozen=True, slots=True)
class Defaults:
    """Values of a recipe's free fields where none are given."""

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
class Hub:
    """Where a model's files come from: a repository on the Hugging Face Hub or a server of the same API."""

    repository: str
    revision: str
    """A commit, tag or branch; the commit it resolved to is recorded with the files."""
    files: tuple[str, ...]
    """Patterns, in the syntax of :mod:`fnmatch`, of the files the model needs."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One checkpoint of a family, found by the registry."""

    name: str
    title: str
    family: str
    """The catalog folder whose ``model.py`` loads it."""
    folder: Path | None
    """The folder of its files, in any layout the family reads; None while it is not installed."""
    licence: str
    tasks: tuple[Task, ...]
    accepts: tuple[Role, ...]
    """The kinds of reference it takes."""
    accuracies: tuple[Accuracy, ...]
    defaults: Defaults
    limits: Limits
    experts: int = 1
    sizes: tuple[PixelSize, ...] = ()
    """Sizes it was trained at besides its default, in landscape format."""
    shaped_by_picture: bool = False
    """A clip takes the shape of its picture where no size is given."""
    hub: Hub | None = None
    """Where it can be pulled from."""
    record: Path | None = None
    """The record of an installed model, with its files' hashes; None where a manifest lies among the files."""
    enhances: bool = True
    """Enhanced prompts help, since it was trained on rich descriptions."""
    loras: bool = True
    """LoRAs exist for networks of its shape."""
    prompt_track: bool = True
    """Its prompt can change while a clip plays."""
    samples: tuple[str, ...] = ()
    """Example prompts, for a model that was trained on prompts of one kind only."""
    saving: Saving | None = None
    """Savings under accuracy ``fast``, where they were measured for the weights it comes with."""
    licence_url: str = ""
    """URL of the licence's text; empty if unknown."""
    licence_note: str = ""
    """What the licence requires of people who make clips; empty if nothing."""

    @property
    def first_expert(self) -> Expert | None:
        """The expert that begins a clip, where another process can go on with the other expert; otherwise None.

        Speech-driven clips switch experts in every segment.
        """
        return "high" if self.experts == 2 and "s2v" not in self.tasks else None

    @property
    def windows(self) -> bool:
        """Whether a long clip can be made in windows: all but the first have only the prompt to go by."""
        return "t2v" in self.tasks
