"""Guidance over two halves of a team: one asks the network with the wanted condition, the other with the unwanted."""

from torch import Tensor

from artifex.engine.parallel.links import Group, Links
from artifex.engine.sampling.guidance import Expert, guided_velocity


def working_together(links: Links, scale: float) -> Group | None:
    """Those that share the tokens of one pass at this scale of guidance; None where each has them all."""
    group = links.everyone if scale == 1.0 or links.half is None else links.half
    return group if group.size > 1 else None


def shared_guidance(expert: Expert, links: Links, latents: Tensor, timesteps: Tensor) -> Tensor:
    """`guided_velocity` of a team, the same everywhere; its networks know their group by `working_together`."""
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
