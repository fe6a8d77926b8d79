"""The ways in which a Wan model's files can lie in a folder, and what is found in each."""

from pathlib import Path

from artifex.catalog.wan.layouts import diffusers, loose
from artifex.catalog.wan.layouts.parts import Parts

__all__ = ["Parts", "find_parts"]


def find_parts(folder: Path) -> Parts:
    """What a folder holds: headers are read, no weights and without torch.

    Raises:
        WeightsDamaged: naming what is missing, damaged, there twice, or of another kind than its place says.
    """
    return diffusers.find_parts(folder) if diffusers.is_here(folder) else loose.find_parts(folder)
