"""Every attention backend computes the textbook formula."""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
import torch
from torch import Tensor

from artifex.engine.attention import Attention, FusedAttention, cudnn_fp8, pick_attention
from artifex.engine.attention.cudnn_fp8 import cudnn_fp8_attention, require_cudnn_fp8
from artifex.engine.attention.flash4 import Flash4Attention, doubt_kernels
from artifex.engine.attention.parts import JoinedParts, attend_to_some
from artifex.engine.attention.pick import BACKENDS
from artifex.engine.attention.self_test import doubt, projections_wrong_by, wrong_by
from artifex.engine.kernels.door import works
from artifex.engine.kernels.eight_bits import EightBits, Rows, as_rows
from artifex.engine.kernels.heads import Projected
from artifex.engine.kernels.rows import rotated_norm
from artifex.errors import NotAvailable, UnknownName


@pytest.mark.parametrize("name", ["auto", "sdpa"])
@pytest.mark.parametrize("with_bias", [False, True])
def test_against_the_formula(name: str, with_bias: bool) -> None:
    query, key, value = torch.randn(2, 3, 5, 8), torch.randn(2, 3, 7, 8), torch.randn(2, 3, 7, 8)
    bias = torch.randn(2, 7) if with_bias else None
    if bias is not None:
        bias[0, 2] = -math.inf
    logits = query @ key.transpose(-1, -2) / math.sqrt(8)
    logits = logits if bias is None else logits + bias[:, None, None]
    expected = logits.softmax(-1) @ value
    assert torch.allclose(pick_attention(name)(query, key, value, bias), expected, atol=1e-5)


def part_by_part(attention: Attention, query: Tensor, key: Tensor, value: Tensor, parts: tuple[int, ...]) -> Tensor:
    first, *others = zip(key.split(parts, dim=2), value.split(parts, dim=2), strict=True)
    joined = JoinedParts(*attend_to_some(attention, query, *first))
    for part in others:
        joined.add(*attend_to_some(attention, query, *part))
    return joined.mixed


@pytest.mark.parametrize("parts", [(7,), (1, 6), (2, 3, 2)])
def test_parts_are_joined_to_the_whole(parts: tuple[int, ...]) -> None:
    """Also where the first part is all but nothing beside the last."""
    query, key, value = torch.randn(2, 3, 5, 8) * 9, torch.randn(2, 3, 7, 8) * 9, torch.randn(2, 3, 7, 8)
    expected = pick_attention("sdpa")(query, key, value)
    assert torch.allclose(part_by_part(pick_attention(), query, key, value, parts), expected, atol=1e-5)


def test_the_processor_attends_through_torch() -> None:
    assert pick_attention(may_round=True) is pick_attention() is pick_attention("sdpa")


def plain(query: Projected, key: Projected, value: Tensor, heads: int, table: Tensor, dtype: torch.dtype) -> Rows:
    """`FusedAttention.from_projections` step by step."""
    turned, against = (rotated_norm(each.x, each.weight, each.eps, heads, table) for each in (query, key))
    rows = (turned, against, value.unflatten(2, (heads, -1)))
    mixed = pick_attention("sdpa")(*(each.transpose(1, 2) for each in rows))
    return as_rows(mixed.transpose(1, 2).flatten(2), dtype)


@pytest.mark.parametrize(("dtype", "rounded"), [(torch.bfloat16, 0.01), (torch.float8_e4m3fn, 0.04)])
def test_what_attends_from_projections_is_tried_in_all_that_it_does(dtype: torch.dtype, rounded: float) -> None:
    def wrong(change: Callable[[Projected, Tensor], tuple[Projected, Tensor]]) -> float:
        def attend(query: Projected, key: Projected, value: Tensor, heads: int, table: Tensor, dtype: torch.dtype):
            query, table = change(query, table)
            return plain(query, key, value, heads, table, dtype)

        return projections_wrong_by(attend, torch.device("cpu"), dtype)

    assert wrong(lambda query, table: (query, table)) < rounded
    assert wrong(lambda query, table: (query._replace(weight=torch.ones_like(query.weight)), table)) > 0.2
    assert wrong(lambda query, table: (query, torch.stack((table[..., 0], -table[..., 1]), -1))) > 0.2
    assert wrong(lambda query, table: (query._replace(x=query.x.roll(1, 1)), table)) > 0.2


def raises(error: Exception) -> Callable[..., Any]:
    def wrong(*_: object) -> NoReturn:
        raise error

    return wrong


