"""Converts weights files to safetensors, a format that cannot contain code."""

import errno
import re
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from artifex.engine.weights.header import read_header
from artifex.engine.weights.mapped import MappedTensors
from artifex.files import publish


def convert(source: Path, target: Path) -> int:
    """Write the tensors of ``source`` to ``target``, all or nothing; return how many there are.

    Raises WeightsDamaged, OutOfSpace, NotWritable.
    """
    tensors = MappedTensors([read_header(source)])
    with publish(target) as path:
        copies = {name: tensors.read(name).clone(memory_format=torch.contiguous_format) for name in tensors.tensors}
        try:
            save_file(copies, path)
        except SafetensorError as error:  # has the system's error only in its message
            told = re.search(r"os error ([0-9]+)", str(error))
            raise OSError(int(told[1]) if told else errno.EIO, "no whole file was written") from error
    return len(tensors.tensors)
