"""The recipe that an untrusted video carries: taken only if every field of it is valid."""

from collections.abc import Mapping
from typing import Any

from artifex.errors import BadRecipe
from artifex.media.recipe_tag import recipe_text
from artifex.recipe import Recipe, parse_recipe, parse_recipe_data

MOST_BYTES = 2**18
"""Of the canonical form: several times what the longest allowed prompts need."""


def claimed_recipe(tags: Mapping[str, str]) -> dict[str, Any] | None:
    """The recipe in a container's metadata; None where there is none, or anything in it is wrong."""
    try:
        text = recipe_text(tags)
        return None if text is None else _data(parse_recipe(text))
    except (BadRecipe, UnicodeError):
        return None


def read_claimed(data: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe in a sandbox's answer, checked again. Raises ValueError."""
    try:
        found = _data(parse_recipe_data(data))
    except BadRecipe as error:
        raise ValueError("not a recipe") from error
    if found is None:
        raise ValueError("a recipe that is too long")
    return found


def _data(recipe: Recipe) -> dict[str, Any] | None:
    """None for a recipe that is too long. Raises UnicodeError for a lone surrogate, which databases refuse."""
    return recipe.to_data() if len(recipe.canonical().encode()) <= MOST_BYTES else None
