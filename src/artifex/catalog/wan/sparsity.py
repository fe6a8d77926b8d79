"""Sparse attention, in the steps that tolerate it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from torch import Tensor

from artifex.catalog.wan.density import DENSE_BLOCKS, dense_steps
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.transformer_block import Block
from artifex.engine.attention.sparse import SparseAttention
from artifex.engine.sampling.guidance import Expert, Velocity
from artifex.engine.sampling.schedule import flow_schedule
from artifex.recipe import Recipe


def sparsely(expert: Expert, network: WanTransformer, recipe: Recipe) -> Expert:
    """An expert whose self-attention has the density that its recipe says.

    Args:
        expert: calls `network` alone.
        network: its self-attention is replaced only during those calls.
        recipe: the clip's.
    """
    timesteps = flow_schedule(recipe.solver, recipe.steps, recipe.shift).timesteps[dense_steps(recipe) :].tolist()
    if not timesteps:
        return expert

    def thinned(velocity: Velocity) -> Velocity:
        def asked(latents: Tensor, at: Tensor) -> Tensor:
            if int(at.max()) > timesteps[0]:
                return velocity(latents, at)
            _, rows, columns = network.grid(latents)
            with _leaving_out(network, recipe.attention_density, (rows, columns)):
                return velocity(latents, at)

        return asked

    return replace(expert, conditional=thinned(expert.conditional), unconditional=thinned(expert.unconditional))


@contextmanager
def _leaving_out(network: WanTransformer, density: float, frame: tuple[int, int]) -> Iterator[None]:
    layers = [block.attn1 for block in network.blocks if isinstance(block, Block)][DENSE_BLOCKS:]
    dense = [layer.attention for layer in layers]
    for layer, attention in zip(layers, dense, strict=True):
        layer.attention = SparseAttention(attention, density, frame)
    try:
        yield
    finally:
        for layer, attention in zip(layers, dense, strict=True):
            layer.attention = attention
