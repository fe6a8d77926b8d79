"""Recipes for models with random weights."""

from fractions import Fraction
from typing import Any

from artifex.recipe import ModelLock, Recipe

PROMPTS = (60, 120)
"""Words of the prompt and of the negative prompt: ordinary lengths. What they say does not matter to random weights."""


def recipe_for(model: str, **given: Any) -> Recipe:
    """A recipe for text to video, with `given` fields replaced."""
    usual: dict[str, Any] = {
        "task": "t2v",
        "prompt": "word " * PROMPTS[0],
        "negative_prompt": "word " * PROMPTS[1],
        "frame_rate": Fraction(16),
        "solver": "unipc",
        "seed": 0,
    }
    return Recipe(model=ModelLock(model, ()), **usual | given)
