"""How much of its attention a clip computes whose recipe leaves out some. No torch.

The first steps lay out the whole clip, and the first block sees little but noise: both attend to everything, as in
Sparse VideoGen (arXiv:2502.01776) and Radial Attention (arXiv:2506.19852).
"""

from artifex.recipe import Recipe

DENSE_BLOCKS = 1
"""Of the network, from the first on."""
_DENSE_STEPS = 0.25


def dense_steps(recipe: Recipe) -> int:
    """How many steps leave out nothing, from the first on: at least one."""
    return recipe.steps if recipe.attention_density == 1 else max(1, round(_DENSE_STEPS * recipe.steps))


def computed_share(recipe: Recipe, blocks: int) -> float:
    """Share of the clip's self-attention that is computed, by a network of so many blocks."""
    thinned = (1 - dense_steps(recipe) / recipe.steps) * (blocks - DENSE_BLOCKS) / blocks
    return 1 - (1 - recipe.attention_density) * thinned
