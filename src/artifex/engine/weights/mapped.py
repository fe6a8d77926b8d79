"""Tensors of weights files, mapped from disk one at a time."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from artifex.engine.weights.contract import TensorInfo
from artifex.engine.weights.stored import BLOCKS, ITEM_SIZES, REMEDY, StoredTensor, WeightFile
from artifex.errors import WeightsDamaged

_DTYPES: Mapping[str, torch.dtype] = {name: getattr(torch, name) for name in ITEM_SIZES}


class MappedTensors:
    """`TensorSource` of one file or of several shards: views of mapped files; quantised tensors become float32.

    Nothing is read before it is used, and the system can drop pages that were read at any time.
    """

    def __init__(self, files: Sequence[WeightFile]) -> None:
        """Take the tensors of all files.

        Raises:
            WeightsDamaged: two files hold the same name.
        """
        self._stored: dict[str, tuple[Path, StoredTensor]] = {}
        for file in files:
            for name, tensor in file.tensors.items():
                if name in self._stored:
                    raise WeightsDamaged(f"Tensor {name} is in {file.path} and in another shard; {REMEDY}")
                self._stored[name] = (file.path, tensor)
        self._label = str(files[0].path if len(files) == 1 else files[0].path.parent)
        self._maps: dict[Path, Tensor] = {}
        self._tensors = {
            name: TensorInfo(tensor.shape, _DTYPES.get(tensor.dtype, torch.float32))
            for name, (_, tensor) in self._stored.items()
        }

    @property
    def tensors(self) -> Mapping[str, TensorInfo]:
        """See `TensorSource`."""
        return self._tensors

    def origin(self, name: str | None = None) -> str:
        """See `TensorSource`."""
        return self._label if name is None else str(self._stored[name][0])

    def read(self, name: str) -> Tensor:
        """See `TensorSource`."""
        path, tensor = self._stored[name]
        raw = self._bytes(path)[tensor.offset : tensor.offset + tensor.size]
        if tensor.dtype in BLOCKS:
            return _dequantised(raw, tensor)
        item = ITEM_SIZES[tensor.dtype]
        if tensor.offset % item:
            raw = raw.clone()  # torch cannot view values that are not aligned
        values = raw[: len(raw) // item * item].view(_DTYPES[tensor.dtype])
        if tensor.strides is None:
            return values.view(tensor.shape)
        return values.as_strided(tensor.shape, tensor.strides, values.storage_offset())

    def _bytes(self, path: Path) -> Tensor:
        if path not in self._maps:
            try:
                self._maps[path] = torch.from_file(str(path), size=path.stat().st_size, dtype=torch.uint8)
            except (OSError, RuntimeError) as error:
                raise WeightsDamaged(f"{path} cannot be mapped ({error}); {REMEDY}") from error
        return self._maps[path]


def _dequantised(raw: Tensor, tensor: StoredTensor) -> Tensor:
    from gguf import GGMLQuantizationType
    from gguf.quants import dequantize

    blocks = len(raw) // BLOCKS[tensor.dtype][1]
    # Rows of whole blocks where possible: the routine is fastest with long rows, but not with a single one.
    rows = raw.view(tensor.shape[0] if blocks % tensor.shape[0] == 0 else 1, -1).numpy()
    return torch.from_numpy(dequantize(rows, GGMLQuantizationType[tensor.dtype])).view(tensor.shape)
