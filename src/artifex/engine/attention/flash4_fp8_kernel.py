# pyright: basic, reportMissingImports=false
"""FlashAttention 4's kernel for NVIDIA's Hopper with all operands in float8; the package has one for Blackwell only.

Differences from its 16-bit kernel, after FlashAttention 3 (arXiv:2407.08608, section 3.3): values come transposed, as
the second product needs keys to be contiguous, and permuted as in `kernels/operand_order.py`; exponentials are up to
2^8 instead of 1, as the smallest float8 above zero is 2^-9. Accumulators are rescaled only where a row's largest logit
changed, as in FlashAttention 4 for Blackwell.
"""

from functools import lru_cache
from inspect import signature
from typing import Any

import cutlass
import cutlass.cute as cute
import cutlass.utils.hopper_helpers as hopper
from cutlass import Float32, Int32
from cutlass._mlir.dialects import llvm
from cutlass.cute.nvgpu import warpgroup
from cutlass.cutlass_dsl import T, dsl_user_op
from cutlass.utils import LayoutEnum
from flash_attn.cute import utils
from flash_attn.cute.flash_fwd_sm90 import FlashAttentionForwardSm90
from flash_attn.cute.utils import AuxData
from quack import layout_utils, sm90_utils
from quack.compile_utils import make_fake_tensor

from artifex.engine.attention.flash4_pair_kernel import HEAD_DIM, both_products, rescale
from artifex.engine.kernels.operand_order import held_by_register

_TILE = 192, 96
"""Queries and keys that a block of threads processes at a time.

With three warp groups there is more to do while one waits, and keys are loaded for 1.5 times as many queries as with
two: 970 TFLOP/s instead of 890 with (128, 192) on an H200, at the same power.
"""
_STAGES = 3
"""Number of tiles of keys, and of values, in shared memory."""
_NARROW = cutlass.Float8E4M3FN
_LARGEST_EXPONENT = 8.0


