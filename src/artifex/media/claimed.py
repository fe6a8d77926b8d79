"""The recipe a video from outside carries: a stranger's word, taken where every field of it is one, or not at all."""

from collections.abc import Mapping
from typing import Any

from artifex.errors import BadRecipe
from artifex.media.recipe_tag import recipe_text
from artifex.recipe import Recipe, parse_recipe, parse_recipe_data

MOST_BYTES = 2**18
"""Of the canonical form: the longest prompts that are taken, several times over."""


def claimed_recipe(tags: Mapping[str, str]) -> dict[str, Any] | None:
    """Out of a container's metadata; None for a tag that is none, or anything is wrong with."""
    try:
        text = recipe_text(tags)
        return None if text is None else _data(parse_recipe(text))
    except (BadRecipe, UnicodeError):
        return None


def read_claimed(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a sandbox answered, checked once more. Raises ValueError."""
    try:
        found = _data(parse_recipe_data(data))
    except BadRecipe as error:
        raise ValueError("not a recipe") from error
    if found is None:
        raise ValueError("a recipe that is too long")
    return found


def _data(recipe: Recipe) -> dict[str, Any] | None:
    """Raises UnicodeError for half a character, which databases refuse."""
    return recipe.to_data() if len(recipe.canonical().encode()) <= MOST_BYTES else None
