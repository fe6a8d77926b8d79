"""The state of an unfinished clip as safetensors bytes, with the recipe's hash and a checksum in the metadata."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors
from torch import Tensor

from artifex.errors import CheckpointDamaged

_FORMAT = "artifex-checkpoint-1"
_LATENTS, _SOLVER, _CARRIED, _CACHE = "latents", "solver.", "carried.", "cache."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything needed to resume sampling with the same result."""

    segment: int
    """Segments finished before this one."""
    step: int
    """Steps done in this segment."""
    latents: Tensor
    solver: Mapping[str, Tensor]
    """`Solver.state()`; empty after the last step."""
    carried: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])
    """Tensors that earlier segments pass on to later ones."""
    cache: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])
    """`StepCache.state()`; empty where every step is computed, after the last step, and in older checkpoints."""


def dump(checkpoint: Checkpoint, recipe_hash: str) -> bytes:
    """Serialise; only the recipe with this `recipe_hash` can resume from it."""
    tensors = {_LATENTS: checkpoint.latents}
    tensors |= {_SOLVER + name: tensor for name, tensor in checkpoint.solver.items()}
    tensors |= {_CARRIED + name: tensor for name, tensor in checkpoint.carried.items()}
    tensors |= {_CACHE + name: tensor for name, tensor in checkpoint.cache.items()}
    # Copied: safetensors refuses tensors that share memory, and a solver's state may include the latents themselves.
    tensors = {
        name: tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
        for name, tensor in tensors.items()
    }
    metadata = {
        "format": _FORMAT,
        "recipe": recipe_hash,
        "segment": str(checkpoint.segment),
        "step": str(checkpoint.step),
    }
    return save_safetensors(tensors, {**metadata, "sha256": _digest(tensors, metadata)})


def load(data: bytes, recipe_hash: str) -> Checkpoint:
    """Read what `dump` wrote; tensors are on the CPU.

    Raises:
        CheckpointDamaged: the bytes are not what was written, or belong to another recipe.
    """
    try:
        tensors = load_safetensors(data)
        metadata = _metadata(data)
        digest = metadata.pop("sha256")
        intact = metadata["format"] == _FORMAT and digest == _digest(tensors, metadata)
    except (SafetensorError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise CheckpointDamaged("The checkpoint cannot be read; the clip starts again.") from error
    if not intact:
        raise CheckpointDamaged("The checkpoint was altered after it was written; the clip starts again.")
    if metadata["recipe"] != recipe_hash:
        raise CheckpointDamaged("The checkpoint belongs to another recipe; the clip starts again.")
    return Checkpoint(
        segment=int(metadata["segment"]),
        step=int(metadata["step"]),
        latents=tensors[_LATENTS],
        solver=_group(tensors, _SOLVER),
        carried=_group(tensors, _CARRIED),
        cache=_group(tensors, _CACHE),
    )


def _group(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _metadata(data: bytes) -> dict[str, str]:
    """The header's `__metadata__`, which safetensors' own `load` does not return."""
    length = int.from_bytes(data[:8], "little")
    header: dict[str, Any] = json.loads(data[8 : 8 + length])
    return dict(cast("dict[str, str]", header["__metadata__"]))


def _digest(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(metadata, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"{name} {tensor.dtype} {list(tensor.shape)}".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
