"""The networks asked about a clip: with its prompts over time, window by window where it is long."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import cast

from torch import Tensor

from artifex.catalog.wan.conditioning import Conditioning
from artifex.catalog.wan.handover import Last
from artifex.catalog.wan.prompt_shares import Shares
from artifex.catalog.wan.text import padded_states
from artifex.catalog.wan.timed_keys import timed_text
from artifex.catalog.wan.transformer import PreparedText, WanTransformer
from artifex.catalog.wan.windows import OVERVIEW, Window, squeezed, window_weights
from artifex.engine.sampling.blending import Part, blended, by_noise
from artifex.engine.sampling.guidance import Expert, Velocity


@dataclass(frozen=True, slots=True)
class Timing:
    """Where in a clip what is said, and what is seen at once."""

    windows: Sequence[Window]
    shares: Shares
    """Of all latent frames."""
    tokens: int
    """Of the transformer, to one latent frame."""


Around = Callable[[Velocity], Velocity]


def expert_for(
    transformer: WanTransformer,
    conditioning: Conditioning,
    scale: float,
    timing: Timing,
    last: Last | None = None,
    *,
    is_roomy: bool = False,
) -> Expert:
    """One transformer under a clip's prompts and under its unwanted one.

    Args:
        transformer: the network.
        conditioning: what the clip is conditioned on.
        scale: of guidance.
        timing: prompts over time and windows.
        last: put around what its last step asks last; None for nothing.
        is_roomy: whether there is room to keep what the passes of a guided step have in common.
    """

    def prepared(states: Tensor) -> PreparedText:
        return transformer.prepare_text(*padded_states(states), conditioning.picture)

    prompts = [prepared(states) for states in (conditioning.prompt, *conditioning.later_prompts)]
    negative = prepared(conditioning.negative)

    def wanted(window: Window) -> PreparedText:
        return prompts[0] if len(prompts) == 1 else timed_text(prompts, timing.shares[window], timing.tokens)

    return Expert(
        _over_the_clip(transformer, wanted, timing, last.around if last and not last.guided else _as_it_is),
        _over_the_clip(transformer, lambda _: negative, timing, last.around if last and last.guided else _as_it_is),
        scale,
        transformer.alike if is_roomy and len(timing.windows) == 1 else nullcontext,
    )


def _over_the_clip(
    transformer: WanTransformer, said: Callable[[Window], PreparedText], timing: Timing, last: Around
) -> Velocity:
    """All of the clip at once; or, where it is long, first so and then window by window."""
    *others, end = timing.windows
    whole = slice(0, end.stop)
    if not others:
        return last(_velocity(transformer, said(whole)))
    length = end.stop - end.start
    seen = [_velocity(transformer, said(window)) for window in timing.windows]
    velocities = [*seen[:-1], last(seen[-1])]
    weights = window_weights(length)
    parts = [Part(window, weights, each) for window, each in zip(timing.windows, velocities, strict=True)]
    overview = _velocity(transformer, said(whole), squeezed(end.stop, length))
    return by_noise(OVERVIEW, above=last(overview), below=blended(parts))


def _velocity(transformer: WanTransformer, text: PreparedText, times: tuple[float, ...] | None = None) -> Velocity:
    """``times``: positions of the latent frames, where they are not 0, 1, 2, ..."""

    def velocity(latents: Tensor, timesteps: Tensor) -> Tensor:
        rotary = None if times is None else transformer.rotary(latents, times)
        return cast(Tensor, transformer(latents, timesteps, text, rotary=rotary))

    return velocity


def _as_it_is(velocity: Velocity) -> Velocity:
    return velocity
