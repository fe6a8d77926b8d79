"""What paper takes: next to nothing."""

from artifex.catalog.execution import Execution
from artifex.catalog.spec import ModelSpec
from artifex.catalog.work import Work
from artifex.recipe import Recipe


def count_work(spec: ModelSpec, recipe: Recipe, execution: Execution) -> Work:
    pixels = recipe.width * recipe.height * recipe.frame_count
    return Work(recipe.steps, 1e6, 1e6, 1e6, 1e6, 1, pixels, 3_000_000, 1_000_000, 0, 1_000_000)


def shares_passes(spec: ModelSpec) -> bool:
    """There is nothing that several GPUs could share."""
    return False


def block_count(spec: ModelSpec) -> int:
    return 7
