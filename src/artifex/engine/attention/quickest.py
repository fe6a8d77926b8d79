"""Attention by the quickest of several backends, found out on the rows it is for."""

import logging
from collections.abc import Callable, Mapping
from time import perf_counter

import torch
from torch import Tensor

from artifex.engine.attention.contract import Attention
from artifex.engine.attention.parts import attend_to_some
from artifex.errors import NotAvailable

_log = logging.getLogger(__name__)

_LONG = 8192
"""Keys from which on it is worth finding out."""
_MARGIN = 1.05
"""So many times quicker than the first a rival has to be: else the next process might choose otherwise, and clips
would differ in their last bits."""
_ROUNDS = 3

Rivals = Mapping[str, Callable[[torch.device], Attention]]
"""By name, what loads a backend or raises NotAvailable."""


class QuickestAttention:
    """`PartialAttention` that times its backends when it first meets long rows of a kind, and keeps to the winner.

    Every backend passed a test against float32 before it is timed.
    """

    def __init__(self, first: Attention, rivals: Rivals) -> None:
        """Begin with `first`, which does everything."""
        self._first = first
        self._rivals = rivals
        self._winners: dict[tuple[torch.device, torch.dtype, int], Attention] = {}

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        """See `Attention`."""
        if bias is not None:
            return self._first(query, key, value, bias)
        return self._suiting(query, key, value)(query, key, value)

    def to_some(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """See `PartialAttention`."""
        return attend_to_some(self._suiting(query, key, value), query, key, value)

    def _suiting(self, query: Tensor, key: Tensor, value: Tensor) -> Attention:
        if key.shape[2] < _LONG:
            return self._first
        kind = query.device, query.dtype, query.shape[-1]
        if kind not in self._winners:
            self._winners[kind] = self._winner(query, key, value)
        return self._winners[kind]

    def _winner(self, query: Tensor, key: Tensor, value: Tensor) -> Attention:
        best, name, seconds = self._first, "sdpa", _seconds(self._first, query, key, value) / _MARGIN
        for rival, load in self._rivals.items():
            try:
                backend = load(query.device)
            except NotAvailable as error:
                _log.info("%s", error.message)
                continue
            taken = _seconds(backend, query, key, value)
            if taken < seconds:
                best, name, seconds = backend, rival, taken
        _log.info("Attention over %d tokens on %s is computed by %s.", key.shape[2], query.device, name)
        return best


def _seconds(backend: Attention, query: Tensor, key: Tensor, value: Tensor) -> float:
    """The best of some rounds, after one that may compile."""
    best = float("inf")
    for _ in range(1 + _ROUNDS):
        _wait(query.device)
        began = perf_counter()
        backend(query, key, value)
        _wait(query.device)
        best = min(best, perf_counter() - began)
    return best


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
