"""Weights of other formats made into safetensors."""

from pathlib import Path

from artifex.errors import BadInput


def convert_weights(source: Path, target: Path) -> int:
    """Write the tensors of a .pth or .gguf file to a .safetensors; return how many there are. Nothing that the file
    holds is run.

    Raises BadInput for other formats, WeightsDamaged, OutOfSpace, NotWritable.
    """
    from artifex.engine.weights.converting import convert

    if source.suffix.lower() not in (".pth", ".gguf"):
        raise BadInput(f"{source.name} is no .pth or .gguf file; others are not converted.")
    if target.suffix.lower() != ".safetensors":
        raise BadInput(f"Weights are written as .safetensors; name them {target.stem}.safetensors.")
    return convert(source, target)
