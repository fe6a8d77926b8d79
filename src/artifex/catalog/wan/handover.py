"""The moment at which the high-noise expert is asked for the last time, so that the other one can be on its way."""

from collections.abc import Callable

from torch import Tensor

from artifex.engine.sampling.guidance import Velocity
from artifex.engine.sampling.schedule import TRAIN_TIMESTEPS, flow_schedule
from artifex.recipe import Recipe


def last_high_timestep(recipe: Recipe, boundary: float) -> int | None:
    """The last timestep of the recipe's schedule that is the high-noise expert's; None where it has none."""
    timesteps = flow_schedule(recipe.solver, recipe.steps, recipe.shift).timesteps.tolist()
    return min((timestep for timestep in timesteps if timestep >= boundary * TRAIN_TIMESTEPS), default=None)


def handing_over(timestep: int | None, tell: Callable[[], None]) -> Callable[[Velocity], Velocity] | None:
    """What to put around the velocity that is asked last in a step: it tells before its pass at ``timestep``."""
    if timestep is None:
        return None

    def telling(velocity: Velocity) -> Velocity:
        def ask(latents: Tensor, timesteps: Tensor) -> Tensor:
            if int(timesteps.max()) == timestep:
                tell()
            return velocity(latents, timesteps)

        return ask

    return telling
