"""Checks that the weights of a folder are complete and match their indexes; reads headers only, no torch."""

from pathlib import Path

from artifex.engine.weights.safetensors_header import read_safetensors_header
from artifex.engine.weights.shards import INDEX, read_shards


def check_shards(folder: Path) -> None:
    """Check every safetensors file under ``folder`` against its header, and every index against its shards.

    Raises WeightsDamaged with the first thing wrong.
    """
    for path in sorted(folder.rglob("*.safetensors")):
        if path.is_file():
            read_safetensors_header(path)
    for index in sorted(folder.rglob(f"*{INDEX}")):
        read_shards(index)
