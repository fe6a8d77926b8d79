"""Attention by the fastest of several backends, measured on the tensors it is called with."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from time import perf_counter
from typing import Protocol

import torch
from torch import Tensor

from artifex.engine.attention.contract import Attention, PartialAttention
from artifex.engine.attention.parts import attend_to_some
from artifex.engine.attention.self_test import failures
from artifex.errors import NotAvailable

_log = logging.getLogger(__name__)

_LONG = 8192
"""Number of keys from which it is worth timing backends."""
_MARGIN = 1.05
"""Factor by which a backend must beat the first one: a smaller gain is not worth different last bits."""
_ROUNDS = 3

_Way = Callable[[Tensor, Tensor, Tensor], object]
"""A call to time."""


@dataclass(frozen=True, slots=True)
class Backend:
    """How to load one backend."""

    load: Callable[[torch.device], Attention]
    """Loads the backend, and tests it the first time. Raises NotAvailable where it does not work."""
    package: str = ""
    """Distribution that provides its kernels; empty for torch."""

    @property
    def version(self) -> str:
        """Installed version of the package; empty if there is none."""
        try:
            return metadata.version(self.package) if self.package else ""
        except metadata.PackageNotFoundError:
            return ""


class Winners(Protocol):
    """Record of the fastest backends, shared by all processes of a machine.

    `device` is torch's name of it; `case` identifies the workload and the versions of the packages.
    """

    def recall(self, device: str, case: str) -> str | None:
        """The backend that won; None if the case has not been measured."""
        ...

    def settle(self, device: str, case: str, winner: str, seconds: Mapping[str, float]) -> str:
        """Record a winner, unless another process already recorded one of these backends; returns the one on record."""
        ...


class QuickestAttention:
    """`PartialAttention` that times its backends on the first long sequence of each kind, and then uses the winner.

    Attention to part of the keys is timed separately, among the first backend and those that are `PartialAttention`.
    Before it is timed, every backend has passed a test against float32, with heads of 128.
    """

    def __init__(self, backends: Mapping[str, Backend], winners: Winners | None = None) -> None:
        """Choose among backends, the first of which must take every input; `winners` keeps choices across processes."""
        self._backends = backends
        self._first = next(iter(backends))
        self._winners = winners
        self._chosen: dict[tuple[torch.device, str], Attention] = {}

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        """See `Attention`."""
        if bias is not None:
            return self._backends[self._first].load(query.device)(query, key, value, bias)
        return self._suiting(query, key, value)(query, key, value)

    def to_some(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """See `PartialAttention`."""
        return attend_to_some(self._suiting(query, key, value, in_parts=True), query, key, value)

    def _suiting(self, query: Tensor, key: Tensor, value: Tensor, *, in_parts: bool = False) -> Attention:
        if key.shape[2] < _LONG:
            return self._backends[self._first].load(query.device)
        kind = _kind(key) + (", in parts" if in_parts else "")
        if (query.device, kind) not in self._chosen:
            self._chosen[query.device, kind] = self._choice(kind, query, key, value, in_parts=in_parts)
        return self._chosen[query.device, kind]

    def _choice(self, kind: str, query: Tensor, key: Tensor, value: Tensor, *, in_parts: bool) -> Attention:
        device, case = query.device, self._case(kind)
        known = None if self._winners is None else self._winners.recall(str(device), case)
        if known is not None and known in self._backends and (backend := self._loaded(known, device)):
            return backend
        loaded = {name: backend for name in self._backends if (backend := self._loaded(name, device))}
        if in_parts:
            telling = {name: each for name, each in loaded.items() if isinstance(each, PartialAttention)}
            loaded = {self._first: loaded[self._first], **telling}
        if len(loaded) == 1:
            return loaded[self._first]
        ways = {name: partial(attend_to_some, each) if in_parts else each for name, each in loaded.items()}
        seconds = dict(self._timed(ways, query, key, value))
        winner = min(seconds, key=lambda name: seconds[name] * (1 if name == self._first else _MARGIN))
        if self._winners is not None:
            winner = self._winners.settle(str(device), case, winner, seconds)
        _log.info("Attention over %d tokens on %s is computed by %s.", key.shape[2], device, winner)
        return loaded[winner]

    def _loaded(self, name: str, device: torch.device) -> Attention | None:
        try:
            return self._backends[name].load(device)
        except NotAvailable as error:
            _log.info("%s", error.message)
            return None

    def _timed(
        self, ways: Mapping[str, _Way], query: Tensor, key: Tensor, value: Tensor
    ) -> Iterator[tuple[str, float]]:
        for name, way in ways.items():
            try:
                yield name, _seconds(way, query, key, value)
            except failures() as error:  # torch.OutOfMemoryError is a RuntimeError
                if name == self._first:
                    raise
                _log.info("Attention %s loses, for it fails on %d keys: %.200s", name, key.shape[2], error)

    def _case(self, kind: str) -> str:
        versions = {name: backend.version for name, backend in self._backends.items()}
        return ", ".join([kind, *(f"{name} {version}" for name, version in versions.items() if version)])


def _kind(key: Tensor) -> str:
    """What decides which backend is faster: dtype, head size, and number of keys rounded down to a power of two."""
    dtype, reached = str(key.dtype).removeprefix("torch."), 1 << (key.shape[2].bit_length() - 1)
    return f"{dtype}, heads of {key.shape[-1]}, {reached} keys and more"


def _seconds(way: _Way, query: Tensor, key: Tensor, value: Tensor) -> float:
    """Best time of several rounds, of which the first may include compilation."""
    best = float("inf")
    for _ in range(1 + _ROUNDS):
        _wait(query.device)
        began = perf_counter()
        way(query, key, value)
        _wait(query.device)
        best = min(best, perf_counter() - began)
    return best


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
