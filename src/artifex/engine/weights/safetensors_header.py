"""Headers of safetensors files (https://github.com/huggingface/safetensors)."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from artifex.engine.weights.stored import REMEDY, StoredTensor, WeightFile, checked_file
from artifex.errors import WeightsDamaged

_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2", "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8",
    "BOOL": "bool"
}  # fmt: skip


def read_safetensors_header(path: Path) -> WeightFile:
    """Read a header; tensors are in the order in which they lie in the file.

    The library validates it first: it refuses headers whose tensors leave gaps, overlap or do not end with the file.

    Raises:
        WeightsDamaged: it is missing, truncated or not a safetensors file.
    """
    try:
        with safe_open(path, framework="np"):
            pass
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header: dict[str, Any] = json.loads(file.read(length))
    except FileNotFoundError as error:
        raise WeightsDamaged(f"{path} is missing; {REMEDY}") from error
    except (SafetensorError, OSError, ValueError, RecursionError) as error:
        raise WeightsDamaged(f"{path} cannot be read ({error}); {REMEDY}") from error
    metadata: dict[str, str] = header.pop("__metadata__", None) or {}
    stored = {name: _stored(entry, 8 + length) for name, entry in header.items()}
    in_order = dict(sorted(stored.items(), key=lambda pair: pair[1].offset))
    return checked_file(path, in_order, metadata)


def _stored(entry: dict[str, Any], data: int) -> StoredTensor:
    start, stop = entry["data_offsets"]
    dtype: str = entry["dtype"]
    return StoredTensor(tuple(entry["shape"]), _DTYPES.get(dtype, dtype), data + start, stop - start)
