# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
"""FlashAttention 4's 16-bit kernel for NVIDIA's Hopper, in which two blocks of threads (CTAs) share what they load.

Two blocks that process different queries of one head form a cluster: each loads half of every tile of keys and values
for both (TMA multicast), which halves the traffic out of the L2 cache. Where a head has an odd number of tiles, its
last one is paired with that of the next head, and each loads for itself. Accumulators are rescaled only where a row's
largest logit changed, as in FlashAttention 4 for Blackwell. Both save energy, which limits a GPU that runs at its power
limit. Results are the package's, bit for bit.
"""

from functools import lru_cache, partial
from typing import Any

import cuda.bindings.driver as cuda
import cutlass
import cutlass.cute as cute
import torch
from cutlass import Boolean, Float32, Int16, Int32, pipeline
from cutlass.cute.nvgpu import cpasync, warpgroup
from cutlass.pipeline import pipeline_init_arrive, pipeline_init_wait
from cutlass.utils import LayoutEnum
from flash_attn.cute import utils
from flash_attn.cute.block_info import BlockInfo
from flash_attn.cute.cute_dsl_utils import assume_tensor_aligned
from flash_attn.cute.flash_fwd_sm90 import FlashAttentionForwardSm90
from flash_attn.cute.mask import AttentionMask
from flash_attn.cute.pipeline import PipelineTmaAsync
from flash_attn.cute.seqlen_info import SeqlenInfoQK
from flash_attn.cute.tile_scheduler import SingleTileScheduler, TileSchedulerArguments
from quack import copy_utils, layout_utils, sm90_utils
from quack.compile_utils import make_fake_tensor

HEAD_DIM = 128
_TILE = 192, 128
"""Queries and keys that a block of threads processes at a time."""
_STAGES = 2
"""Number of tiles of keys, and of values, in shared memory."""
_PAIR = 2
_TOKENS_FIRST = 1, 3, 2, 0
"""Permutation of [batch, tokens, heads, head_dim] to the package's order of axes."""


