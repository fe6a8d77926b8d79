"""Weights in PyTorch's format made into safetensors."""

from pathlib import Path

from artifex.errors import BadInput


def convert_weights(source: Path, target: Path) -> int:
    """Write the tensors of a .pth file to a .safetensors; return how many there are. Nothing that the file holds is
    run; all of it is in memory meanwhile.

    Raises BadInput for other formats, WeightsDamaged, OutOfSpace, NotWritable.
    """
    from artifex.engine.weights.converting import convert

    if source.suffix.lower() != ".pth":
        raise BadInput(f"{source} is no .pth file; others are not converted.")
    if target.suffix.lower() != ".safetensors":
        raise BadInput(f"Weights are written as .safetensors; name them {target.stem}.safetensors.")
    return convert(source, target)
