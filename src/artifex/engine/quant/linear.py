"""Linear layers with eight-bit weights: half the size of bfloat16, and faster where the device supports them.

All kinds keep a scale for each row of the weight (one output), computed when the weight is loaded. The dynamic kinds
also quantise the input to eight bits, with a scale for each token: computed here, or before by whatever produced the
input.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artifex.engine.kernels.door import computing_with
from artifex.engine.kernels.eight_bits import EightBits, Rows, quantise_rows
from artifex.engine.kernels.products import scaled_sums
from artifex.errors import NotAvailable

Kind = Literal["fp8", "int8", "fp8-storage"]

_FP8_CAPABILITY = (8, 9)
_FEWEST_ROWS = 17
"""torch's product of int8 matrices takes no fewer rows on CUDA."""


class QuantisedLinear(nn.Module, ABC):
    """`nn.Linear` with an eight-bit weight; the output has the bias's dtype."""

    weight_dtype: torch.dtype
    rounds_input: bool
    """Whether the input is quantised to eight bits as well."""
    weight: Tensor
    scale: Tensor
    """Of each row of the weight, float32 [out_features, 1]."""

    def __init__(self, like: nn.Linear) -> None:
        """Take a layer's shape and bias; the weight, on the same device, is still to be loaded."""
        super().__init__()
        self.in_features, self.out_features = like.in_features, like.out_features
        device = like.weight.device
        shape = (like.out_features, like.in_features)
        self.weight = nn.Parameter(torch.empty(shape, dtype=self.weight_dtype, device=device), requires_grad=False)
        scale = torch.empty((like.out_features, 1), dtype=torch.float32, device=device)
        self.register_buffer("scale", scale, persistent=False)  # not part of any file: it is found at loading
        self.bias = like.bias

    def quantised(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """A weight [out_features, in_features] as this layer keeps it, with its scale.

        Always by plain torch, so that streamed weights are bit for bit those that stay on the device.
        """
        with computing_with("eager"):
            return quantise_rows(weight, self.weight_dtype)

    @property
    def takes(self) -> torch.dtype:
        """Dtype of input that needs no conversion."""
        return self.weight_dtype if self.rounds_input else self.bias.dtype

    def forward(self, x: Rows) -> Tensor:
        """[..., in_features], already quantised or not -> [..., out_features]."""
        if isinstance(x, EightBits):
            shape, rows = x.values.shape, EightBits(x.values.flatten(0, -2), x.scale.flatten(0, -2))
        else:
            shape, rows = x.shape, x.flatten(0, -2)
            rows = quantise_rows(rows, self.weight_dtype) if self.rounds_input else rows
        return self.product(rows).unflatten(0, shape[:-1])

    @abstractmethod
    def product(self, x: Rows) -> Tensor:
        """[rows, in_features], quantised if `rounds_input` -> [rows, out_features]."""


class Fp8Linear(QuantisedLinear):
    """Both factors in float8 (e4m3), accumulated in float32. Needs an NVIDIA GPU of compute capability 8.9 or later."""

    weight_dtype = torch.float8_e4m3fn
    rounds_input = True

    def product(self, x: Rows) -> Tensor:
        """See `QuantisedLinear`. Raises NotAvailable where the device has no float8 arithmetic."""
        assert isinstance(x, EightBits)
        values, scale = x
        require_fp8(values.device)
        narrow = torch._scaled_mm(  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage] (no public name)
            values,
            self.weight.t(),
            scale,
            self.scale.t(),
            bias=self.bias.to(torch.bfloat16),
            out_dtype=torch.bfloat16,
            use_fast_accum=True,  # sums keep fewer bits: an error far below that of rounding to float8
        )
        return narrow.to(self.bias.dtype)


class Int8Linear(QuantisedLinear):
    """Both factors in int8, accumulated in int32. Every device; fast on NVIDIA GPUs from compute capability 7.5."""

    weight_dtype = torch.int8
    rounds_input = True

    def product(self, x: Rows) -> Tensor:
        """See `QuantisedLinear`."""
        assert isinstance(x, EightBits)
        values, scale = x
        rows = len(values)
        if rows < _FEWEST_ROWS:
            values = F.pad(values, (0, 0, 0, _FEWEST_ROWS - rows))
        total = torch._int_mm(values, self.weight.t())[:rows]  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]
        return scaled_sums(total, scale, self.scale, self.bias)


class Fp8StorageLinear(QuantisedLinear):
    """The weight is kept in float8 and widened for each product: half the memory, on every device, no gain in speed."""

    weight_dtype = torch.float8_e4m3fn
    rounds_input = False

    def product(self, x: Rows) -> Tensor:
        """See `QuantisedLinear`."""
        assert isinstance(x, Tensor)
        dtype = self.bias.dtype
        return F.linear(x, self.weight.to(dtype) * self.scale.to(dtype), self.bias)


_CLASSES: dict[Kind, Callable[[nn.Linear], QuantisedLinear]] = {
    "fp8": Fp8Linear,
    "int8": Int8Linear,
    "fp8-storage": Fp8StorageLinear,
}


def quantise_linears(modules: Iterable[nn.Module], kind: Kind, device: torch.device) -> None:
    """Replace every linear layer in modules whose weights are still to be loaded (on the meta device).

    Args:
        modules: changed in place.
        kind: of the layers that replace them.
        device: where they will compute.

    Raises:
        NotAvailable: the device does not support that arithmetic.
    """
    if kind == "fp8":
        require_fp8(device)
    for module in modules:
        found = [(name, layer) for name, layer in module.named_modules() if isinstance(layer, nn.Linear)]
        for name, layer in found:
            owner, _, leaf = name.rpartition(".")
            setattr(module.get_submodule(owner), leaf, _CLASSES[kind](layer))


def require_fp8(device: torch.device) -> None:
    """Raise NotAvailable if a device cannot multiply in float8."""
    if device.type != "cuda" or torch.cuda.get_device_capability(device) < _FP8_CAPABILITY:
        raise NotAvailable(
            "This device cannot compute in fp8, which needs an NVIDIA GPU of the RTX 40 generation or later; "
            "choose int8 or fp8-storage."
        )
