"""Weights in several safetensors files (shards) with an index."""

from pathlib import Path
from typing import cast

from artifex.engine.weights.header import read_header
from artifex.engine.weights.json_object import read_json_object
from artifex.engine.weights.stored import REMEDY, WeightFile
from artifex.errors import WeightsDamaged

INDEX = ".safetensors.index.json"
"""Suffix of an index's name."""


def read_weight_files(folder: Path, stem: str) -> tuple[WeightFile, ...]:
    """Headers of `stem.safetensors`, or of the shards that its index names.

    Raises:
        WeightsDamaged: there are none, one of them is damaged, or the index is wrong.
    """
    index = folder / f"{stem}{INDEX}"
    return read_shards(index) if index.exists() else (read_header(folder / f"{stem}.safetensors"),)


def read_shards(index: Path) -> tuple[WeightFile, ...]:
    """Headers of all shards, in order of name.

    Raises:
        WeightsDamaged: the index is invalid, a shard is missing or damaged, or a tensor is not where the index says.
    """
    where = _weight_map(index)
    files = [index.parent / name for name in sorted(set(where.values()))]
    there = {path for path in index.parent.iterdir() if path.is_file()}
    for file in files:
        if file not in there:  # asked of the name itself, the system refuses one that is too long
            raise WeightsDamaged(f"{file} is named by its index but missing; {REMEDY}")
    shards = tuple(read_header(file) for file in files)
    found = [(name, shard.path.name) for shard in shards for name in shard.tensors]
    wrong = next((name for name, file in found if where.get(name) != file), None) or next(
        iter(sorted(set(where) - {name for name, _ in found})), None
    )
    if wrong is not None:
        raise WeightsDamaged(f"Tensor {wrong} is not where {index} says; {REMEDY}")
    return shards


def _weight_map(index: Path) -> dict[str, str]:
    names: object = read_json_object(index).get("weight_map")
    if not isinstance(names, dict) or not all(
        isinstance(name, str) for name in cast("dict[str, object]", names).values()
    ):
        raise WeightsDamaged(f"{index} has no weight_map; {REMEDY}")
    if not names:
        raise WeightsDamaged(f"{index} names no tensors; {REMEDY}")
    return cast("dict[str, str]", names)
