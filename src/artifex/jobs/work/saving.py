"""Calibrates how much of a model's work can be skipped: makes the same clips with more and more savings and compares
them to those made without."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from artifex.catalog.contract import Frames, Hooks, References, StepReport, VideoModel
from artifex.catalog.saving import Saving
from artifex.jobs.work.bench_child import Stopwatch
from artifex.media.likeness import Likeness, likeness
from artifex.recipe import Recipe

if TYPE_CHECKING:
    from torch import Tensor

LADDER = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
"""Thresholds of the step cache, tried in order until one fails the gate."""
SHARES = (0.9, 0.75, 0.5)
"""Shares of the steps that use guidance, tried likewise."""
DENSITIES = (0.8, 0.65, 0.5, 0.4, 0.3, 0.2)
"""Densities of attention, tried likewise."""


@dataclass(frozen=True, slots=True)
class Gate:
    """How close clips with savings must be to those without; docs/decisions/0027-step-saving.md has the reasons."""

    median_psnr: float = 30.0
    """Over all clips, in decibels."""
    least_psnr: float = 25.0
    """For each clip."""
    mean_ssim: float = 0.9
    mean_latent_error: float = 0.05
    """Catches damage to small subjects on plain backgrounds, which PSNR and SSIM hardly see."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A set of savings to try."""

    step_cache: tuple[float, float]
    guidance_until: float
    attention_density: float = 1.0

    def of(self, recipe: Recipe) -> Recipe:
        return replace(
            recipe,
            step_cache=self.step_cache,
            guidance_until=self.guidance_until,
            attention_density=self.attention_density,
        )


