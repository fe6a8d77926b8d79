"""Guidance over two halves of a team: one computes the conditional velocity, the other the unconditional one."""

from torch import Tensor

from artifex.engine.parallel.links import Group, Links
from artifex.engine.sampling.guidance import Expert, guided_velocity


def working_together(links: Links, scale: float) -> Group | None:
    """The processes that share the tokens of one pass at this guidance scale; None where each has all tokens."""
    group = links.everyone if scale == 1.0 or links.half is None else links.half
    return group if group.size > 1 else None


def shared_guidance(expert: Expert, links: Links, latents: Tensor, timesteps: Tensor) -> Tensor:
    """`guided_velocity` of a team, equal in all processes; networks must use the group from `working_together`."""
    if expert.scale == 1.0 or links.half is None:
        return guided_velocity(expert, latents, timesteps)
    asked = expert.conditional if links.in_first_half else expert.unconditional
    own = asked(latents, timesteps).contiguous()
    everyone = links.everyone
    leaders = (0, everyone.size // 2)
    conditional, unconditional = (
        everyone.spread(own if everyone.place == leader else own.clone(), leader) for leader in leaders
    )
    return unconditional + expert.scale * (conditional - unconditional)
