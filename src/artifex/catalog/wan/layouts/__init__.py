"""The layouts of a Wan model's files in a folder, and how its parts are found in each."""

from pathlib import Path

from artifex.catalog.wan.layouts import diffusers, loose
from artifex.catalog.wan.layouts.parts import Parts, missing

__all__ = ["Parts", "find_parts"]


def find_parts(folder: Path) -> Parts:
    """The parts that a folder holds; reads headers, but no weights, and needs no torch.

    Raises:
        WeightsDamaged: naming what is missing, damaged, duplicated, or not of the kind its place requires.
    """
    parts = diffusers.find_parts(folder) if diffusers.is_here(folder) else loose.find_parts(folder)
    if parts.clip is None and parts.low_noise.sees_pictures:
        raise missing("CLIP picture encoder", folder)
    return parts
