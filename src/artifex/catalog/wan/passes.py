"""A Wan model over several GPUs: the tasks of passes and decodes that a team receives, and how a process does them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from artifex.catalog.execution import Execution
from artifex.catalog.wan.components import Components
from artifex.catalog.wan.conditioning import Conditioning
from artifex.catalog.wan.decoding import ChunkTask, Strip
from artifex.engine.parallel.halves import shared_guidance, working_together
from artifex.engine.parallel.links import Links
from artifex.engine.parallel.messages import Work
from artifex.engine.sampling.guidance import Experts
from artifex.recipe import Recipe

BeginOn = Callable[[Execution, torch.device, int], Work]
"""(execution, device, rank) -> a follower's work: loads its networks as the execution says, on its own device."""


class Bindable(Protocol):
    """The part of a loaded model that a follower needs: its transformers and its decoder."""

    @property
    def components(self) -> Components:
        """Its networks."""
        ...

    def follow(self, execution: Execution) -> None:
        """See `VideoModel`."""
        ...

    @contextmanager
    def bound(self, conditioning: Conditioning, recipe: Recipe) -> Iterator[Experts]:
        """The transformers bound to a clip's conditions, with its LoRAs applied."""
        ...


@dataclass(frozen=True, slots=True)
class ClipTask:
    """The clip that the next passes are for; its tensors are on the CPU."""

    conditioning: Conditioning
    recipe: Recipe
    execution: Execution


class ClipOver:
    """The clip has no further pass."""


@dataclass(frozen=True, slots=True)
class PassTask:
    """One step's call of a network; the latents follow through the links."""

    high: bool
    guided: bool
    shape: tuple[int, ...]
    """Shape of the latents, which are float32."""
    timesteps: Tensor


class Follower:
    """Does the tasks of a process that is not the leader."""

    def __init__(self, model: Bindable) -> None:
        """Take a model whose transformers and decoder are loaded."""
        self._model = model
        self._strip = Strip(model.components.vae)
        self._clip = ExitStack()
        self._experts: Experts | None = None

    def __call__(self, task: object, links: Links) -> None:
        """See `messages.Work`."""
        match task:
            case ClipTask():
                self._begin(task, links)
            case PassTask():
                self._share(task, links)
            case ChunkTask():
                self._decode(task, links)
            case _:
                self._end()

    def _begin(self, task: ClipTask, links: Links) -> None:
        self._end()
        link(self._model.components, links)
        model = self._model
        device = model.components.device
        model.follow(_on(task.execution, device))
        conditioning = moved(task.conditioning, device)
        self._experts = self._clip.enter_context(model.bound(conditioning, task.recipe))

    def _share(self, task: PassTask, links: Links) -> None:
        assert self._experts is not None
        components = self._model.components
        latents = links.everyone.spread(torch.empty(task.shape, device=components.device))
        answer(self._experts, components, links, task, latents)

    def _decode(self, task: ChunkTask, links: Links) -> None:
        components = self._model.components
        if task.begins and components.residency is not None:
            components.residency.release()
        latent = links.everyone.spread(torch.empty(task.shape, device=components.device))
        self._strip.decode(task, links, latent)

    def _end(self) -> None:
        self._experts = None
        self._clip.close()
        self._strip = Strip(self._model.components.vae)  # frees what an abandoned clip left


def answer(experts: Experts, components: Components, links: Links, task: PassTask, latents: Tensor) -> Tensor:
    """Compute this process's share of a pass; returns the whole velocity."""
    expert = experts.high if task.high else experts.low
    network = components.high_noise if task.high else components.low_noise
    assert expert is not None
    assert network is not None
    if not task.guided:
        expert = replace(expert, scale=1.0)
    network.group = working_together(links, expert.scale)
    return shared_guidance(expert, links, latents, task.timesteps.to(latents.device))


def link(components: Components, links: Links) -> None:
    """Gather the transformers' blocks through these links, where they are sharded."""
    if components.residency is not None:
        components.residency.link(links)


def moved(conditioning: Conditioning, device: torch.device) -> Conditioning:
    """The same, with every tensor on a device."""

    def there(value: Any) -> Any:
        if isinstance(value, Tensor):
            return value.to(device)
        return [there(each) for each in value] if isinstance(value, list | tuple) else value

    changed = {
        each.name: there(getattr(conditioning, each.name)) for each in fields(conditioning) if each.name != "loras"
    }
    return replace(conditioning, **changed)


def _on(execution: Execution, device: torch.device) -> Execution:
    """The execution on one of its GPUs."""
    return replace(execution, device=str(device))


def begin_on(
    load: Callable[[Path, Execution, int], Bindable],
    folder: Path,
    execution: Execution,
    device: torch.device,
    rank: int,
) -> Work:
    """A `BeginOn`, once ``load`` and ``folder`` are bound."""
    return Follower(load(folder, _on(execution, device), rank))
