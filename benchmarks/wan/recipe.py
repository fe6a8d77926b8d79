"""What is asked of a model of random weights."""

from fractions import Fraction
from typing import Any

from artifex.recipe import ModelLock, Recipe

PROMPTS = (60, 120)
"""Tokens of the wanted and the unwanted prompt: of ordinary length. Random weights see no difference between words."""


def recipe_for(model: str, **given: Any) -> Recipe:
    """A clip from words, or whatever `given` says of a recipe's fields."""
    usual: dict[str, Any] = {
        "task": "t2v",
        "prompt": "word " * PROMPTS[0],
        "negative_prompt": "word " * PROMPTS[1],
        "frame_rate": Fraction(16),
        "solver": "unipc",
        "seed": 0,
    }
    return Recipe(model=ModelLock(model, ()), **usual | given)