class Schedule(SingleTileScheduler):
    """All pairs of tiles, head by head; then, if a head has an odd number of tiles, the last tiles of all heads."""

    @staticmethod
    def create(params, ctx=None, *, loc=None, ip=None) -> SingleTileScheduler:
        number, _, batch = cute.arch.block_idx()
        paired, alone = _paired(params), Int32(_is_alone(params))
        in_pairs = cutlass.max(paired, 1)  # a single tile has no pairs: avoids a division by zero
        head = (1 - alone) * (number // in_pairs) + alone * (number - paired * params.num_head)
        tile = (1 - alone) * (number % in_pairs) + alone * paired
        head = cutlass.min(head, params.num_head - 1)  # odd number of heads: the last tile is computed twice
        return SingleTileScheduler(params, (tile, head, batch), loc=loc, ip=ip)

    @staticmethod
    def get_grid_shape(params, *, loc=None, ip=None):
        paired = _paired(params)
        last = (params.num_block - paired) * cute.round_up(params.num_head, _PAIR)
        return paired * params.num_head + last, 1, params.num_batch


def _paired(schedule):
    """Number of a head's tiles that are paired with another tile of that head."""
    return schedule.num_block // _PAIR * _PAIR


def _is_alone(schedule):
    """Whether the other block of this cluster processes another head, so that nothing can be shared."""
    return cute.arch.block_idx()[0] >= _paired(schedule) * schedule.num_head


class PairForward(FlashAttentionForwardSm90):
    """Tensors are [batch, tokens, heads, head_dim], all of the same 16-bit dtype."""

    @cute.jit
    def __call__(
        self, query: cute.Tensor, key: cute.Tensor, value: cute.Tensor, out: cute.Tensor, logit_scale: Float32,
        stream: cuda.CUstream = None,
    ):  # fmt: skip
        query, key, value, out = [
            layout_utils.select(assume_tensor_aligned(each), _TOKENS_FIRST) for each in (query, key, value, out)
        ]
        of_queries, of_keys = (self.tile_m, HEAD_DIM), (self.tile_n, HEAD_DIM)
        for_logits, for_sums = self._get_tiled_mma()
        self._settle(for_logits.size)
        self.sQ_layout, self.sK_layout, self.sV_layout, self.sO_layout, self.sP_layout = [
            sm90_utils.make_smem_layout(self.dtype, LayoutEnum.ROW_MAJOR, shape, stages)
            for shape, stages in [
                (of_queries, None), (of_keys, _STAGES), (of_keys, _STAGES), (of_queries, None), (_TILE, None),
            ]
        ]  # fmt: skip
        alone, shared = cpasync.CopyBulkTensorTileG2SOp(), cpasync.CopyBulkTensorTileG2SMulticastOp()
        stage = cute.select(self.sK_layout, mode=[0, 1])
        fetch_queries, query = cpasync.make_tiled_tma_atom(alone, query, self.sQ_layout, of_queries)
        alone_keys, _ = cpasync.make_tiled_tma_atom(alone, key, stage, of_keys)
        alone_values, _ = cpasync.make_tiled_tma_atom(alone, value, stage, of_keys)
        fetch_keys, key = cpasync.make_tiled_tma_atom(shared, key, stage, of_keys, _PAIR)
        fetch_values, value = cpasync.make_tiled_tma_atom(shared, value, stage, of_keys, _PAIR)
        store, out = cpasync.make_tiled_tma_atom(cpasync.CopyBulkTensorTileS2GOp(), out, self.sO_layout, of_queries)
        schedule = Schedule.to_underlying_arguments(
            TileSchedulerArguments(
                cute.ceil_div(query.shape[0], self.tile_m), query.shape[2], query.shape[3], 1, key.shape[0], HEAD_DIM,
                HEAD_DIM, query.shape[0] * query.shape[3], tile_shape_mn=_TILE, cluster_shape_mn=(_PAIR, 1),
            )
        )  # fmt: skip
        self.kernel(
            query, key, value, out, fetch_queries, fetch_keys, fetch_values, alone_keys, alone_values, store,
            for_logits, for_sums, self.sQ_layout, self.sK_layout, self.sV_layout, self.sO_layout, self.sP_layout,
            utils.compute_softmax_scale_log2(logit_scale, None)[0], schedule, self._get_shared_storage_cls(),
        ).launch(
            grid=Schedule.get_grid_shape(schedule), block=[self.num_threads, 1, 1], cluster=[_PAIR, 1, 1],
            stream=stream, min_blocks_per_mp=1,
        )  # fmt: skip

    def _settle(self, threads: int) -> None:
        """Set the attributes that the package's methods read, as it would set them for such tensors."""
        self.num_threads_per_warp_group = 128
        self.num_mma_threads = self.num_epilogue_threads = threads
        self.num_wg_mma = threads // 128
        self.use_tma_Q = self.use_tma_O = self.use_scheduler_barrier = True
        self.use_block_sparsity = self.varlen_q = self.rescale_O_before_gemm = False

    @cute.kernel
    def kernel(
        self, query: cute.Tensor, key: cute.Tensor, value: cute.Tensor, out: cute.Tensor, fetch_queries: cute.CopyAtom,
        fetch_keys: cute.CopyAtom, fetch_values: cute.CopyAtom, alone_keys: cute.CopyAtom, alone_values: cute.CopyAtom,
        store: cute.CopyAtom, for_logits: cute.TiledMma, for_sums: cute.TiledMma, queries_laid: cute.ComposedLayout,
        keys_laid: cute.ComposedLayout, values_laid: cute.ComposedLayout, out_laid: cute.ComposedLayout,
        shares_laid: cute.ComposedLayout, scale: Float32, schedule: Schedule.Params, storage_cls: cutlass.Constexpr,
    ):  # fmt: skip
        warp = cute.arch.make_warp_uniform(cute.arch.warp_idx())
        if warp == 0:
            for atom in (fetch_queries, fetch_keys, fetch_values, alone_keys, alone_values, store):
                cpasync.prefetch_descriptor(atom)
        storage = cutlass.utils.SmemAllocator().allocate(storage_cls)
        queries, keys, values, shares, mixed = (
            memory.get_tensor(laid.outer, swizzle=laid.inner)
            for memory, laid in (
                (storage.sQ, queries_laid), (storage.sK, keys_laid), (storage.sV, values_laid),
                (storage.sP, shares_laid), (storage.sQ, out_laid),  # the result replaces the queries
            )
        )  # fmt: skip
        pipeline_q = self._pipeline(storage.mbar_ptr_Q, queries_laid, 1, 1)
        pipeline_k = self._pipeline(storage.mbar_ptr_K, keys_laid, _STAGES, _PAIR)
        pipeline_v = self._pipeline(storage.mbar_ptr_V, values_laid, _STAGES, _PAIR)
        pipeline_init_arrive(cluster_shape_mn=(_PAIR, 1), is_relaxed=True)
        blocks = BlockInfo(self.tile_m, self.tile_n, False, False, False, None, None)
        lengths = partial(SeqlenInfoQK.create, seqlen_q_static=query.shape[0], seqlen_k_static=key.shape[0])
        scheduler = partial(Schedule.create, schedule)
        pipeline_init_wait(cluster_shape_mn=(_PAIR, 1))
        if warp < 4:
            cute.arch.setmaxregister_decrease(32)
            if warp == 0:
                tiles = cute.ceil_div(key.shape[0], self.tile_n)
                self.load(
                    query, key, value, queries, keys, values, fetch_queries, fetch_keys, fetch_values, alone_keys,
                    alone_values, pipeline_q, pipeline_k, pipeline_v, tiles, schedule,
                )  # fmt: skip
        else:
            cute.arch.setmaxregister_increase(160)
            self.mma(
                for_logits, for_sums, out, None, queries, keys, layout_utils.transpose_view(values), shares, mixed,
                None, pipeline_k, pipeline_v, pipeline_q, None, store, cute.arch.thread_idx()[0] - 128, scale, None,
                blocks, lengths, partial(AttentionMask, self.tile_m, self.tile_n), scheduler, None,
            )  # fmt: skip

    def _pipeline(self, barriers, laid, stages: int, readers: int):
        """A TMA pipeline of tiles that are read by `readers` blocks of threads."""
        warps = readers * self.num_mma_threads // cute.arch.WARP_SIZE
        tile = laid if stages == 1 else cute.select(laid, mode=[0, 1])
        return PipelineTmaAsync.create(
            barrier_storage=barriers.data_ptr(), num_stages=stages,
            producer_group=pipeline.CooperativeGroup(pipeline.Agent.Thread, 1),
            consumer_group=pipeline.CooperativeGroup(pipeline.Agent.Thread, warps),
            tx_count=cute.size_in_bytes(self.dtype, tile), cta_layout_vmnk=cute.make_layout((1, readers, 1, 1)),
            mcast_mode_mn=(0, 1), defer_sync=True,
        )  # fmt: skip

    @cute.jit
    def load(
        self, query, key, value, queries, keys, values, fetch_queries, fetch_keys, fetch_values, alone_keys,
        alone_values, pipeline_q, pipeline_k, pipeline_v, tiles: Int32, schedule,
    ):  # fmt: skip
        """Load this block's queries, keys and values; a cluster with one head shares keys and values."""
        block, head, batch, _ = Schedule.create(schedule).initial_work_tile_info().tile_idx
        of_queries, of_keys = (self.tile_m, HEAD_DIM), (self.tile_n, HEAD_DIM)
        query = cute.local_tile(query[None, None, head, batch], of_queries, (block, 0))
        get_queries, _, _ = copy_utils.tma_get_copy_fn(
            fetch_queries, 0, cute.make_layout(1), query, queries, single_stage=True
        )
        key = cute.local_tile(key[None, None, head, batch], of_keys, (None, 0))
        value = cute.local_tile(value[None, None, head, batch], of_keys, (None, 0))
        if _is_alone(schedule):
            self.fetch(
                _for_one(alone_keys, key, keys, pipeline_k), _for_one(alone_values, value, values, pipeline_v),
                get_queries, pipeline_q, pipeline_k, pipeline_v, tiles,
            )  # fmt: skip
        else:
            self.fetch(
                _for_both(fetch_keys, key, keys, pipeline_k), _for_both(fetch_values, value, values, pipeline_v),
                get_queries, pipeline_q, pipeline_k, pipeline_v, tiles,
            )  # fmt: skip

    @cute.jit
    def fetch(self, get_keys, get_values, get_queries, pipeline_q, pipeline_k, pipeline_v, tiles: Int32):
        """Load the queries, and tiles of keys and values from last to first, values one tile behind keys."""
        state = pipeline.make_pipeline_state(pipeline.PipelineUserType.Producer, _STAGES)
        pipeline_k.producer_acquire(state)
        get_keys(src_idx=tiles - 1, producer_state=state)
        pipeline_q.producer_acquire_w_index_phase(0, Int32(1))
        get_queries(tma_bar_ptr=pipeline_q.sync_object_full.get_barrier(0))
        for tile in cutlass.range(tiles - 1, unroll=1):
            before = state.clone()
            state.advance()
            pipeline_k.producer_acquire(state)
            get_keys(src_idx=tiles - 2 - tile, producer_state=state)
            pipeline_v.producer_acquire(before)
            get_values(src_idx=tiles - 1 - tile, producer_state=before)
        pipeline_v.producer_acquire(state)
        get_values(src_idx=0, producer_state=state)
        state.advance()
        pipeline_v.producer_tail(state)  # the other block may still write to this one's memory

    @cute.jit
    def mma_one_n_block_intrawg_overlap(
        self, state, n_block, mma_qk_fn, mma_pv_fn, pipeline_k, pipeline_v, acc_O, tOrP, smem_copy_params,  # noqa: N803
        softmax, seqlen, scores_scale=None, score_mod_fn=None, mask_fn=None, check_inf: cutlass.Constexpr = True,
    ):  # fmt: skip
        """The product with values for the previous tile of keys, while exponentials of this tile are computed."""
        scores, before = both_products(self, state, mma_qk_fn, mma_pv_fn, pipeline_k, pipeline_v)
        most = softmax.row_max[0], softmax.row_max[1]
        factors = softmax.online_softmax(scores, check_inf=check_inf)
        changed = cute.arch.vote_any_sync((softmax.row_max[0] != most[0]) | (softmax.row_max[1] != most[1]))
        warpgroup.wait_group(0)
        pipeline_v.consumer_release(before)
        rounded = cute.make_rmem_tensor_like(layout_utils.reshape_acc_to_frgA(scores), self.dtype)
        utils.cvt_f16(layout_utils.reshape_acc_to_frgA(scores), rounded)
        copy = smem_copy_params.smem_thr_copy_P
        cute.copy(copy, copy.retile(rounded), smem_copy_params.tPsP)
        rescale(softmax, acc_O, factors, changed)
        cute.arch.fence_view_async_shared()
        cute.arch.sync_warp()
        return state


def both_products(kernel, state, mma_qk_fn, mma_pv_fn, pipeline_k, pipeline_v):
    """Start both products of a step; returns once the logits are complete.

    Returns:
        The logits of the next tile of keys, and the pipeline state of the previous tile, whose product with values is
        still running.
    """
    before = state.clone()
    state.advance()
    pipeline_k.consumer_wait(state, pipeline_k.consumer_try_wait(state))
    kernel.warp_scheduler_barrier_sync()
    scores = mma_qk_fn(B_idx=state.index, wg_wait=-1)
    pipeline_v.consumer_wait(before, pipeline_v.consumer_try_wait(before))
    mma_pv_fn(B_idx=before.index, wg_wait=-1)
    kernel.warp_scheduler_barrier_arrive()
    warpgroup.wait_group(1)
    pipeline_k.consumer_release(state)
    return scores, before


@cute.jit
def rescale(softmax, sums, factors, changed: Boolean):
    """Skipped if all factors of a warp are 1, as they mostly are after the first tiles of keys."""
    if changed:
        softmax.rescale_O(sums, factors)


def _for_one(fetch, source, memory, filled):
    """A function that loads a tile for this block."""
    get, _, _ = copy_utils.tma_get_copy_fn(fetch, 0, cute.make_layout(1), source, memory)
    return copy_utils.tma_producer_copy_fn(get, filled)


def _for_both(fetch, source, memory, filled):
    """A function that loads this block's half of a tile for both blocks of the cluster."""
    get, _, _ = copy_utils.tma_get_copy_fn(
        fetch, cute.arch.block_idx_in_cluster(), cute.make_layout(_PAIR), source, memory,
        mcast_mask=Int16(2**_PAIR - 1),
    )  # fmt: skip
    return copy_utils.tma_producer_copy_fn(get, filled)


@lru_cache(maxsize=2)
def compiled(dtype: torch.dtype) -> Any:
    """The kernel `f(query, key, value, out, logit scale)` for any batch, tokens and heads; bfloat16 or float16."""
    kind = cutlass.BFloat16 if dtype == torch.bfloat16 else cutlass.Float16
    batch, queries, heads, keys = (cute.sym_int() for _ in range(4))
    tensors = [
        make_fake_tensor(kind, (batch, tokens, heads, HEAD_DIM), divisibility=8)
        for tokens in (queries, keys, keys, queries)
    ]
    kernel = PairForward(
        kind, HEAD_DIM, HEAD_DIM, 1, is_causal=False, is_local=False, pack_gqa=False, tile_m=_TILE[0],
        tile_n=_TILE[1], num_stages=_STAGES, num_threads=128 * (_TILE[0] // 64 + 1), Q_in_regs=False,
        intra_wg_overlap=True, mma_pv_is_rs=False,
    )  # fmt: skip
    stream = cute.runtime.make_fake_stream(use_tvm_ffi_env_stream=True)
    return cute.compile(kernel, *tensors, 1.0, stream, options="--enable-tvm-ffi")
