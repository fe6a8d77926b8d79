"""The processes of a Wan model on several GPUs, led by the process that makes the clip."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor

from artifex.catalog.contract import Hooks
from artifex.catalog.execution import Execution
from artifex.catalog.wan.components import Components
from artifex.catalog.wan.conditioning import Conditioning
from artifex.catalog.wan.decoding import decode_together
from artifex.catalog.wan.passes import BeginOn, ClipOver, ClipTask, PassTask, answer, link, moved
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.parallel.links import Links
from artifex.engine.parallel.team import Team
from artifex.engine.sampling.guidance import Expert, Experts, Velocity
from artifex.recipe import Recipe

Told = TypeVar("Told")


class Crew:
    """The team of one loaded model, led from here; the next clip restarts a broken one."""

    def __init__(self, execution: Execution, begin: BeginOn) -> None:
        """Start the followers, which load their networks while this process loads its own.

        Args:
            execution: names the devices of all.
            begin: what each follower does first; must be picklable.
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
        """`experts` computed by all GPUs, for the same sampling loop.

        Raises what a follower raised, or TeamBroken, on entry and at every network call.
        """
        team = self._living()
        links = team.join()
        with team.together():
            team.tell(ClipTask(moved(conditioning, torch.device("cpu")), recipe, _plain(components.execution)))
            link(components, links)
        try:
            whole = {each.name: getattr(experts, each.name) for each in fields(experts)}
            yield _SharedExperts(**whole, ask_all=_asking_all(team, links, components, experts))
        finally:
            team.tell(ClipOver())

    def decode(self, vae: WanVAE, latents: Tensor, *, by_frame: bool) -> Iterator[Tensor]:
        """See `decode_together`."""
        return decode_together(self._living(), vae, latents, by_frame=by_frame)

    def watching(self, hooks: Hooks) -> Hooks:
        """The hooks, but raising instead of being called once the team broke: its results cannot be trusted."""
        return replace(hooks, on_step=self._checked(hooks.on_step), on_checkpoint=self._checked(hooks.on_checkpoint))

    def close(self) -> None:
        """End the followers."""
        self._team.close()

    def _living(self) -> Team:
        if self._team.ended:
            self._team.close()  # its remains must be gone before the next one starts
            self._team = self._start()
        return self._team

    def _start(self) -> Team:
        return Team([torch.device(name) for name in self._execution.devices], self._begin)

    def _checked(self, hook: Callable[[Told], None]) -> Callable[[Told], None]:
        def checked(told: Told) -> None:
            self._team.check()
            hook(told)

        return checked


@dataclass(frozen=True, slots=True)
class _SharedExperts(Experts):
    """Experts that a whole team computes, including guidance."""

    ask_all: Callable[[bool, bool], Velocity] = field(kw_only=True)
    """(high-noise expert, with guidance) -> velocity."""

    def asked(self, index: int, timestep: int) -> Expert:
        """See `Experts`; the team has applied guidance, so the scale is 1."""
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
                return answer(experts, components, links, task, shown)

        return velocity

    return ask


def _plain(execution: Execution) -> Execution:
    """Without the further fields of a plan."""
    return Execution(**execution.choices)
