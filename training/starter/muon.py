"""Muon (Keller Jordan, 2024), with Adam for parameters that are not matrices; capturable in a CUDA graph.

Matrices of one shape are orthogonalised together by a batched Newton-Schulz iteration.
"""

from collections import defaultdict
from collections.abc import Iterable

import torch
from torch import Tensor, nn

# Coefficients of the quintic iteration that drives all singular values toward 1.
_QUINTIC = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrices: Tensor, steps: int = 5) -> Tensor:
    """Approximately the nearest (semi-)orthogonal matrices: [N, rows, columns] -> same shape, bfloat16."""
    a, b, c = _QUINTIC
    x = matrices.bfloat16()
    tall = x.shape[1] > x.shape[2]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x


class Muon:
    """Nesterov momentum, orthogonalised, for weights of two or more dimensions (convolutions are flattened)."""

    def __init__(self, parameters: Iterable[nn.Parameter], momentum: float = 0.95) -> None:
        self.momentum = momentum
        self.groups: dict[tuple[int, int], list[nn.Parameter]] = defaultdict(list)
        for parameter in parameters:
            self.groups[(parameter.shape[0], parameter[0].numel())].append(parameter)
        self.buffers = {
            shape: torch.zeros(len(group), *shape, device=group[0].device) for shape, group in self.groups.items()
        }

    @torch.no_grad()
    def step(self, rate: Tensor) -> None:
        """Update in place; `rate` is a scalar tensor, so that a captured graph can follow a schedule."""
        for shape, group in self.groups.items():
            gradients = torch.stack([_gradient(parameter).reshape(shape) for parameter in group])
            buffer = self.buffers[shape]
            buffer.lerp_(gradients, 1 - self.momentum)
            direction = orthogonalise(gradients.lerp(buffer, self.momentum))
            scale = max(1.0, shape[0] / shape[1]) ** 0.5
            update = direction.float() * (rate * scale)
            for parameter, change in zip(group, update, strict=True):
                parameter.sub_(change.view_as(parameter))


def _gradient(parameter: nn.Parameter) -> Tensor:
    if parameter.grad is None:
        raise ValueError("a parameter has no gradient")
    return parameter.grad


class MuonWithAdam:
    """Both optimisers under one schedule."""

    def __init__(
        self,
        matrices: list[nn.Parameter],
        others: list[nn.Parameter],
        rates: tuple[float, float],
        betas: tuple[float, float] = (0.9, 0.98),
    ) -> None:
        """`rates` are Muon's and Adam's at full scale."""
        device = matrices[0].device
        fused = device.type == "cuda"
        self.rates = rates
        self.muon_rate = torch.zeros((), device=device)
        self.adam_rate = torch.zeros((), device=device)
        self.muon = Muon(matrices)
        self.adam = torch.optim.Adam(others, lr=self.adam_rate, betas=betas, fused=fused, capturable=fused)

    def set_scale(self, scale: float) -> None:
        """Set both learning rates to a share of the full ones."""
        self.muon_rate.fill_(self.rates[0] * scale)
        self.adam_rate.fill_(self.rates[1] * scale)

    def step(self) -> None:
        """Update all parameters from their gradients."""
        self.muon.step(self.muon_rate)
        self.adam.step()
