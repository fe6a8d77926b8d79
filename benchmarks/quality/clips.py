"""Clips of the trained starter in every arithmetic and saving, compared with `exact`: likeness and adherence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import Any

import numpy as np
import torch
from benchmarks.adherence import ATTRIBUTES
from benchmarks.quality.emulation import round_linears
from benchmarks.quality.layers import break_scales
from torch import Tensor
from training.starter.prompts import Question, questions
from training.starter.reader import read_clip

from artifex.catalog.compose import Wishes, compose
from artifex.catalog.contract import Frames, Hooks, References, StepReport
from artifex.catalog.execution import Dtype, Quantisation
from artifex.catalog.manifest import lock
from artifex.catalog.presets import Values
from artifex.catalog.registry import find_model, load_model
from artifex.catalog.wan.model import WanModel
from artifex.jobs.work.saving import Gate, Outcome, Trial, relative_error
from artifex.media.likeness import likeness
from artifex.recipe import Recipe
from artifex.wiring import local_studio

MOST_LOST = 0.01
"""Loss of adherence that is allowed: one percentage point."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Way:
    """How clips are made; without `arithmetic`, dtype and quantisation are the machine's own, as for `exact`."""

    name: str
    arithmetic: tuple[Dtype, Quantisation] | None = None
    trial: Trial | None = None
    emulated: torch.dtype | None = None
    """See `layers.Arithmetic`."""
    guards: int = 0
    """Number of first and of last steps that are not quantised, where quantisation is emulated."""
    offered: bool = True
    """Whether an accuracy of the starter works this way. Others (only for `--quantise`, or not offered) may miss the
    gate: they are measured to know their cost."""


@dataclass
class Clock:
    """The current step of a clip, from 0, and the number of steps."""

    step: int = 0
    count: int = 0

    def is_within(self, guards: int) -> bool:
        """Whether it is one of the first or last `guards` steps."""
        return self.step < guards or self.count - self.step <= guards


@dataclass(frozen=True)
class Made:
    """One clip."""

    latents: Tensor
    frames: Frames
    passes: int
    right: int
    """Number of attributes that it shows as prompted."""


@dataclass(frozen=True)
class Sample:
    """Which clips are made in every way."""

    count: int
    values: Values = Values()  # noqa: RUF009 (immutable)


def measure(ways: Sequence[Way], sample: Sample, breakage: float, tell: Tell) -> dict[str, Any]:
    """Figures of each way, compared with the first one."""
    spec, asked = find_model("starter"), questions(sample.count, "en")
    weights = lock(spec)
    wished = [
        (compose(spec, weights, Wishes(question.prompt, sample.values), seed=number), question)
        for number, question in enumerate(asked)
    ]
    exact = _made(ways[0], wished, 1.0, tell)
    found = {ways[0].name: _told(ways[0], exact, exact)}
    for way in ways[1:]:
        found[way.name] = _told(way, _made(way, wished, breakage, tell), exact)
    return found


def _told(way: Way, made: Sequence[Made], exact: Sequence[Made]) -> dict[str, Any]:
    pairs = list(zip(made, exact, strict=True))
    outcome = Outcome(
        way.trial or Trial((0.0, 0.0), 1.0),
        tuple(likeness([one.frames], [other.frames]) for one, other in pairs),
        mean(relative_error(one.latents, other.latents) for one, other in pairs),
        sum(one.passes for one in made),
        0.0,
    )
    adherence, wanted = (mean(one.right / len(ATTRIBUTES) for one in clips) for clips in (made, exact))
    return {
        "psnr": round(outcome.psnr, 2),
        "worst_psnr": round(outcome.least_psnr, 2),
        "ssim": round(outcome.ssim, 4),
        "latent_error": round(outcome.latent_error, 5),
        "passes": outcome.passes / len(made),
        "adherence": round(adherence, 4),
        "offered": way.offered,
        "passed": outcome.passes_gate(Gate()) and wanted - adherence <= MOST_LOST,
    }


def _made(way: Way, wished: Sequence[tuple[Recipe, Question]], breakage: float, tell: Tell) -> list[Made]:
    plan = local_studio().plan(wished[0][0])
    if way.arithmetic is not None:
        dtype, quantisation = way.arithmetic
        plan = replace(plan, dtype=dtype, quantisation=quantisation)
    model = load_model(find_model("starter"), plan)
    assert isinstance(model, WanModel)
    network = model._parts.low_noise  # pyright: ignore[reportPrivateUsage]
    break_scales(network, breakage)
    clock = Clock()
    if way.emulated is not None:
        with torch.inference_mode():
            round_linears(network.blocks, way.emulated, breakage, lambda: clock.is_within(way.guards))
    made: list[Made] = []
    for number, (recipe, question) in enumerate(wished, 1):
        tell(f"{way.name}, clip {number} of {len(wished)}")
        made.append(_clip(model, recipe if way.trial is None else way.trial.of(recipe), question, clock))
    return made


def _clip(model: WanModel, recipe: Recipe, question: Question, clock: Clock) -> Made:
    passes: list[int] = []
    clock.step, clock.count = 0, recipe.steps

    def on_step(report: StepReport) -> None:
        passes.append(report.passes)
        clock.step = report.step

    conditioning = model.encode(recipe, References({}))
    latents = model.denoise(conditioning, recipe, Hooks(on_step, lambda _: None, recipe.steps), resume=None)
    frames = np.concatenate(list(model.decode(latents, conditioning)))
    reading = read_clip(frames)
    right = sum(getattr(reading, name) == getattr(question.wanted, name) for name in ATTRIBUTES)
    return Made(latents.float().cpu(), frames, sum(passes), right)
