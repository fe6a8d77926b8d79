"""Noise levels and timesteps of a flow-matching sampler, as Wan's authors compute them.

A flow model sees `(1 - sigma) * clean + sigma * noise` and the timestep `1000 * sigma`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

TRAIN_TIMESTEPS = 1000

# UniPC starts at the last of the 1000 trained levels, 1 - 1/1000 rounded to float32; the others at pure noise.
_FIRST_SIGMA = {"unipc": float(np.float32(0.999)), "dpm++": 1.0, "euler": 1.0}


@dataclass(frozen=True)
class Schedule:
    """Noise levels and timesteps of a trajectory, on the CPU."""

    sigmas: Tensor
    """Noise levels, float32 [steps + 1], descending; the last is 0."""
    timesteps: Tensor
    """Integer timesteps that the model is given, int64 [steps]."""

    @cached_property
    def alphas(self) -> Tensor:
        """Share of the clean latents at each level, [steps + 1]."""
        return 1 - self.sigmas

    @cached_property
    def lambdas(self) -> Tensor:
        """Half the log signal-to-noise ratio of each level, [steps + 1]: -inf at pure noise, +inf at the end."""
        # One level at a time: torch's vectorised log may differ from its scalar one in the last bit.
        levels = zip(self.alphas.unbind(), self.sigmas.unbind(), strict=True)
        return torch.stack([torch.log(alpha) - torch.log(sigma) for alpha, sigma in levels])

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.timesteps)


def flow_schedule(solver: str, steps: int, shift: float) -> Schedule:
    """Evenly spaced levels, then shifted towards noise by `s * x / (1 + (s - 1) * x)` (SD3, arXiv:2403.03206).

    Args:
        solver: "unipc", "dpm++" or "euler"; they differ in the first level.
        steps: at least 1.
        shift: 1 leaves the levels even; larger spends more steps on noisy latents.
    """
    even = np.linspace(_FIRST_SIGMA[solver], 0.0, steps + 1)[:-1]
    sigmas = shift * even / (1 + (shift - 1) * even)
    timesteps = (sigmas * TRAIN_TIMESTEPS).astype(np.int64)
    return Schedule(torch.from_numpy(np.append(sigmas, 0.0).astype(np.float32)), torch.from_numpy(timesteps))
