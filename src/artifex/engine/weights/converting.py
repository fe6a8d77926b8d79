"""A weights file written anew as safetensors, which holds nothing that could be run."""

from pathlib import Path

import torch
from safetensors.torch import save_file

from artifex.engine.weights.header import read_header
from artifex.engine.weights.mapped import MappedTensors
from artifex.files import publish


def convert(source: Path, target: Path) -> int:
    """Write the tensors of ``source`` to ``target``, whole or not at all; return how many there are.

    Raises WeightsDamaged, OutOfSpace, NotWritable.
    """
    tensors = MappedTensors([read_header(source)])
    with publish(target) as path:
        save_file(
            {name: tensors.read(name).clone(memory_format=torch.contiguous_format) for name in tensors.tensors}, path
        )
    return len(tensors.tensors)
