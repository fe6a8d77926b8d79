"""Binds the networks to a clip: its prompts over time and, where it is long, its windows."""

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
    """When each prompt counts in a clip, and which windows are seen at once."""

    windows: Sequence[Window]
    shares: Shares
    """Shares of the prompts in all latent frames."""
    tokens: int
    """Transformer tokens per latent frame."""


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
    """One transformer bound to a clip's prompts and to its negative prompt.

    Args:
        transformer: the network.
        conditioning: what the clip is conditioned on.
        scale: guidance scale.
        timing: prompts over time and windows.
        last: wraps the last network call of its last step; None for nothing.
        is_roomy: whether there is memory to keep what the two passes of a guided step have in common.
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
    """The whole clip at once; for a long one, only while noise is high, and then window by window."""
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
