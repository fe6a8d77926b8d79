"""Signals the high-noise expert's last pass, so that the low-noise expert can be loaded meanwhile; and stands in for an
expert in another process."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from artifex.catalog.execution import Expert as Name
from artifex.engine.sampling.guidance import Expert, Velocity
from artifex.engine.sampling.schedule import TRAIN_TIMESTEPS, flow_schedule
from artifex.errors import ExpertElsewhere
from artifex.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Last:
    """A wrapper for the last network call of an expert's last step."""

    around: Callable[[Velocity], Velocity]
    guided: bool
    """Whether that call is the unconditional one; without guidance it is the conditional one."""


def handing_over(recipe: Recipe, boundary: float, tell: Callable[[], None]) -> Last | None:
    """Calls ``tell`` before the high-noise expert's last pass; None where the recipe's schedule never uses it.

    The step cache always computes an expert's last step, see ``engine/sampling/step_cache.py``.
    """
    timesteps = flow_schedule(recipe.solver, recipe.steps, recipe.shift).timesteps.tolist()
    high = [timestep for timestep in timesteps if timestep >= boundary * TRAIN_TIMESTEPS]
    if not high:
        return None

    def telling(velocity: Velocity) -> Velocity:
        def ask(latents: Tensor, timesteps: Tensor) -> Tensor:
            if int(timesteps.max()) == high[-1]:
                tell()
            return velocity(latents, timesteps)

        return ask

    return Last(telling, guided=recipe.guidance[1] != 1.0 and len(high) <= recipe.guided_steps)


def elsewhere(name: Name, scale: float) -> Expert:
    """Stands in for an expert that is not loaded, for the same schedule; calling it raises ExpertElsewhere."""

    def velocity(_latents: Tensor, _timesteps: Tensor) -> Tensor:
        raise ExpertElsewhere(name)

    return Expert(velocity, velocity, scale)