def test_what_a_backend_raises_is_the_reason() -> None:
    assert wrong_by(lambda query, _key, _value: query / 0, torch.device("cpu")) == math.inf
    assert doubt(lambda: 0.01, 0.02) == ""
    assert doubt(lambda: 0.02, 0.02) == "it is 2.0% away from float32"
    assert doubt(lambda: math.nan, 0.02) != ""
    assert doubt(raises(RuntimeError("no kernel image")), 1.0) == "RuntimeError: no kernel image"
    assert doubt(raises(KeyError("its own")), 1.0, (KeyError,)) == "KeyError: 'its own'"
    triton = pytest.importorskip("triton.runtime.errors")
    assert doubt(raises(triton.OutOfResources(300_000, 232_448, "shared memory")), 1.0).startswith("OutOfResources: ")
    with pytest.raises(KeyError):
        doubt(raises(KeyError("unforeseen")), 1.0)


def test_that_memory_ran_out_is_no_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be there the next time, so whoever keeps reasons is not given one."""
    says = RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")
    for shortage in (torch.OutOfMemoryError("CUDA out of memory."), says):
        with pytest.raises(type(shortage)):
            doubt(raises(shortage), 1.0)
    kernels = pytest.importorskip("artifex.engine.kernels.triton_rows")
    monkeypatch.setattr(kernels, "self_test", raises(torch.OutOfMemoryError("CUDA out of memory.")))
    device = torch.device("cuda:99")
    with pytest.raises(torch.OutOfMemoryError):
        works(device)
    monkeypatch.setattr(kernels, "self_test", lambda _: None)
    assert works(device)
    works.cache_clear()


hopper = pytest.mark.skipif(
    not torch.cuda.is_available() or torch.cuda.get_device_capability() != (9, 0), reason="needs an NVIDIA GPU: Hopper"
)


@hopper
@torch.inference_mode()
def test_eight_bits_keep_near_where_all_tokens_have_much_in_common() -> None:
    """What all keys and values share would be rounded alike in all of them."""
    device = torch.device("cuda:0")
    query, key, value = torch.randn(3, 1, 4, 4096, 128, device=device, dtype=torch.bfloat16)
    key, value = (each + 4 * torch.randn(1, 4, 1, 128, device=device, dtype=torch.bfloat16) for each in (key, value))
    exact = pick_attention("sdpa")(query.float(), key.float(), value.float())
    wrong = pick_attention("cudnn-fp8", device)(query, key, value).float() - exact
    assert float(wrong.norm() / exact.norm()) < 0.01


@hopper
@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float8_e4m3fn])
@torch.inference_mode()
def test_eight_bits_straight_from_projections(batch: int, dtype: torch.dtype) -> None:
    """Normed, turned and rounded in one go, they are as far from float32 as one after the other."""
    device, heads, tokens = torch.device("cuda:0"), 3, 4100
    query, key, value = torch.randn(3, batch, tokens, heads * 128, device=device, dtype=torch.bfloat16)
    value = value + torch.randn(heads * 128, device=device, dtype=torch.bfloat16)
    weight = torch.rand(heads * 128, device=device, dtype=torch.bfloat16) * 3
    angles = torch.randn(tokens, 64, device=device)
    table = torch.stack((angles.cos(), angles.sin()), dim=-1)
    attention = pick_attention("cudnn-fp8", device)
    assert isinstance(attention, FusedAttention)
    queries, keys = Projected(query, weight, 1e-6), Projected(key, weight, 1e-6)
    rows = attention.from_projections(queries, keys, value, heads, table, dtype)
    got = rows.widened(torch.float32) if isinstance(rows, EightBits) else rows.float()
    turned, against = (rotated_norm(each, weight, 1e-6, heads, table).transpose(1, 2) for each in (query, key))
    values = value.unflatten(2, (heads, 128)).transpose(1, 2)
    exact = pick_attention("sdpa")(turned.float(), against.float(), values.float())

    def wrong(attended: Tensor) -> float:
        return float((attended.float() - exact).norm() / exact.norm())

    one_by_one = wrong(attention(turned, against, values))
    assert wrong(got.unflatten(2, (heads, 128)).transpose(1, 2)) < one_by_one * 1.1 + (dtype.itemsize == 1) * 0.03


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@torch.inference_mode()
def test_parts_are_joined_on_a_gpu(dtype: torch.dtype) -> None:
    device = torch.device("cuda:0")
    query, key, value = torch.randn(3, 1, 4, 20000, 128, device=device).to(dtype)
    exact = pick_attention("sdpa")(query.float(), key.float(), value.float())
    parts = part_by_part(pick_attention(device=device), query, key, value, (9001, 10999))
    wrong = parts.float() - exact
    assert float(wrong.norm() / exact.norm()) < 0.01


@hopper
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float8_e4m3fn])
def test_eight_bits_are_tried_straight_from_projections(dtype: torch.dtype) -> None:
    """As they are before they are trusted."""
    device = torch.device("cuda:0")
    require_cudnn_fp8(device)
    with torch.inference_mode():
        assert projections_wrong_by(cudnn_fp8_attention.from_projections, device, dtype) < 0.15


@hopper
@torch.inference_mode()
def test_plans_for_shapes_that_are_met_no_more_are_let_go() -> None:
    device = torch.device("cuda:0")
    attention = pick_attention("cudnn-fp8", device)
    for tokens in range(2048, 2060):
        attention(*torch.randn(3, 1, 2, tokens, 128, device=device, dtype=torch.bfloat16))
    assert cudnn_fp8._kept.plan.cache_info().currsize == cudnn_fp8._MOST_PLANS
    assert cudnn_fp8._kept.handle.cache_info().currsize == 1


@hopper
@torch.inference_mode()
def test_what_is_quickest_is_right() -> None:
    device = torch.device("cuda:0")
    query, key, value = torch.randn(3, 1, 4, 8192, 128, device=device, dtype=torch.bfloat16)
    exact = pick_attention("sdpa")(query.float(), key.float(), value.float())
    wrong = pick_attention(device=device)(query, key, value).float() - exact
    assert float(wrong.norm() / exact.norm()) < 0.01


@hopper
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize(("queries", "keys"), [(150, 2500), (2048, 2048), (2112, 4097), (4096, 2500), (8210, 8210)])
@torch.inference_mode()
def test_blocks_of_threads_that_share_keys_compute_what_those_do_that_do_not(
    queries: int, keys: int, dtype: torch.dtype
) -> None:
    """Tiles that make whole pairs, others that do not, and a single one; rows out of order in memory; sharp logits."""
    device = torch.device("cuda:0")
    try:
        attention = pick_attention("flash-4", device)
    except NotAvailable as error:
        pytest.skip(error.message)
    assert isinstance(attention, Flash4Attention)
    query = 3 * torch.randn(2, queries, 3, 128, device=device, dtype=dtype).transpose(1, 2)
    key, value = torch.randn(2, 2, 3, 128, keys, device=device, dtype=dtype).transpose(3, 4)
    alone, _ = attention.to_some(query, key, value)
    assert torch.equal(attention(query, key, value), alone)


@pytest.mark.parametrize("name", sorted({*BACKENDS} - {"sdpa"}))
def test_a_choice_that_does_not_work_here_fails_with_the_reason(name: str) -> None:
    with pytest.raises(
        NotAvailable, match=rf"^Attention {name} does not work here: it .* NVIDIA GPU.*; choose auto or sdpa\.$"
    ):
        pick_attention(name)


def test_half_an_installation_of_flash_attention_4_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its compiler then complains when it is imported, as its own package does without its library."""
    (tmp_path / "cutlass").mkdir()
    (tmp_path / "cutlass" / "__init__.py").write_text("raise RuntimeError('No CTK flavor installed')")
    for name in [name for name in sys.modules if name.partition(".")[0] == "cutlass"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    assert doubt_kernels(lambda: 0.0) == "flash-attn-4 cannot be loaded (No CTK flavor installed)"


@pytest.mark.parametrize("name", sorted({*BACKENDS} - {"sdpa"}))
@pytest.mark.parametrize("head_dim", [64, 128])
@torch.inference_mode()
def test_what_is_installed_is_right(name: str, head_dim: int) -> None:
    """Of rows that are not whole blocks, whose keys have much in common."""
    if not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA GPU")
    device = torch.device("cuda:0")
    try:
        attention = pick_attention(name, device)
    except NotAvailable as error:
        pytest.skip(error.message)
    query, key, value = torch.randn(3, 2, 8210, 3, head_dim, device=device, dtype=torch.bfloat16).transpose(2, 3)
    key = key + torch.randn(head_dim, device=device, dtype=torch.bfloat16)
    before = key.clone()
    wrong = attention(query, key, value).float()
    exact = pick_attention("sdpa")(query.float(), key.float(), value.float())
    assert torch.equal(key, before)
    assert float((wrong - exact).norm() / exact.norm()) < (0.01 if name in ("flash-4", "xformers") else 0.15)


def test_an_unknown_choice_fails_with_the_choices() -> None:
    with pytest.raises(UnknownName, match="sdpa"):
        pick_attention("sausage")
