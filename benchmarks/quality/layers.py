"""Layers of A14B's shapes with random weights in every arithmetic, block by block and together, against float32.

Random weights say nothing about pictures, but they show whether an arithmetic is correct, and how much it rounds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from benchmarks.quality.emulation import round_linears
from torch import Tensor, nn

from artifex.catalog.execution import Dtype, Execution, Quantisation
from artifex.catalog.wan.residency import Residency
from artifex.catalog.wan.residual_stream import ResidualStream
from artifex.catalog.wan.shapes import SHAPES
from artifex.catalog.wan.transformer import WanTransformer
from artifex.engine.attention import pick_attention
from artifex.engine.quant.linear import QuantisedLinear
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.fill import fill
from artifex.engine.weights.random import RandomTensors
from artifex.jobs.work.saving import relative_error

MODEL = "wan2.2-t2v-a14b"
TIMESTEP = 500.0


@dataclass(frozen=True)
class Arithmetic:
    """An arithmetic and its bars: relative errors of the worst block, of a few layers together, and of the whole
    network's."""

    name: str
    dtype: Dtype
    quantisation: Quantisation
    block_bar: float
    few_bar: float
    full_bar: float
    emulated: torch.dtype | None = None
    """Dtype to which the inner blocks' factors are rounded, where the device has no such products."""


BFLOAT16 = Arithmetic("bfloat16", "bfloat16", "none", 0.01, 0.01, 0.03)
INT8 = Arithmetic("int8", "bfloat16", "int8", 0.03, 0.015, 0.06)
FP8 = Arithmetic("fp8", "bfloat16", "fp8", 0.07, 0.03, 0.10)
FP8_EMULATED = replace(FP8, name="fp8, emulated", quantisation="none", emulated=torch.float8_e4m3fn)


@dataclass(frozen=True)
class Size:
    """Number of layers, shape of the latents [frames, height, width], and number of the prompt's tokens."""

    layers: int
    latents: tuple[int, int, int]
    text: int


ON_PROCESSOR = Size(3, (1, 16, 16), 64)
FULL = Size(40, (21, 60, 104), 512)
"""480x832 pixels, 81 frames."""


def measure(device: torch.device, size: Size, ways: tuple[Arithmetic, ...], breakage: float) -> dict[str, Any]:
    """Errors of each way; the scales of eight-bit weights are multiplied by `breakage`."""
    reference = Arithmetic("float32", "float32", "none", 0.0, 0.0, 0.0)
    inputs = _inputs(device, size)
    with torch.inference_mode():
        network = _network(reference, device, size)
        stages, wanted = _walk(network, inputs)
        del network
        return {way.name: _errors(way, device, size, inputs, stages, wanted, breakage) for way in ways}


def break_scales(network: nn.Module, breakage: float) -> None:
    """Multiply the scale of every eight-bit weight: what a wrong kernel would do."""
    for module in network.modules():
        if isinstance(module, QuantisedLinear):
            module.scale.mul_(breakage)


def _errors(
    way: Arithmetic,
    device: torch.device,
    size: Size,
    inputs: tuple[Tensor, Tensor, Tensor],
    stages: list[Tensor],
    wanted: Tensor,
    breakage: float,
) -> dict[str, Any]:
    network = _network(way, device, size)
    break_scales(network, breakage)
    if way.emulated is not None:
        round_linears(network.blocks, way.emulated, breakage)
    whole = _velocity(network, inputs)
    with _fed(network, stages) as blocks:
        _velocity(network, inputs)
    error, bar = relative_error(whole, wanted), way.full_bar if size is FULL else way.few_bar
    return {
        "blocks": [round(each, 5) for each in blocks],
        "whole": round(error, 5),
        "bars": [way.block_bar, bar],
        "passed": max(blocks) <= way.block_bar and error <= bar,
    }


def _network(way: Arithmetic, device: torch.device, size: Size) -> WanTransformer:
    """A network with the same weights for every way, in the way's dtype, quantisation and attention backend."""
    config = replace(SHAPES[MODEL].transformer, num_layers=size.layers)
    execution = Execution(str(device), way.dtype, quantisation=way.quantisation)
    attention = pick_attention("sdpa" if way.dtype == "float32" else "auto", device)
    network = build_empty(lambda: WanTransformer(config, attention))
    source = RandomTensors.like(network, torch.float32, 0)
    fill(network, source, Residency(execution, 1).prepare(network, source))
    return network.eval()


def _inputs(device: torch.device, size: Size) -> tuple[Tensor, Tensor, Tensor]:
    config, make = SHAPES[MODEL].transformer, partial(torch.randn, generator=torch.Generator().manual_seed(0))
    latents = make(1, config.in_channels, *size.latents)
    text = make(1, size.text, config.text_dim)
    return latents.to(device), torch.tensor([TIMESTEP], device=device), text.to(device)


def _velocity(network: WanTransformer, inputs: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    latents, timestep, text = inputs
    return network(latents, timestep, text.to(network.proj_out.weight.dtype)).float().cpu()


def _walk(network: WanTransformer, inputs: tuple[Tensor, Tensor, Tensor]) -> tuple[list[Tensor], Tensor]:
    """The tokens before the first block and after each block, in host memory, and the velocity."""
    stages: list[Tensor] = []

    def note(_block: nn.Module, arguments: tuple[Any, ...]) -> None:
        stages.append(arguments[0].joined().cpu().clone())  # a block changes its tokens in place

    def note_last(block: nn.Module, arguments: tuple[Any, ...], _output: None) -> None:
        note(block, arguments)

    hooks = [block.register_forward_pre_hook(note) for block in network.blocks]
    hooks.append(network.blocks[-1].register_forward_hook(note_last))
    velocity = _velocity(network, inputs)
    for hook in hooks:
        hook.remove()
    return stages, velocity


@contextmanager
def _fed(network: WanTransformer, stages: list[Tensor]) -> Iterator[list[float]]:
    """Context in which every block gets its input of the float32 run; the list collects the errors of its updates."""
    errors: list[float] = []

    def feed(index: int, _block: nn.Module, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        device = arguments[0].joined().device
        return (ResidualStream(stages[index].to(device, copy=True)), *arguments[1:])

    def compare(index: int, _block: nn.Module, arguments: tuple[Any, ...], _output: None) -> None:
        given = arguments[0].joined()
        before, after = (each.to(given.device) for each in stages[index : index + 2])
        errors.append(relative_error(given - before, after - before))

    hooks = [block.register_forward_pre_hook(partial(feed, index)) for index, block in enumerate(network.blocks)]
    hooks += [block.register_forward_hook(partial(compare, index)) for index, block in enumerate(network.blocks)]
    try:
        yield errors
    finally:
        for hook in hooks:
            hook.remove()
