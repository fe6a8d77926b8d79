"""The moment at which the high-noise expert is asked for the last time, so that the other one can be on its way."""

from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from artifex.engine.sampling.guidance import Expert, Velocity
from artifex.engine.sampling.schedule import TRAIN_TIMESTEPS, flow_schedule
from artifex.recipe import Recipe


def last_high_timestep(recipe: Recipe, boundary: float) -> int | None:
    """The last timestep of the recipe's schedule that is the high-noise expert's; None where it has none."""
    timesteps = flow_schedule(recipe.solver, recipe.steps, recipe.shift).timesteps.tolist()
    return min((timestep for timestep in timesteps if timestep >= boundary * TRAIN_TIMESTEPS), default=None)


def handing_over(expert: Expert, timestep: int | None, tell: Callable[[], None]) -> Expert:
    """The expert, telling before its last pass at ``timestep``: the unconditional one where there is guidance."""
    if timestep is None:
        return expert

    def telling(velocity: Velocity) -> Velocity:
        def ask(latents: Tensor, timesteps: Tensor) -> Tensor:
            if int(timesteps.max()) == timestep:
                tell()
            return velocity(latents, timesteps)

        return ask

    if expert.scale == 1.0:
        return replace(expert, conditional=telling(expert.conditional))
    return replace(expert, unconditional=telling(expert.unconditional))
