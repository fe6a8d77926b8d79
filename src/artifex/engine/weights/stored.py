"""Checked headers of weights files: which tensors lie where. Needs no torch."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from artifex.errors import WeightsDamaged

REMEDY = "the model's files are damaged or belong to another model; fetch them again."

ITEM_SIZES: Mapping[str, int] = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "float8_e4m3fn": 1, "float8_e5m2": 1,
    "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1, "bool": 1
}  # fmt: skip
"""Bytes per value, by the names of torch's dtypes."""

BLOCKS: Mapping[str, tuple[int, int]] = {
    "Q4_0": (32, 18), "Q4_1": (32, 20), "Q5_0": (32, 22), "Q5_1": (32, 24), "Q8_0": (32, 34),
    "Q2_K": (256, 84), "Q3_K": (256, 110), "Q4_K": (256, 144), "Q5_K": (256, 176), "Q6_K": (256, 210)
}  # fmt: skip
"""Values and bytes per block, by GGML's names of its quantised types."""

_MOST_TENSORS = 1 << 16
_MOST_AXES = 8
_LONGEST_AXIS = (1 << 63) - 1
"""What torch can count to."""
_LONGEST_NAME = 512
_MOST_TIMES = 8
"""That a file's bytes may be shared by its tensors, all together: some networks have a layer twice."""


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One tensor in a file."""

    shape: tuple[int, ...]
    dtype: str
    """A key of `ITEM_SIZES` or `BLOCKS`."""
    offset: int
    """Position of its first byte in the file."""
    size: int
    """Bytes available to it from there."""
    strides: tuple[int, ...] | None = None
    """In values; None means contiguous."""


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of tensors."""

    path: Path
    tensors: Mapping[str, StoredTensor]
    metadata: Mapping[str, str]
    """Further texts in the file; their content is not checked."""


def checked_file(path: Path, tensors: Mapping[str, StoredTensor], metadata: Mapping[str, str]) -> WeightFile:
    """A `WeightFile`, after checking the header against the file's size and our limits.

    Raises:
        WeightsDamaged: too many tensors or axes, a name without end, an unknown dtype, a tensor outside its file, or
            tensors that hold more than the file does.
    """
    end = path.stat().st_size
    if len(tensors) > _MOST_TENSORS:
        raise WeightsDamaged(f"{path} lists {len(tensors)} tensors, more than any model has; {REMEDY}")
    for name, tensor in tensors.items():
        complaint = _complaint(name, tensor, end)
        if complaint:
            raise WeightsDamaged(f"Tensor {name[:_LONGEST_NAME]!a} of {path} {complaint}; {REMEDY}")
    if sum(map(_bytes_needed, tensors.values())) > _MOST_TIMES * end:
        raise WeightsDamaged(f"The tensors of {path} are the same bytes again and again; {REMEDY}")
    return WeightFile(path, tensors, metadata)


def _complaint(name: str, tensor: StoredTensor, end: int) -> str:
    if len(name) > _LONGEST_NAME:
        return "has a name without end"
    if tensor.dtype not in ITEM_SIZES and tensor.dtype not in BLOCKS:
        return f"is of an unknown type ({tensor.dtype[:40]!a})"
    if len(tensor.shape) > _MOST_AXES or not all(0 <= length <= _LONGEST_AXIS for length in tensor.shape):
        return "has an impossible shape"
    if tensor.dtype in BLOCKS and (math.prod(tensor.shape) % BLOCKS[tensor.dtype][0] or 0 in tensor.shape):
        return "has a shape that its blocks do not fill"
    strides = tensor.shape if tensor.strides is None else tensor.strides
    if len(strides) != len(tensor.shape) or not all(0 <= stride <= _LONGEST_AXIS for stride in strides):
        return "has impossible strides"
    if tensor.offset < 0 or tensor.offset + tensor.size > end:
        return "reaches beyond the end of the file"
    if _bytes_needed(tensor) > tensor.size:
        return "is larger than the space it has"
    return ""


def _bytes_needed(tensor: StoredTensor) -> int:
    """As many as its values fill or, where they lie apart from one another, those in between as well."""
    if tensor.dtype in BLOCKS:
        values, size = BLOCKS[tensor.dtype]
        return math.prod(tensor.shape) // values * size
    count = math.prod(tensor.shape)
    if tensor.strides is not None and count > 0:
        reach = 1 + sum((length - 1) * stride for length, stride in zip(tensor.shape, tensor.strides, strict=True))
        count = max(count, reach)  # values that lie on one another would be any number, once they are copied
    return count * ITEM_SIZES[tensor.dtype]
