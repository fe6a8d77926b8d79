"""How much attention a clip with sparse attention computes. No torch.

The first steps lay out the whole clip, and the first block sees little but noise: both use full attention, as in
Sparse VideoGen (arXiv:2502.01776) and Radial Attention (arXiv:2506.19852).
"""

from artifex.recipe import Recipe

DENSE_BLOCKS = 1
"""First blocks of the network that use full attention."""
_DENSE_STEPS = 0.25


def dense_steps(recipe: Recipe) -> int:
    """Number of first steps with full attention: at least one."""
    return recipe.steps if recipe.attention_density == 1 else max(1, round(_DENSE_STEPS * recipe.steps))


def computed_share(recipe: Recipe, blocks: int) -> float:
    """Share of the clip's self-attention that is computed, by a network of ``blocks`` blocks."""
    thinned = (1 - dense_steps(recipe) / recipe.steps) * (blocks - DENSE_BLOCKS) / blocks
    return 1 - (1 - recipe.attention_density) * thinned
