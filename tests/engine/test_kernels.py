"""Fused kernels compute what torch does: on the GPU, or on the processor, where Triton's interpreter runs them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from artifex.catalog.wan.rotary import rotary_table
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.kernels.door import computing_with
from artifex.engine.kernels.rows import affine_norm, gated_add, modulated_norm, rotated_norm
from artifex.engine.quant.rows import quantise_rows
from tests.memory.small import CONFIG, PLAIN, experts
from tests.memory.test_vae_memory import KINDS

pytest.importorskip("triton", reason="Triton is for Linux")

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
DTYPES = [torch.float32, torch.bfloat16]


def both(compute: Callable[[], Tensor]) -> tuple[Tensor, Tensor]:
    """What plain torch and what fused kernels make of the same."""
    with torch.inference_mode():
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


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("batch", "groups"), [(1, 1), (1, 6), (2, 3)])
def test_modulated_norm(dtype: torch.dtype, batch: int, groups: int) -> None:
    x, table = numbers(batch, 12, 40), numbers(batch, groups, 6, 40, seed=1)
    near(*both(lambda: modulated_norm(x, table[:, :, 1], table[:, :, 0], 1e-6, dtype)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_affine_norm(dtype: torch.dtype) -> None:
    x, weight, bias = numbers(2, 5, 48), numbers(48, dtype=dtype, seed=1), numbers(48, dtype=dtype, seed=2)
    near(*both(lambda: affine_norm(x, weight, bias, 1e-6, dtype)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("turned", [True, False])
def test_rotated_norm(dtype: torch.dtype, turned: bool) -> None:
    x, weight = numbers(2, 7, 36, dtype=dtype), numbers(36, dtype=dtype, seed=1)
    angles = numbers(7, 6, seed=2)
    table = torch.stack((angles.cos(), angles.sin()), dim=-1) if turned else None
    near(*both(lambda: rotated_norm(x, weight, 1e-6, 3, table)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_gated_add(dtype: torch.dtype) -> None:
    x, update, gate = numbers(2, 6, 40), numbers(2, 6, 40, dtype=dtype, seed=1), numbers(2, 3, 3, 40, seed=2)[:, :, 1]
    near(*both(lambda: gated_add(x.clone(), update, gate)))


def test_rows_of_eight_bits() -> None:
    """Not of float8, whose conversion the interpreter gets wrong: see `tests/memory/test_quantised.py`."""
    x = numbers(9, 100, dtype=torch.bfloat16) * 3
    x[4] = 0
    plain, fused = both(lambda: quantise_rows(x, torch.int8)[0])
    assert (plain != fused).float().mean() < 0.01  # where a division is rounded otherwise
    torch.testing.assert_close(*both(lambda: quantise_rows(x, torch.int8)[1]))


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
    plain, fused = both(lambda: block(x.clone(), modulation, text, None, rotary))
    torch.testing.assert_close(fused, plain, rtol=1e-5, atol=1e-5)


def test_gradients_go_the_plain_way() -> None:
    x = numbers(1, 4, 8).requires_grad_(True)
    with computing_with("triton"):
        modulated_norm(x, numbers(1, 1, 8), numbers(1, 1, 8), 1e-6).sum().backward()
    assert x.grad is not None
