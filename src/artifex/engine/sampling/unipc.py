"""UniPC (order 2, B2(h), predicting clean data; arXiv:2302.04867) for flow matching."""

from collections.abc import Mapping

import torch
from torch import Tensor

from artifex.engine.sampling.schedule import Schedule
from artifex.engine.sampling.solvers import clean_estimate


class UniPCSolver:
    """Each step first corrects the latents with the new velocity, then predicts the next ones."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self._clean: list[Tensor] = []
        self._latents: Tensor | None = None

    def step(self, velocity: Tensor, index: int, latents: Tensor) -> Tensor:
        """See `Solver`."""
        clean = clean_estimate(self.schedule, velocity, index, latents)
        if self._latents is not None:
            latents = self._correct(clean, index, self._latents)
        self._latents = latents
        self._clean = [*self._clean[-1:], clean]
        return self._predict(index, latents)

    def state(self) -> Mapping[str, Tensor]:
        """The last corrected latents and up to two clean estimates."""
        if self._latents is None:
            return {}
        return {"latents": self._latents, **{f"clean.{age}": clean for age, clean in enumerate(self._clean)}}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """See `Solver`."""
        self._latents = state["latents"]
        self._clean = [state[f"clean.{age}"] for age in range(len(state) - 1)]

    def _order(self, index: int) -> int:
        """Two, but one at the first and the last step."""
        return min(2, self.schedule.steps - index, index + 1)

    def _predict(self, index: int, latents: Tensor) -> Tensor:
        following = self._first_order(index, index + 1, latents, self._clean[-1])
        if self._order(index) == 1:
            return following
        difference, _ = self._difference(index - 1, index, index + 1)
        return following - self.schedule.alphas[index + 1] * self._growth(index, index + 1) * (0.5 * difference)

    def _correct(self, clean: Tensor, index: int, earlier: Tensor) -> Tensor:
        """Redo the step that led to `index` from its start `earlier`, now knowing `clean` at its end."""
        start = index - 1
        corrected = self._first_order(start, index, earlier, self._clean[-1])
        change = clean - self._clean[-1]
        if self._order(start) == 1:
            residual = 0.5 * change
        else:
            difference, ratio = self._difference(start - 1, start, index)
            rho = self._corrector_weights(start, index, ratio)
            residual = rho[0] * difference + rho[1] * change
        return corrected - self.schedule.alphas[index] * self._growth(start, index) * residual

    def _first_order(self, start: int, end: int, latents: Tensor, clean: Tensor) -> Tensor:
        sigmas = self.schedule.sigmas
        return sigmas[end] / sigmas[start] * latents - self.schedule.alphas[end] * self._growth(start, end) * clean

    def _difference(self, before: int, start: int, end: int) -> tuple[Tensor, Tensor]:
        """Divided difference of the two last clean estimates, and the ratio of the step sizes (negative)."""
        lambdas = self.schedule.lambdas
        ratio = (lambdas[before] - lambdas[start]) / (lambdas[end] - lambdas[start])
        return (self._clean[-2] - self._clean[-1]) / ratio, ratio

    def _growth(self, start: int, end: int) -> Tensor:
        """B2(h) = exp(-h) - 1 of the step from `start` to `end`, h being its length in lambda."""
        return torch.expm1(-(self.schedule.lambdas[end] - self.schedule.lambdas[start]))

    def _corrector_weights(self, start: int, end: int, ratio: Tensor) -> Tensor:
        """Solve the order conditions of UniC-2 (equation 9 of the paper)."""
        h = -(self.schedule.lambdas[end] - self.schedule.lambdas[start])
        growth = torch.expm1(h)
        first = growth / h - 1
        second = first / h - 0.5
        one = torch.ones(())
        system = torch.stack((torch.stack((one, one)), torch.stack((ratio, one))))
        return torch.linalg.solve(system, torch.stack((first / growth, second * 2 / growth)))
