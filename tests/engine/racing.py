"""Backends that race, and a process that has them race: what of this file is run as a program."""

import sys
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from artifex.engine.attention import Attention, pick_attention
from artifex.engine.attention.quickest import Backend, QuickestAttention, Winners
from artifex.engine.attention.sdpa import sdpa_to_some
from artifex.errors import NotAvailable
from artifex.jobs.winners import KeptWinners

SHORT, LONG = 64, 8192


class Repeating:
    """Attends so many times over, and counts how often it is asked."""

    def __init__(self, times: int) -> None:
        self.times, self.asked = times, 0

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        self.asked += 1
        for _ in range(self.times - 1):
            pick_attention("sdpa")(query, key, value, bias)
        return pick_attention("sdpa")(query, key, value, bias)


class Failing(Repeating):
    """Is quick, and then fails."""

    def __init__(self, error: Exception) -> None:
        super().__init__(1)
        self.error = error

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        super().__call__(query, key, value, bias)
        raise self.error


class Summing(Repeating):
    """Can also attend to some, which takes so many times longer."""

    def __init__(self, times: int, to_some_times: int) -> None:
        super().__init__(times)
        self.to_some_times, self.asked_for_some = to_some_times, 0

    def to_some(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        self.asked_for_some += 1
        for _ in range(self.to_some_times - 1):
            sdpa_to_some(query, key, value)
        return sdpa_to_some(query, key, value)


def missing(_device: torch.device) -> Attention:
    raise NotAvailable("It is not here.")


def race(runners: Mapping[str, Attention | None], winners: Winners | None = None) -> QuickestAttention:
    """Among backends, of which None is one that is not here."""

    def backend(runner: Attention | None) -> Backend:
        return Backend(missing) if runner is None else Backend(lambda _: runner)

    return QuickestAttention({name: backend(runner) for name, runner in runners.items()}, winners)


def attend(attention: Attention, keys: int = LONG, size: int = 8) -> None:
    """To so many keys, of noise."""
    attention(*noise(keys, size))


def noise(keys: int = LONG, size: int = 8) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values."""
    key, value = torch.randn(2, 1, 1, keys, size)
    return torch.randn(1, 1, SHORT, size), key, value


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


class Waiting(KeptWinners):
    """Says when nothing is known, and goes on when it is told to."""

    def recall(self, device: str, case: str) -> str | None:
        known = super().recall(device, case)
        if known is None:
            say("racing")
            sys.stdin.readline()
        return known


def main(path: str, quick: str, slow: str) -> None:
    """Says which of two backends attends."""
    runners = {"a": Repeating(1), "b": Repeating(1)}
    runners[slow].times, runners[quick].times = 20, 1
    attention = race(runners, Waiting(Path(path)))
    attend(attention)
    for runner in runners.values():
        runner.asked = 0
    attend(attention)
    say(" ".join(name for name, runner in runners.items() if runner.asked))


if __name__ == "__main__":
    main(*sys.argv[1:])
