"""Attention by the quickest of several backends, found out on the rows it is for."""

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
from artifex.errors import NotAvailable

_log = logging.getLogger(__name__)

_LONG = 8192
"""Keys from which on it is worth finding out."""
_MARGIN = 1.05
"""So many times quicker than the first a rival has to be: what is nearly as quick need not differ in its last bits."""
_ROUNDS = 3

_Way = Callable[[Tensor, Tensor, Tensor], object]
"""What is timed."""


@dataclass(frozen=True, slots=True)
class Backend:
    """How to come by one way to attend."""

    load: Callable[[torch.device], Attention]
    """Tests it, the first time. Raises NotAvailable where it does not work."""
    package: str = ""
    """What has its kernels, as it is installed; empty for torch."""

    @property
    def version(self) -> str:
        """Of the package; empty where there is none."""
        try:
            return metadata.version(self.package) if self.package else ""
        except metadata.PackageNotFoundError:
            return ""


class Winners(Protocol):
    """Which backends were the quickest, as all processes of a machine remember it.

    Devices are named as torch names them; a case says what is computed, and with which versions.
    """

    def recall(self, device: str, case: str) -> str | None:
        """The backend that won; None where nobody found out."""
        ...

    def settle(self, device: str, case: str, winner: str, seconds: Mapping[str, float]) -> str:
        """Remember the winner of some backends, unless another process was first; the one of them that holds."""
        ...


class QuickestAttention:
    """`PartialAttention` that times its backends when it first meets long rows of a kind, and keeps to the winner.

    Attending to some of the keys is a race of its own, among those that tell their sums. Every backend passed a test
    against float32, with heads of 128, before it is timed.
    """

    def __init__(self, backends: Mapping[str, Backend], winners: Winners | None = None) -> None:
        """Choose among backends, of which the first does everything; without `winners` nothing outlasts the process."""
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
            except torch.OutOfMemoryError:
                if name == self._first:
                    raise
                _log.info("Attention %s takes more memory than there is.", name)

    def _case(self, kind: str) -> str:
        versions = {name: backend.version for name, backend in self._backends.items()}
        return ", ".join([kind, *(f"{name} {version}" for name, version in versions.items() if version)])


def _kind(key: Tensor) -> str:
    """What decides who is quicker; of the length, the power of two that it reaches."""
    dtype, reached = str(key.dtype).removeprefix("torch."), 1 << (key.shape[2].bit_length() - 1)
    return f"{dtype}, heads of {key.shape[-1]}, {reached} keys and more"


def _seconds(way: _Way, query: Tensor, key: Tensor, value: Tensor) -> float:
    """The best of some rounds, after one that may compile."""
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
