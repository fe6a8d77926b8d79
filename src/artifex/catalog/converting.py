"""Converts weights from PyTorch's format to safetensors."""

from pathlib import Path

from artifex.errors import BadInput, BadWeights, WeightsDamaged


def convert_weights(source: Path, target: Path) -> int:
    """Write the tensors of a .pth file to a .safetensors file; return how many there are. No code in the file is run;
    all tensors are in memory meanwhile.

    Raises BadInput for other formats, BadWeights for a file that is damaged, OutOfSpace, NotWritable.
    """
    from artifex.engine.weights.converting import convert
    from artifex.engine.weights.stored import REMEDY

    if source.suffix.lower() != ".pth":
        raise BadInput(f"{source} is no .pth file; others are not converted.")
    if target.suffix.lower() != ".safetensors":
        raise BadInput(f"Weights are written as .safetensors; name them {target.stem}.safetensors.")
    if not source.is_file():
        raise BadInput(f"There is no file {source}; check the name.")
    try:
        return convert(source, target)
    except WeightsDamaged as error:  # the file belongs to no installed model
        raise BadWeights(error.message.replace(REMEDY, "it is damaged or holds no weights; fetch it again.")) from error
