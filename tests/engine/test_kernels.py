"""Fused kernels compute what torch does: on the GPU, or on the processor, where Triton's interpreter runs them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import pytest
import torch
from torch import Tensor, nn

from artifex.catalog.wan.residual_stream import ResidualStream
from artifex.catalog.wan.rotary import rotary_table
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.kernels.door import computing_with
from artifex.engine.kernels.eight_bits import EightBits, Rows, quantise_rows
from artifex.engine.kernels.heads import LARGEST
from artifex.engine.kernels.operand_order import COLUMNS_AT_ONCE, column_at, held_by_register
from artifex.engine.kernels.products import linear_gelu, scaled_sums
from artifex.engine.kernels.rows import (
    Affine,
    Modulation,
    Norm,
    gelu,
    joined,
    joined_and_normed,
    modulated_norm,
    normed,
    rotated_norm,
)
from tests.memory.small import CONFIG, PLAIN, experts, inputs
from tests.memory.test_vae_memory import KINDS

pytest.importorskip("triton", reason="Triton is for Linux")
from artifex.engine.kernels import triton_heads, triton_rows

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
DTYPES = [torch.float32, torch.bfloat16]

_T = TypeVar("_T")


def both(compute: Callable[[], _T]) -> tuple[_T, _T]:
    """What plain torch and what fused kernels make of the same."""
    with torch.inference_mode(), torch.backends.cudnn.flags(allow_tf32=False):
        with computing_with("eager"):
            plain = compute()
        with computing_with("triton"):
            return plain, compute()


def numbers(*shape: int, dtype: torch.dtype = torch.float32, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(DEVICE, dtype)


def near(got: Tensor, expected: Tensor) -> None:
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    tolerance = {torch.float32: 2e-6, torch.bfloat16: 2**-7}[got.dtype]
    torch.testing.assert_close(got, expected, rtol=tolerance, atol=tolerance)


def norms(batch: int, groups: int) -> list[Norm]:
    table = numbers(batch, groups, 6, 40, seed=1)
    affine = Affine(numbers(40, dtype=torch.bfloat16, seed=2), numbers(40, dtype=torch.bfloat16, seed=3), 1e-6)
    return [Modulation(table[:, :, 1], table[:, :, 0], 1e-6), affine]


def wide(rows: Rows) -> Tensor:
    return rows.widened(torch.float32) if isinstance(rows, EightBits) else rows


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("batch", "groups"), [(1, 1), (1, 6), (2, 3)])
def test_norms(dtype: torch.dtype, batch: int, groups: int) -> None:
    x = numbers(batch, 12, 40)
    for norm in norms(batch, groups):
        near(*both(lambda norm=norm: wide(normed(x, norm, dtype))))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("gated", [True, False])
def test_what_joins_the_stream_and_its_norm(dtype: torch.dtype, gated: bool) -> None:
    x, update = numbers(2, 12, 40), numbers(2, 12, 40, dtype=dtype, seed=4)
    gate = numbers(2, 3, 3, 40, seed=5)[:, :, 1] if gated else None
    expected = x + update.float() * (1 if gate is None else gate.repeat_interleave(4, dim=1))
    near(both(lambda: joined(x.clone(), update, gate))[1], expected)
    for norm in norms(2, 6):
        plain, fused = both(lambda norm=norm: joined_and_normed(x.clone(), update, gate, norm, dtype))
        near(fused[0], expected)
        near(wide(fused[1]), wide(plain[1]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("turned", [True, False])
def test_rotated_norm(dtype: torch.dtype, turned: bool) -> None:
    x, weight = numbers(2, 7, 36, dtype=dtype), numbers(36, dtype=dtype, seed=1)
    angles = numbers(7, 6, seed=2)
    table = torch.stack((angles.cos(), angles.sin()), dim=-1) if turned else None
    near(*both(lambda: rotated_norm(x, weight, 1e-6, 3, table)))


def test_rows_of_eight_bits() -> None:
    """Not of float8, whose conversion the interpreter gets wrong: see `tests/memory/test_quantised.py`."""
    x, norm = numbers(2, 9, 40, dtype=torch.bfloat16) * 3, norms(2, 1)[0]
    x[0, 4] = 0
    ways: list[Callable[[], Rows]] = [
        lambda: quantise_rows(x, torch.int8),
        lambda: gelu(x, torch.int8),
        lambda: normed(x.float(), norm, torch.int8),
        lambda: joined_and_normed(x.float(), x, None, norm, torch.int8)[1],
    ]
    for way in ways:
        plain, fused = both(way)
        assert isinstance(plain, EightBits)
        assert isinstance(fused, EightBits)
        step = plain.scale.amax(dim=-1, keepdim=True)
        # A GELU of 16 bits is rounded twice by torch.
        assert bool(((plain.widened(torch.float32) - fused.widened(torch.float32)).abs() <= 1.01 * step + 0.01).all())
        assert (plain.values != fused.values).float().mean() < 0.05


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("width", [40, 64])
def test_sums_of_an_eight_bit_product(dtype: torch.dtype, width: int) -> None:
    """Also sums of more bits than a float32 keeps."""
    sums = torch.randint(-(2**27), 2**27, (9, width), generator=torch.Generator().manual_seed(0), dtype=torch.int32)
    rows, columns = numbers(9, 1, seed=1).abs() * 1e-3, numbers(width, 1, seed=2).abs() * 1e-3
    bias = numbers(width, dtype=dtype, seed=3)
    near(*both(lambda: scaled_sums(sums.to(DEVICE), rows, columns, bias)))


def test_a_product_takes_what_the_one_before_it_left() -> None:
    """Wgmma's fragments as the PTX ISA has them: thread t of four has columns 2 t and 2 t + 1 of every 8 of a result,
    and 4 t to 4 t + 3 of every 16 of an operand of 8 bits."""
    for thread in range(4):
        for register in range(8):
            row, sixteen = register % 2, register // 2
            for byte, result in enumerate(held_by_register(register)):
                assert result // 2 % 2 == row
                held = result // 4 * 8 + 2 * thread + result % 2
                assert held == sixteen * COLUMNS_AT_ONCE + column_at(4 * thread + byte)


@pytest.mark.parametrize("keys", [1, 16, 150])
def test_values_lie_across(keys: int) -> None:
    """In bfloat16, for the interpreter gets float8 wrong."""
    x, most = numbers(2, keys, 3, 16, dtype=torch.bfloat16), torch.full((1,), LARGEST, device=DEVICE)
    mean = numbers(2, 48, seed=1)
    out = torch.full((2, 3, 16, -(-keys // 16) * 16), torch.nan, device=DEVICE, dtype=torch.bfloat16)
    triton_heads.launch_across(x, mean, most, out)
    expected = torch.zeros_like(out)
    for place in range(out.shape[3]):
        key = place // 16 * 16 + column_at(place % 16)
        if key < keys:
            expected[..., place] = x[:, key] - mean.unflatten(1, (3, 16))
    near(out, expected)


@pytest.mark.parametrize("hooked", [False, True])
def test_what_a_layer_gives_goes_through_gelu(hooked: bool) -> None:
    """A change that joins the layer's result does so before."""
    layer = nn.Linear(64, 96, device=DEVICE, dtype=torch.bfloat16)

    def change(_layer: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        return output + 1

    if hooked:
        layer.register_forward_hook(change)
    x = numbers(1, 40, 64, dtype=torch.bfloat16)
    near(*both(lambda: wide(linear_gelu(layer, x, torch.bfloat16))))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by_frame", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_clip_through_the_autoencoder(kind: str, by_frame: bool, dtype: torch.dtype) -> None:
    """All its scales, from the first frame on, with two frames remembered or one at a time."""
    torch.manual_seed(0)
    vae = WanVAE(replace(KINDS[kind], base_dim=8, decoder_base_dim=8 if kind == "residual" else None)).eval().to(DEVICE)
    vae.decode_in(dtype)
    latents = numbers(1, 4, 3, 1, 2)
    plain, fused = both(lambda: torch.cat(list(vae.decode(latents, by_frame=by_frame)), dim=2))
    assert plain.shape[2] == 9
    assert float((plain - fused).abs().max()) < (1e-5 if dtype == torch.float32 else 0.06)
    near(*both(lambda: vae.encode(plain, by_frame=by_frame)))


def test_a_block_of_the_network() -> None:
    block = experts(PLAIN, count=1)[1][0]._blocks()[0].to(DEVICE)
    x, modulation = numbers(1, 6, 96), numbers(1, 3, 6, 96, seed=1)
    rotary = rotary_table(CONFIG.attention_head_dim, (1, 2, 3), DEVICE)
    text = block.attn2.key_value(numbers(1, 5, 96, seed=2))

    def changed() -> Tensor:
        stream = ResidualStream(x.clone())
        block(stream, modulation, text, None, rotary)
        return stream.joined()

    plain, fused = both(changed)
    torch.testing.assert_close(fused, plain, rtol=1e-5, atol=1e-5)


def test_what_a_block_adds_last_joins_in_the_norm_of_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only behind the last block is there an update without a norm."""
    launched: list[str] = []

    def spy(launch: Callable[..., None], kernel: Any, *arguments: Any, **constants: Any) -> None:
        launched.append(kernel.fn.__name__)
        launch(kernel, *arguments, **constants)

    for name in ("launch", "launch_in_two"):
        monkeypatch.setattr(triton_rows, name, partial(spy, getattr(triton_rows, name)))
    network = experts(PLAIN, count=1)[1][0].to(DEVICE)
    latents, timestep, text = (each.to(DEVICE) for each in inputs())
    with torch.inference_mode(), computing_with("triton"):
        network(latents, timestep, text)
    assert launched.count("join") == 1
    assert launched.count("norm") == 3 * CONFIG.num_layers + 1


def test_gradients_go_the_plain_way() -> None:
    x = numbers(1, 4, 8).requires_grad_(True)
    with computing_with("triton"):
        modulated_norm(x, numbers(1, 1, 8), numbers(1, 1, 8), 1e-6).sum().backward()
    assert x.grad is not None
