"""A Wan model over several GPUs: what each process of a team does of passes and decodes, and the one that leads."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor

from artifex.catalog.contract import Hooks
from artifex.catalog.execution import Execution
from artifex.catalog.wan.components import Components
from artifex.catalog.wan.conditioning import Conditioning
from artifex.catalog.wan.decoding import ChunkTask, Strip, decode_together
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.parallel.halves import shared_guidance, working_together
from artifex.engine.parallel.links import Links
from artifex.engine.parallel.messages import Work
from artifex.engine.parallel.team import Team
from artifex.engine.sampling.guidance import Expert, Experts, Velocity
from artifex.recipe import Recipe

Told = TypeVar("Told")
BeginOn = Callable[[Execution, torch.device, int], Work]
"""What a follower does first: it loads its networks as an execution says, on its own device, with its rank."""


class Bindable(Protocol):
    """A loaded model, as far as its transformers and its decoder are concerned."""

    @property
    def components(self) -> Components:
        """Its networks."""
        ...

    def follow(self, execution: Execution) -> None:
        """See `VideoModel`."""
        ...

    @contextmanager
    def bound(self, conditioning: Conditioning, recipe: Recipe) -> Iterator[Experts]:
        """The transformers with a clip's conditions and LoRAs."""
        ...


@dataclass(frozen=True, slots=True)
class ClipTask:
    """The clip that the next passes are for; its tensors lie on the processor."""

    conditioning: Conditioning
    recipe: Recipe
    execution: Execution


class ClipOver:
    """No further pass of the clip."""


@dataclass(frozen=True, slots=True)
class PassTask:
    """One step's question to a network; the latents follow through the links."""

    high: bool
    guided: bool
    shape: tuple[int, ...]
    """Of the latents, which are float32."""
    timesteps: Tensor


class Follower:
    """What a process that does not lead does with its tasks."""

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
        _link(self._model.components, links)
        model = self._model
        device = model.components.device
        model.follow(_on(task.execution, device))
        conditioning = moved(task.conditioning, device)
        self._experts = self._clip.enter_context(model.bound(conditioning, task.recipe))

    def _share(self, task: PassTask, links: Links) -> None:
        assert self._experts is not None
        components = self._model.components
        latents = links.everyone.spread(torch.empty(task.shape, device=components.device))
        _answer(self._experts, components, links, task, latents)

    def _decode(self, task: ChunkTask, links: Links) -> None:
        components = self._model.components
        if task.begins and components.residency is not None:
            components.residency.release()
        latent = links.everyone.spread(torch.empty(task.shape, device=components.device))
        self._strip.decode(task, links, latent)

    def _end(self) -> None:
        self._experts = None
        self._clip.close()


class Crew:
    """The team of one loaded model, led from here; one that broke is started anew by the next clip."""

    def __init__(self, execution: Execution, begin: BeginOn) -> None:
        """Start the followers, which load while this process does.

        Args:
            execution: with the devices of all.
            begin: has to be something that can be pickled.
        """
        self._execution = _plain(execution)
        self._begin = partial(begin, replace(self._execution, text_encoder="released"))
        self._team = self._start()

    @property
    def processes(self) -> list[int]:
        """Ids of the followers' processes."""
        return self._team.processes

    @contextmanager
    def clip(
        self, experts: Experts, components: Components, conditioning: Conditioning, recipe: Recipe
    ) -> Iterator[Experts]:
        """Networks that a sampling loop asks as it would ask `experts`, and that all GPUs answer.

        Raises what a follower raised, or TeamBroken, now and when they are asked.
        """
        team = self._living()
        links = team.join()
        with team.together():
            team.tell(ClipTask(moved(conditioning, torch.device("cpu")), recipe, _plain(components.execution)))
            _link(components, links)
        try:
            whole = {each.name: getattr(experts, each.name) for each in fields(experts)}
            yield _SharedExperts(**whole, ask_all=_asking_all(team, links, components, experts))
        finally:
            team.tell(ClipOver())

    def decode(self, vae: WanVAE, latents: Tensor, *, by_frame: bool) -> Iterator[Tensor]:
        """See `decode_together`."""
        return decode_together(self._living(), vae, latents, by_frame=by_frame)

    def watching(self, hooks: Hooks) -> Hooks:
        """Hooks that are told nothing of a team that broke: what is computed since then is not to be believed."""
        return replace(hooks, on_step=self._checked(hooks.on_step), on_checkpoint=self._checked(hooks.on_checkpoint))

    def close(self) -> None:
        """End the followers."""
        self._team.close()

    def _living(self) -> Team:
        if self._team.ended:
            self._team.close()  # whatever is left of it must not outlast the start of the next
            self._team = self._start()
        return self._team

    def _start(self) -> Team:
        return Team([torch.device(name) for name in self._execution.devices], self._begin)

    def _checked(self, hook: Callable[[Told], None]) -> Callable[[Told], None]:
        def checked(told: Told) -> None:
            self._team.check()
            hook(told)

        return checked


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


@dataclass(frozen=True, slots=True)
class _SharedExperts(Experts):
    """Networks that a whole team answers for. Guidance is applied behind the question."""

    ask_all: Callable[[bool, bool], Velocity] = field(kw_only=True)
    """By whether the high-noise expert is asked, and whether with guidance."""

    def asked(self, index: int, timestep: int) -> Expert:
        """See `Experts`: to who asks, there is no guidance."""
        velocity = self.ask_all(self.is_high(timestep), self.is_guided(index))
        return Expert(velocity, velocity, scale=1.0)


def _asking_all(team: Team, links: Links, components: Components, experts: Experts) -> Callable[[bool, bool], Velocity]:
    def ask(high: bool, guided: bool) -> Velocity:
        def velocity(latents: Tensor, timesteps: Tensor) -> Tensor:
            task = PassTask(high, guided, tuple(latents.shape), timesteps.cpu())
            with team.together():
                team.check()
                team.tell(task)
                shown = links.everyone.spread(latents.float().contiguous())
                return _answer(experts, components, links, task, shown)

        return velocity

    return ask


def _answer(experts: Experts, components: Components, links: Links, task: PassTask, latents: Tensor) -> Tensor:
    """This process's share of a question, and then the whole answer."""
    expert = experts.high if task.high else experts.low
    network = components.high_noise if task.high else components.low_noise
    assert expert is not None
    assert network is not None
    if not task.guided:
        expert = replace(expert, scale=1.0)
    network.group = working_together(links, expert.scale)
    return shared_guidance(expert, links, latents, task.timesteps.to(latents.device))


def _link(components: Components, links: Links) -> None:
    if components.residency is not None:
        components.residency.link(links)


def _plain(execution: Execution) -> Execution:
    """Without what a plan has besides."""
    return Execution(**{each.name: getattr(execution, each.name) for each in fields(Execution)})


def _on(execution: Execution, device: torch.device) -> Execution:
    """For one of its GPUs."""
    return replace(execution, device=str(device))


def begin_on(
    load: Callable[[Path, Execution, int], Bindable],
    folder: Path,
    execution: Execution,
    device: torch.device,
    rank: int,
) -> Work:
    """A `BeginOn` of a model's folder, once the first two are bound."""
    return Follower(load(folder, _on(execution, device), rank))
