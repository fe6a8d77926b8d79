"""Headers of GGUF files, versions 2 and 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).

Not read with the `gguf` package, whose reader trusts every length in the file: a false one keeps it busy until memory
is full.
"""

import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from artifex.engine.weights.stored import BLOCKS, ITEM_SIZES, REMEDY, StoredTensor, WeightFile, checked_file
from artifex.errors import WeightsDamaged

_SCALARS = dict(enumerate(["<B", "<b", "<H", "<h", "<I", "<i", "<f", "<?"])) | {10: "<Q", 11: "<q", 12: "<d"}
_TEXT, _ARRAY = 8, 9
_TYPES = {
    0: "float32", 1: "float16", 30: "bfloat16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0",
    10: "Q2_K", 11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K"
}  # fmt: skip
_MOST_ENTRIES = 1 << 16
_LONGEST_TEXT = 1 << 20
_MOST_AXES = 8
_ORIGINAL_SHAPE = "comfy.gguf.orig_shape."
"""With a tensor's name appended, the metadata key of its original shape, where the writer had to change that."""

_Value = int | float | str | list[int | float | str]


def read_gguf_header(path: Path) -> WeightFile:
    """Read a header; tensors have their axes in torch's order, which is the reverse of GGUF's.

    Raises:
        WeightsDamaged: it is missing, truncated, or not a GGUF file of these versions.
    """
    try:
        with path.open("rb") as file:
            return _read(path, file)
    except FileNotFoundError as error:
        raise WeightsDamaged(f"{path} is missing; {REMEDY}") from error
    except struct.error as error:
        raise WeightsDamaged(f"{path} is no sound GGUF file (it is cut); {REMEDY}") from error
    except (OSError, ValueError, OverflowError, KeyError) as error:
        raise WeightsDamaged(f"{path} is no sound GGUF file ({error}); {REMEDY}") from error


def _read(path: Path, file: BinaryIO) -> WeightFile:
    magic, version, tensors, entries = struct.unpack("<4sIQQ", file.read(24))
    if magic != b"GGUF" or version not in (2, 3):
        raise ValueError("its first bytes are not those of GGUF version 2 or 3")
    if max(tensors, entries) > _MOST_ENTRIES:
        raise ValueError("it lists more than any model has")
    values = dict(_entry(file) for _ in range(entries))
    listed = dict(_tensor(file) for _ in range(tensors))
    alignment = values.get("general.alignment", 32)
    if not isinstance(alignment, int) or not 1 <= alignment <= 1 << 16:
        raise ValueError("its alignment is impossible")
    data = -(-file.tell() // alignment) * alignment
    stored = {name: _stored(name, *entry, data, values) for name, entry in listed.items()}
    in_order = dict(sorted(stored.items(), key=lambda pair: pair[1].offset))
    return checked_file(path, in_order, {name: text for name, text in values.items() if isinstance(text, str)})


def _stored(
    name: str, shape: tuple[int, ...], kind: str, offset: int, data: int, values: Mapping[str, _Value]
) -> StoredTensor:
    size = _size(shape, kind)
    original = values.get(_ORIGINAL_SHAPE + name)
    if isinstance(original, list):
        if math.prod(int(length) for length in original) != math.prod(shape):
            raise ValueError(f"tensor {name[:100]!a} has two shapes")
        shape = tuple(int(length) for length in original)
    return StoredTensor(shape, kind, data + offset, size)


def _size(shape: tuple[int, ...], kind: str) -> int:
    if kind in ITEM_SIZES:
        return math.prod(shape) * ITEM_SIZES[kind]
    values, size = BLOCKS.get(kind, (1, 1))
    return math.prod(shape) // values * size


def _entry(file: BinaryIO) -> tuple[str, _Value]:
    name, kind = _text(file), _scalar(file, "<I")
    return name, _value(file, int(kind))


def _value(file: BinaryIO, kind: int) -> _Value:
    if kind == _TEXT:
        return _text(file)
    if kind != _ARRAY:
        return _scalar(file, _SCALARS[kind])
    of, length = int(_scalar(file, "<I")), int(_scalar(file, "<Q"))
    if length > _LONGEST_TEXT:
        raise ValueError("one of its lists is too long")
    if of == _TEXT:
        return [_text(file) for _ in range(length)]
    return [_scalar(file, _SCALARS[of]) for _ in range(length)]


def _tensor(file: BinaryIO) -> tuple[str, tuple[tuple[int, ...], str, int]]:
    name, axes = _text(file), int(_scalar(file, "<I"))
    if axes > _MOST_AXES:
        raise ValueError(f"a tensor has {axes} axes")
    shape = tuple(int(_scalar(file, "<Q")) for _ in range(axes))[::-1]
    kind = int(_scalar(file, "<I"))
    return name, (shape, _TYPES.get(kind, f"GGML type {kind}"), int(_scalar(file, "<Q")))


def _text(file: BinaryIO) -> str:
    length = int(_scalar(file, "<Q"))
    if length > _LONGEST_TEXT:
        raise ValueError("one of its texts is too long")
    return file.read(length).decode("utf-8")


def _scalar(file: BinaryIO, form: str) -> int | float:
    return struct.unpack(form, file.read(struct.calcsize(form)))[0]
