"""Weights stored as 8-bit floats, with the scales that ComfyUI's files store beside them."""

from collections.abc import Mapping

import torch
from torch import Tensor

from artifex.engine.weights.contract import TensorInfo, TensorSource
from artifex.engine.weights.stored import REMEDY
from artifex.errors import WeightsDamaged

_FLOAT8 = frozenset({torch.float8_e4m3fn, torch.float8_e5m2})
_WEIGHT_SCALES = (".scale_weight", ".weight_scale")
_NOTES = (".scale_input", ".input_scale", ".comfy_quant")
"""Beside a weight, and ignored: about the quantisation of activations, or of the layer as a whole."""
_MARKER = "scaled_fp8"


class DequantisedFloat8:
    """Another source with its 8-bit floats widened: to float32 where there is a scale, else to bfloat16 (exact)."""

    def __init__(self, source: TensorSource) -> None:
        """Wrap a source; one without 8-bit floats is passed on as it is."""
        self._source = source
        self._tensors = self._without_float8(source.tensors)

    @property
    def tensors(self) -> Mapping[str, TensorInfo]:
        """See `TensorSource`; scales and markers are left out."""
        return self._tensors

    def origin(self, name: str | None = None) -> str:
        """See `TensorSource`."""
        return self._source.origin(name)

    def read(self, name: str) -> Tensor:
        """See `TensorSource`."""
        tensor = self._source.read(name)
        if tensor.dtype not in _FLOAT8:
            return tensor
        scale = self._scale(name)
        if scale is None:
            return tensor.to(torch.bfloat16)
        factor = self._source.read(scale).float()
        if factor.numel() not in (1, len(tensor)):
            raise WeightsDamaged(f"Tensor {scale} of {self.origin(scale)} has a value too many or too few; {REMEDY}")
        return tensor.float().mul_(factor.reshape(-1, *(1,) * (tensor.dim() - 1)))

    def _without_float8(self, there: Mapping[str, TensorInfo]) -> Mapping[str, TensorInfo]:
        if not any(info.dtype in _FLOAT8 for info in there.values()):
            return there
        weights = {name: info for name, info in there.items() if not _is_attached(name)}
        return {name: TensorInfo(info.shape, self._dtype(name, info)) for name, info in weights.items()}

    def _dtype(self, name: str, info: TensorInfo) -> torch.dtype:
        if info.dtype not in _FLOAT8:
            return info.dtype
        return torch.bfloat16 if self._scale(name) is None else torch.float32

    def _scale(self, name: str) -> str | None:
        layer = name.removesuffix(".weight")
        return next((layer + end for end in _WEIGHT_SCALES if layer + end in self._source.tensors), None)


def _is_attached(name: str) -> bool:
    return name.endswith((*_WEIGHT_SCALES, *_NOTES)) or name.rpartition(".")[2] == _MARKER
