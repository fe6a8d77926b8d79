"""One pass of A14B on one GPU and shared by all GPUs: by swapping heads, by a ring, and with sharded weights.

Also one guided step. On equal random weights, in bf16.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import Any, Literal

import torch
from benchmarks.wan.passes import PASSES, TEXT_TOKENS, PassCase, network
from torch import Tensor

from artifex.catalog.wan.shapes import SHAPES
from artifex.catalog.wan.transformer import TransformerConfig
from artifex.engine.parallel.halves import shared_guidance, working_together
from artifex.engine.parallel.links import Group, Links
from artifex.engine.parallel.team import Team
from artifex.engine.parallel.token_share import TokenShare
from artifex.engine.sampling.guidance import Expert

SIZES = ("a14b 480p81", "a14b 720p81")

Way = Literal["pass", "ring", "weights", "step", "exchanges"]
"""In order: a pass whose tokens all share; the same with a ring of all; a whole pass of each process, with sharded
weights; a guided step, whose two passes are computed by halves; all exchanges of a shared pass without computation."""


@dataclass(frozen=True)
class Ask:
    """A task for every process."""

    way: Way
    case: PassCase


class Network:
    """What each process has: the transformer, and random inputs."""

    def __init__(self, config: TransformerConfig, shares: int, device: torch.device, rank: int) -> None:
        """With whole weights, or with one of `shares` shares of them."""
        self.device, self.config = device, config
        self.transformer, self._residency = network(config, device, "none", rank, gpus=shares, sharded=shares > 1)
        self._chance = torch.Generator(device).manual_seed(0)
        self._text = self.transformer.prepare_text(self._random(1, TEXT_TOKENS, config.text_dim))

    def __call__(self, ask: Ask, links: Links) -> None:
        """Perform a follower's task."""
        self.ask(ask, links)
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def ask(self, ask: Ask, links: Links) -> Tensor:
        self._residency.link(links)
        together = working_together(links, 3.0 if ask.way == "step" else 1.0)
        self.transformer.group = None if ask.way == "weights" else together
        if ask.way == "exchanges":
            return self._exchanges(ask.case, links.everyone)
        # A single head cannot be swapped: whatever the number of GPUs, all of them form a ring.
        self.transformer.config = replace(self.config, num_attention_heads=1) if ask.way == "ring" else self.config
        latents, timesteps = self._latents(ask.case), torch.tensor([500.0], device=self.device)
        scale = 3.0 if ask.way == "step" else 1.0
        return shared_guidance(Expert(self._velocity, self._velocity, scale), links, latents, timesteps)

    def alone(self, case: PassCase) -> Tensor:
        self.transformer.group = None
        return self._velocity(self._latents(case), torch.tensor([500.0], device=self.device))

    def _velocity(self, latents: Tensor, timesteps: Tensor) -> Tensor:
        return self.transformer(latents, timesteps, self._text)

    def _latents(self, case: PassCase) -> Tensor:
        """Latents that are the same for every way and process."""
        self._chance.manual_seed(0)
        return self._random(1, self.config.in_channels, case.frames, case.height, case.width).float()

    def _exchanges(self, case: PassCase, group: Group) -> Tensor:
        heads, size = self.config.num_attention_heads, self.config.attention_head_dim
        share = TokenShare.of(group, case.frames * (case.height // 2) * (case.width // 2), heads)
        own = share.lengths[group.place]
        query, key, value = (self._random(1, own, heads, size) for _ in range(3))
        for _ in range(self.config.num_layers):
            query = share.attend(_Nothing(), query, key, value)
        return query

    def _random(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self._chance, device=self.device).to(torch.bfloat16)


class Scaling:
    """The processes of all devices, which build their networks once."""

    def __init__(self, config: TransformerConfig, devices: Sequence[torch.device], *, sharded: bool) -> None:
        self._gpus = len(devices)
        begin = partial(Network, config, self._gpus if sharded else 1)
        self._team = Team(devices, begin)
        self._network = begin(devices[0], 0)
        self._kept = torch.cuda.memory_allocated(devices[0])

    def measure(self, case: PassCase, rounds: int) -> dict[str, Any]:
        """Median seconds, speed-up over one device, and relative difference between results."""
        one = self._one(case, rounds)
        step, exchanges = (self._seconds(way, case, rounds) for way in ("step", "exchanges"))
        measured = self._passes("pass", case, rounds, one)
        return {
            **measured,
            # On one GPU, a guided step is two passes, one after the other.
            "step": {"seconds": round(step, 4), "times_one": round(2 * one / step, 3)},
            "exchanges": {
                "seconds": round(exchanges, 4),
                "share_of_pass": round(exchanges / measured["pass"]["seconds"], 3),
            },
        }

    def measure_ring(self, case: PassCase, rounds: int) -> dict[str, Any]:
        """Like `measure`, for passes with a ring only."""
        return self._passes("ring", case, rounds, self._one(case, rounds))

    def measure_shares(self, case: PassCase, rounds: int) -> dict[str, Any]:
        """Median seconds, bytes kept on one GPU, and whether results equal those with whole weights."""
        device = self._network.device
        whole = Network(self._network.config, 1, device, 0).alone(case)
        equal = torch.equal(self._together("weights", case), whole)
        seconds = self._seconds("pass", case, rounds)
        return {"gpus": self._gpus, "kept": self._kept, "equal": equal, "pass": {"seconds": round(seconds, 4)}}

    def _passes(self, way: Way, case: PassCase, rounds: int, one: float) -> dict[str, Any]:
        alone, shared = self._network.alone(case).float(), self._together(way, case).float()
        everybody = self._seconds(way, case, rounds)
        return {
            "gpus": self._gpus,
            "tokens": case.frames * (case.height // 2) * (case.width // 2),
            "apart": float((shared - alone).norm() / alone.norm()),
            "one": {"seconds": round(one, 4)},
            "pass": {"seconds": round(everybody, 4), "times_one": round(one / everybody, 3)},
        }

    def _one(self, case: PassCase, rounds: int) -> float:
        return _timed(partial(self._network.alone, case), self._network.device, rounds)

    def _seconds(self, way: Way, case: PassCase, rounds: int) -> float:
        self._team.join()
        return _timed(partial(self._together, way, case), self._network.device, rounds)

    def _together(self, way: Way, case: PassCase) -> Tensor:
        links = self._team.join()
        with self._team.together():
            self._team.tell(Ask(way, case))
            return self._network.ask(Ask(way, case), links)

    def close(self) -> None:
        """End the processes, and free this one's network."""
        self._team.close()
        del self._network


WAYS = {"": Scaling.measure, ", ring": Scaling.measure_ring, ", sharded": Scaling.measure_shares}


def cases(rounds: int) -> dict[str, Callable[[], dict[str, Any]]]:
    """Cases by name; processes are started when first needed, of one kind (sharded or not) at a time."""
    made: dict[bool, Scaling] = {}

    def run(name: str, suffix: str) -> dict[str, Any]:
        if torch.cuda.device_count() < 2:
            return {"skipped": "there is one GPU only"}
        sharded = suffix == ", sharded"
        if sharded not in made:
            _close(made)
            devices = [torch.device("cuda", index) for index in range(torch.cuda.device_count())]
            made[sharded] = Scaling(SHAPES[PASSES[name].model].transformer, devices, sharded=sharded)
        result = WAYS[suffix](made[sharded], PASSES[name], rounds)
        if sharded and name == SIZES[-1]:
            _close(made)
        return result

    return {f"scaling {name}{suffix}": partial(run, name, suffix) for suffix in WAYS for name in SIZES}


def _close(made: dict[bool, Scaling]) -> None:
    while made:
        made.popitem()[1].close()


def judge(result: dict[str, Any]) -> list[str]:
    """The bars: at two GPUs, and at eight."""
    bar = {2: 1.85, 8: 6.5}.get(result.get("gpus", 0))
    if bar is None:
        return []
    value = result["pass"]["times_one"]
    return [f"{result['gpus']} GPUs {value} times one (at least {bar}): {'met' if value >= bar else 'MISSED'}"]


class _Nothing:
    """A `PartialAttention` that takes no time."""

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        return value

    def to_some(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        return query, query[..., 0].float()


def _timed(way: Callable[[], object], device: torch.device, rounds: int) -> float:
    """Median seconds of this process, from idle device to idle device, after one run that is not counted."""
    seconds: list[float] = []
    for _ in range(rounds + 1):
        _settle(device)
        began = time.perf_counter()
        way()
        _settle(device)
        seconds.append(time.perf_counter() - began)
    return median(seconds[1:])


def _settle(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
