"""The moment at which the high-noise expert is asked for the last time, so that the other one can be on its way; and
the one that is in another process."""

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
    """What is done to the velocity that an expert's last step asks last."""

    around: Callable[[Velocity], Velocity]
    guided: bool
    """Whether that is the unwanted condition's; otherwise the step asks the wanted one alone."""


def handing_over(recipe: Recipe, boundary: float, tell: Callable[[], None]) -> Last | None:
    """Tell before the high-noise expert's last pass; None where the recipe's schedule never asks it.

    Its last step is always computed, see ``engine/sampling/step_cache.py``.
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
    """Stands for an expert that was not loaded: the schedule is the same, and asking it raises ExpertElsewhere."""

    def velocity(_latents: Tensor, _timesteps: Tensor) -> Tensor:
        raise ExpertElsewhere(name)

    return Expert(velocity, velocity, scale)
