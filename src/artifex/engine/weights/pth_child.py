"""Lists the tensors of a PyTorch file: run as a script, in a disposable process.

The pickle inside the file is read with Python's own unpickler, which may call nothing but the functions below, and
these only record their arguments. Prints one JSON object with `tensors`, `code` (what the file wanted to call) or
`error`. Needs the standard library only, so it starts quickly.
"""

import io
import json
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None

_DTYPES = {
    "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
    "ByteStorage": "uint8", "BoolStorage": "bool", "Float8_e4m3fnStorage": "float8_e4m3fn",
    "Float8_e5m2Storage": "float8_e5m2", "UntypedStorage": "uint8"
}  # fmt: skip
_WRAPPINGS = ("params_ema", "params", "state_dict")
"""Keys under which trainers save a network's tensors, in order of preference: averaged ones first."""
_PLAIN_DTYPES = frozenset(_DTYPES.values())
_LARGEST_PICKLE = 64 << 20
_MEMORY = 2 << 30
_SECONDS = 60


class _NotAllowed(Exception):
    """The pickle refers to something other than tensors."""


class _Tensor:
    """Records the arguments of `torch._utils._rebuild_tensor_v2` and `_v3`."""

    def __init__(self, storage: Any, offset: Any, shape: Any, strides: Any, *rest: Any) -> None:
        _, kind, self.record, _, _ = storage
        self.dtype = rest[2] if len(rest) > 2 and isinstance(rest[2], str) else kind
        self.offset, self.shape, self.strides = int(offset), [int(n) for n in shape], [int(n) for n in strides]


def _parameter(data: Any, *_: Any) -> Any:
    return data


_ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _Tensor,
    ("torch._utils", "_rebuild_tensor_v3"): _Tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    **{("torch", name): dtype for name, dtype in _DTYPES.items()},
    **{("torch.storage", name): dtype for name, dtype in _DTYPES.items()},
    **{("torch", name): name for name in _PLAIN_DTYPES},
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if (module_name, global_name) not in _ALLOWED:
            raise _NotAllowed(f"{module_name}.{global_name}")
        return _ALLOWED[module_name, global_name]

    def persistent_load(self, pid: Any, /) -> Any:
        if not isinstance(pid, tuple) or len(pid) != 5 or pid[0] != "storage":
            raise pickle.UnpicklingError("a storage is not described as PyTorch does it")
        return pid


def list_tensors(path: Path) -> dict[str, Any]:
    """Name -> dtype, shape, strides (in values), offset in the file, and size in bytes available from there."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        entries = {entry.filename: entry for entry in archive.infolist()}
        pickles = [name for name in entries if name.endswith("/data.pkl")]
        if len(pickles) != 1 or entries[pickles[0]].file_size > _LARGEST_PICKLE:
            raise ValueError("there is no list of tensors in it")
        root = pickles[0].removesuffix("data.pkl")
        order = entries.get(f"{root}byteorder")
        if order is not None and archive.read(order) != b"little":
            raise ValueError("its values are big-endian")
        tensors = _Unpickler(io.BytesIO(archive.read(pickles[0]))).load()
        return {name: _place(tensor, root, entries, file) for name, tensor in _named(tensors)}


def _named(tensors: Any) -> list[tuple[str, _Tensor]]:
    if isinstance(tensors, dict):
        tensors = next((tensors[name] for name in _WRAPPINGS if isinstance(tensors.get(name), dict)), tensors)
    if not isinstance(tensors, dict):
        raise ValueError("it holds something else than named tensors")
    named = list(tensors.items())
    if not all(isinstance(name, str) and isinstance(tensor, _Tensor) for name, tensor in named):
        raise ValueError("it holds something else than named tensors")
    return named


def _place(tensor: _Tensor, root: str, entries: dict[str, zipfile.ZipInfo], file: io.BufferedReader) -> dict[str, Any]:
    entry = entries.get(f"{root}data/{tensor.record}")
    if entry is None:
        raise ValueError("the values of a tensor are missing")
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        raise ValueError("its values are compressed")
    file.seek(entry.header_offset)
    local = file.read(30)
    if local[:4] != b"PK\x03\x04":
        raise ValueError("its table of contents is wrong")
    name_length, extra_length = struct.unpack("<HH", local[26:30])
    before = tensor.offset * _item_size(tensor.dtype)
    start = entry.header_offset + 30 + name_length + extra_length
    return {
        "dtype": tensor.dtype,
        "shape": tensor.shape,
        "strides": tensor.strides,
        "offset": start + before,
        "size": entry.file_size - before,
    }


def _item_size(dtype: str) -> int:
    widths = {"float64": 8, "int64": 8, "float32": 4, "int32": 4, "float16": 2, "bfloat16": 2, "int16": 2}
    return widths.get(dtype, 1)


def _limit() -> None:
    if resource is None:
        return
    for kind, most in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_AS, _MEMORY)):
        with suppress(ValueError, OSError):  # not every system has every limit; the parent's clock is one more
            resource.setrlimit(kind, (most, most))


def _answer(path: Path) -> dict[str, Any]:
    try:
        return {"tensors": list_tensors(path)}
    except _NotAllowed as error:
        return {"code": str(error)[:100]}
    except zipfile.BadZipFile:
        return {"error": "it is not the zip archive that PyTorch writes since version 1.6, or it is truncated"}
    except Exception as error:  # noqa: BLE001 (the outermost handler of this process)
        return {"error": str(error)[:200] or type(error).__name__}


if __name__ == "__main__":
    _limit()
    json.dump(_answer(Path(sys.argv[1])), sys.stdout)
