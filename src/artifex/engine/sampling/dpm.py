"""DPM-Solver++ (2M, midpoint; arXiv:2211.01095) for flow matching."""

from collections.abc import Mapping

import torch
from torch import Tensor

from artifex.engine.sampling.schedule import Schedule
from artifex.engine.sampling.solvers import clean_estimate


class DpmSolver:
    """Second order from the last two clean estimates; first order at the first and the last step."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self._previous: Tensor | None = None

    def step(self, velocity: Tensor, index: int, latents: Tensor) -> Tensor:
        """See `Solver`."""
        sigmas, lambdas = self.schedule.sigmas, self.schedule.lambdas
        clean = clean_estimate(self.schedule, velocity, index, latents)
        h = lambdas[index + 1] - lambdas[index]
        weight = self.schedule.alphas[index + 1] * (torch.exp(-h) - 1.0)
        following = (sigmas[index + 1] / sigmas[index]) * latents - weight * clean
        if self._previous is not None and index + 1 < self.schedule.steps:
            ratio = (lambdas[index] - lambdas[index - 1]) / h
            following = following - 0.5 * weight * ((1.0 / ratio) * (clean - self._previous))
        self._previous = clean
        return following

    def state(self) -> Mapping[str, Tensor]:
        """The last clean estimate."""
        return {} if self._previous is None else {"previous": self._previous}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """See `Solver`."""
        self._previous = state["previous"]