class NarrowForward(FlashAttentionForwardSm90):
    """Tensors are [batch, tokens, heads, head_dim]; the result is 16-bit, in units of the values' scale."""

    def _check_type(self, query, key, value, out, *_others):
        assert query == key == value == _NARROW
        assert out == self.dtype

    def _get_tiled_mma(self):
        def product(columns, source):
            return hopper.make_trivial_tiled_mma(
                _NARROW, _NARROW, warpgroup.OperandMajorMode.K, warpgroup.OperandMajorMode.K, Float32,
                atom_layout_mnk=(self.tile_m // 64, 1, 1), tiler_mn=(64, columns), a_source=source,
            )  # fmt: skip

        rows, registers = warpgroup.OperandSource.SMEM, warpgroup.OperandSource.RMEM
        return product(self.tile_n, rows), product(self.tile_hdimv, registers)

    def _get_shared_storage_cls(self):
        # The package calls this after it has set all layouts and before it uses them, so one can be replaced here.
        tile = self.tile_n, self.tile_hdimv
        self.sV_layout = sm90_utils.make_smem_layout(_NARROW, LayoutEnum.COL_MAJOR, tile, self.num_stages)
        bytes_of_out = cute.cosize(self.sO_layout) * self.dtype.width // 8  # which replaces the queries at the end
        sizes = max(cute.cosize(self.sQ_layout), bytes_of_out), cute.cosize(self.sK_layout), cute.cosize(self.sV_layout)
        aligned, memory, barriers = cute.struct.Align, cute.struct.MemRange, cute.struct.MemRange[cutlass.Int64, 2]
        queries, keys, values = (aligned[memory[_NARROW, size], self.buffer_align_bytes] for size in sizes)
        each_stage = memory[cutlass.Int64, 2 * self.num_stages]
        fields = {"mbar_ptr_Q": barriers, "mbar_ptr_K": each_stage, "mbar_ptr_V": each_stage}
        fields |= {"sV": values, "sQ": queries, "sK": keys}
        return cute.struct(type("Storage", (), {"__annotations__": fields}))

    def mma(self, *given):
        """The package's `mma`, with a softmax scale that includes those of queries and keys, known on the GPU only."""
        bound = signature(FlashAttentionForwardSm90.mma).bind(self, *given)
        scales = bound.arguments["aux_data"].tensors[0]
        bound.arguments["softmax_scale_log2"] *= scales[0] * scales[1]
        bound.arguments.update(aux_data=AuxData(), fastdiv_mods=None)
        FlashAttentionForwardSm90.mma(*bound.args)

    def first_half_block_overlap(
        self, *, n_block, mma_qk_fn, kv_consumer_state, pipeline_k, softmax, mask_fn, tOrP, **_others  # noqa: N803
    ):  # fmt: skip
        """Probabilities of the first tile processed, that of the last keys, whose missing keys are masked."""
        pipeline_k.consumer_wait(kv_consumer_state, pipeline_k.consumer_try_wait(kv_consumer_state))
        scores = mma_qk_fn(B_idx=kv_consumer_state.index, wg_wait=0)
        pipeline_k.consumer_release(kv_consumer_state)
        mask_fn(scores, n_block=n_block, mask_seqlen=True)
        _exponentiate(softmax, scores, first=True)
        _round(scores, tOrP)
        return kv_consumer_state

    def mma_one_n_block_intrawg_overlap(
        self, state, *, mma_qk_fn, mma_pv_fn, pipeline_k, pipeline_v, softmax, acc_O, tOrP, **_others  # noqa: N803
    ):  # fmt: skip
        """The product with values for the previous tile of keys, while exponentials of this tile are computed."""
        scores, before = both_products(self, state, mma_qk_fn, mma_pv_fn, pipeline_k, pipeline_v)
        most = softmax.row_max[0], softmax.row_max[1]
        rescaled = _exponentiate(softmax, scores, first=False)
        changed = cute.arch.vote_any_sync((softmax.row_max[0] != most[0]) | (softmax.row_max[1] != most[1]))
        _stay_before_what_follows(softmax.row_sum[0], softmax.row_sum[1])
        warpgroup.wait_group(0)
        pipeline_v.consumer_release(before)
        _round(scores, tOrP)
        rescale(softmax, acc_O, rescaled, changed)
        return state


def _exponentiate(softmax, scores, *, first: bool):
    """Turn logits into exponentials in place; returns the factors by which earlier sums have to be rescaled."""
    rows = layout_utils.reshape_acc_to_mn(scores)
    rescaled = cute.make_fragment_like(softmax.row_max, Float32)
    for row in range(cute.size(softmax.row_max)):
        logits, before = rows[row, None].load(), softmax.row_max[row]
        most = utils.fmax_reduce(logits, init_val=None if first else before)
        most = cute.arch.warp_reduction_max(most, threads_in_group=4)
        softmax.row_max[row] = most
        shift = most * softmax.scale_log2 - _LARGEST_EXPONENT
        exponentials = cute.math.exp2(logits * softmax.scale_log2 - shift, fastmath=True)
        rows[row, None].store(exponentials)
        rescaled[row] = Float32(1.0) if first else cute.math.exp2((before - most) * softmax.scale_log2, fastmath=True)
        summed = None if first else softmax.row_sum[row] * rescaled[row]
        softmax.row_sum[row] = utils.fadd_reduce(exponentials, init_val=summed)
    return rescaled


def _round(exponentials, operand):
    registers = cute.recast_tensor(operand, Int32)
    for index in range(cute.size(registers)):
        registers[index] = _four_in_one(*(exponentials[at] for at in held_by_register(index)))


@dsl_user_op
def _four_in_one(a, b, c, d, *, loc=None, ip=None):
    """Pack four numbers as float8, the first in the lowest byte."""
    text = (
        "{ .reg .b16 low, high; cvt.rn.satfinite.e4m3x2.f32 low, $2, $1; "
        "cvt.rn.satfinite.e4m3x2.f32 high, $4, $3; mov.b32 $0, {low, high}; }"
    )
    values = [Float32(each).ir_value(loc=loc, ip=ip) for each in (a, b, c, d)]
    return Int32(llvm.inline_asm(T.i32(), values, text, "=r,f,f,f,f", has_side_effects=False))


@dsl_user_op
def _stay_before_what_follows(a, b, *, loc=None, ip=None):
    """Keep the compiler from moving the computation of these sums of exponentials after the wait for the product.

    The sums are never negative, so nothing is ever stored, but the compiler cannot know that.
    """
    text = (
        "{ .reg .pred never; .reg .f32 both; .reg .u32 at; add.f32 both, $0, $1; mov.u32 at, 0; "
        "setp.lt.f32 never, both, 0f00000000; @never st.volatile.shared.f32 [at], both; }"
    )
    values = [Float32(each).ir_value(loc=loc, ip=ip) for each in (a, b)]
    llvm.inline_asm(None, values, text, "f,f", has_side_effects=True)


@lru_cache(maxsize=1)
def compiled() -> Any:
    """The kernel `f(query, key, value, out, None, logit scale, ..., scales)` for any batch, tokens and heads."""
    batch, queries, heads, keys, padded = (cute.sym_int() for _ in range(5))
    query = make_fake_tensor(_NARROW, (batch, queries, heads, HEAD_DIM), divisibility=16)
    key = make_fake_tensor(_NARROW, (batch, keys, heads, HEAD_DIM), divisibility=16)
    value = make_fake_tensor(_NARROW, (batch, padded, heads, HEAD_DIM), divisibility=16, leading_dim=1)
    out = make_fake_tensor(cutlass.BFloat16, (batch, queries, heads, HEAD_DIM), divisibility=8)
    scales = make_fake_tensor(Float32, (2,))
    kernel = NarrowForward(
        cutlass.BFloat16, HEAD_DIM, HEAD_DIM, 1, is_causal=False, is_local=False, pack_gqa=False, tile_m=_TILE[0],
        tile_n=_TILE[1], num_stages=_STAGES, num_threads=128 * (_TILE[0] // 64 + 1), Q_in_regs=False,
        intra_wg_overlap=True, mma_pv_is_rs=True, has_aux_tensors=True,
    )  # fmt: skip
    return cute.compile(
        kernel, query, key, value, out, None, 1.0, *[None] * 9, AuxData(tensors=[scales]), None, None,
        cute.runtime.make_fake_stream(use_tvm_ffi_env_stream=True), options="--enable-tvm-ffi",
    )  # fmt: skip