UNSAVED = Trial((0.0, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of one trial over all clips."""

    trial: Trial
    clips: tuple[Likeness, ...]
    """Each clip compared to the one without savings."""
    latent_error: float
    """The relative error of the latents, averaged over all clips."""
    passes: int
    """Forward passes of the network."""
    seconds: float
    """Denoising time."""

    @property
    def psnr(self) -> float:
        """The median over the clips."""
        return median(clip.psnr for clip in self.clips)

    @property
    def least_psnr(self) -> float:
        return min(clip.psnr for clip in self.clips)

    @property
    def ssim(self) -> float:
        """The mean over the clips."""
        return mean(clip.ssim for clip in self.clips)

    def passes_gate(self, gate: Gate) -> bool:
        alike = self.psnr >= gate.median_psnr and self.least_psnr >= gate.least_psnr and self.ssim >= gate.mean_ssim
        return alike and self.latent_error <= gate.mean_latent_error


@dataclass(frozen=True, slots=True)
class Calibration:
    """All trials, that without savings first, and the best one."""

    outcomes: tuple[Outcome, ...]
    best: Outcome
    recipe: Recipe
    """That of the first clip."""

    @property
    def saving(self) -> Saving:
        """The calibration in the form that is stored."""
        trial, best, recipe = self.best.trial, self.best, self.recipe
        return Saving(
            trial.step_cache,
            trial.guidance_until,
            recipe.steps,
            1 - best.passes / self.outcomes[0].passes,
            best.psnr,
            best.ssim,
            trial.attention_density,
            recipe.width * recipe.height * recipe.frame_count,
        )


Measure = Callable[[Trial], Outcome]
PassWork = Callable[[Trial], float]
"""The average work of a forward pass under a trial, in any unit."""


def calibrate(
    model: VideoModel,
    clips: Sequence[tuple[Recipe, References]],
    experts: int,
    on_clip: Callable[[Trial, int], None],
    pass_work: PassWork,
    gate: Gate | None = None,
) -> Calibration:
    """Try more and more savings until the gate fails; see `search`.

    Args:
        model: loaded, for all clips.
        clips: recipes without savings, with the same arithmetic as clips with savings, and their references.
        experts: the model's number of experts.
        on_clip: called before each clip is made, with the trial and the clip's number.
        pass_work: the work of a pass, which says whether sparser attention saves any.
        gate: the required quality.
    """
    with TemporaryDirectory(prefix="artifex-calibrate-") as folder:
        sittings = [_Sitting(model, recipe, seen, Path(folder) / f"{n}") for n, (recipe, seen) in enumerate(clips)]
        tried: list[Outcome] = []

        def measure(trial: Trial) -> Outcome:
            parts: list[_Made] = []
            for number, sitting in enumerate(sittings):
                on_clip(trial, number)
                parts.append(sitting.make(trial))
            tried.append(_together(trial, parts))
            return tried[-1]

        best = search(measure, experts, gate or Gate(), pass_work)
        return Calibration(tuple(tried), best, clips[0][0])


def search(measure: Measure, experts: int, gate: Gate, pass_work: PassWork = lambda _: 1.0) -> Outcome:
    """A greedy search for the trial with the least work that passes the gate; the one without savings if none does.

    First each expert's step cache, then the end of guidance. These use up the gate's tolerance, so sparse attention is
    tried both on top of them and instead of them. It is only taken if it was measured to be faster, which needs a
    kernel that skips blocks.
    """

    def climb(best: Outcome, trials: Iterable[Trial]) -> Outcome:
        for trial in trials:
            outcome = measure(trial)
            if not outcome.passes_gate(gate):
                break
            best = min(best, outcome, key=lambda each: each.passes * pass_work(each.trial))
        return best

    unsaved = measure(UNSAVED)
    if experts == 1:
        fewer = climb(unsaved, (replace(UNSAVED, step_cache=(step, step)) for step in LADDER))
    else:
        fewer = climb(unsaved, (replace(UNSAVED, step_cache=(step, 0.0)) for step in LADDER))
        low = fewer.trial.step_cache[0]
        fewer = climb(fewer, (replace(UNSAVED, step_cache=(low, step)) for step in LADDER))
    fewer = climb(fewer, (replace(fewer.trial, guidance_until=share) for share in SHARES))
    if pass_work(replace(UNSAVED, attention_density=DENSITIES[0])) >= pass_work(UNSAVED):
        return fewer
    best = climb(fewer, _thinned(fewer.trial))
    if fewer is not unsaved:
        best = climb(best, _thinned(UNSAVED))
    return best if best.seconds < fewer.seconds else fewer


def _thinned(trial: Trial) -> Iterator[Trial]:
    return (replace(trial, attention_density=density) for density in DENSITIES)


@dataclass(frozen=True, slots=True)
class _Made:
    likeness: Likeness
    latent_error: float
    passes: int
    seconds: float


class _Sitting:
    """Makes one clip under several trials; the first must be without savings."""

    def __init__(self, model: VideoModel, recipe: Recipe, seen: References, kept: Path) -> None:
        self._model, self._recipe, self._kept = model, recipe, kept
        self._conditioning: Any = model.encode(recipe, seen)
        self._unsaved: Tensor | None = None

    def make(self, trial: Trial) -> _Made:
        passes: list[int] = []
        hooks = _counting(passes)
        watch = Stopwatch()
        latents = self._model.denoise(self._conditioning, trial.of(self._recipe), hooks, resume=None)
        seconds = watch.lap()
        frames = self._model.decode(latents, self._conditioning)
        if self._unsaved is None:
            self._unsaved = latents
            self._keep(frames)
            return _Made(likeness((), ()), 0.0, sum(passes), seconds)
        return _Made(likeness(frames, self._frames()), relative_error(latents, self._unsaved), sum(passes), seconds)

    def _keep(self, chunks: Iterator[Frames]) -> None:
        with self._kept.open("wb") as file:
            for chunk in chunks:
                file.write(np.ascontiguousarray(chunk).tobytes())

    def _frames(self) -> Iterator[Frames]:
        """The kept frames, one at a time: a full-size clip has hundreds of megabytes."""
        shape = (1, self._recipe.height, self._recipe.width, 3)
        with self._kept.open("rb") as file:
            while data := file.read(shape[1] * shape[2] * shape[3]):
                yield np.frombuffer(data, np.uint8).reshape(shape)


def _counting(passes: list[int]) -> Hooks:
    def on_step(report: StepReport) -> None:
        passes.append(report.passes)

    return Hooks(on_step, on_checkpoint=lambda _: None, checkpoint_every=10**9)


def relative_error(one: "Tensor", other: "Tensor") -> float:
    """The L2 norm of ``one - other``, relative to that of ``other``."""
    return math.sqrt(float((one - other).square().sum()) / float(other.square().sum()))


def _together(trial: Trial, parts: Sequence[_Made]) -> Outcome:
    return Outcome(
        trial,
        tuple(part.likeness for part in parts),
        mean(part.latent_error for part in parts),
        sum(part.passes for part in parts),
        sum(part.seconds for part in parts),
    )
