"""A Wan model that leaves out attention: in the steps and blocks that bear it, and the same after a kill."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from artifex.catalog.execution import Execution
from artifex.catalog.plan import count_work
from artifex.catalog.registry import find_model
from artifex.catalog.wan.assembly import load_components
from artifex.catalog.wan.cost import measure
from artifex.catalog.wan.density import computed_share, dense_steps
from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.transformer_block import Block
from artifex.engine.attention import pick_attention
from artifex.engine.attention.sdpa import sdpa_attention
from artifex.recipe import Recipe
from tests.catalog.small_wan import write_small_wan
from tests.catalog.test_wan_model import NOTHING, PICTURE, RECIPE, Journal

SPARSE = replace(RECIPE, width=128, height=128, frame_count=17, steps=8, accuracy="fast", attention_density=0.25)
TOKENS = 5 * 4 * 4


@pytest.fixture(scope="module", params=[1, 2], ids=["one expert", "two experts"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> WanModel:
    folder = write_small_wan(tmp_path_factory.mktemp("wan") / "model", experts=request.param)
    return WanModel(load_components(folder, Execution("cpu", "float32"), pick_attention()))


def made(model: WanModel, recipe: Recipe, resume: bytes | None = None, journal: Journal | None = None) -> Tensor:
    return model.denoise(model.encode(recipe, NOTHING), recipe, (journal or Journal()).hooks, resume)


@contextmanager
def dense_calls(model: WanModel) -> Iterator[list[int]]:
    """The number of each block that attends to all of a clip, as it does so."""
    calls: list[int] = []
    parts = model.components
    blocks = [
        (number, block)
        for network in (parts.low_noise, parts.high_noise)
        for number, block in enumerate(() if network is None else network.blocks)
        if isinstance(block, Block)
    ]

    def noting(number: int) -> object:
        def attend(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
            calls.append(number)
            return sdpa_attention(query, key, value, bias)

        return attend

    kept = [block.attn1.attention for _, block in blocks]
    for number, block in blocks:
        block.attn1.attention = noting(number)  # pyright: ignore[reportAttributeAccessIssue]
    try:
        yield calls
    finally:
        for (_, block), attention in zip(blocks, kept, strict=True):
            block.attn1.attention = attention


def test_first_steps_and_first_block_attend_to_everything(model: WanModel) -> None:
    """Both blocks in the first two of eight steps, and then the first one, which does so once for both passes."""
    with dense_calls(model) as calls:
        made(model, SPARSE)
    assert calls == [0, 1, 1] * 2 + [0] * 6


def test_what_is_left_out_is_seen_and_nothing_of_it_stays(model: WanModel) -> None:
    dense = made(model, replace(SPARSE, attention_density=1.0))
    sparse = made(model, SPARSE)
    assert not torch.equal(sparse, dense)
    assert torch.equal(made(model, SPARSE), sparse)
    assert torch.equal(made(model, replace(SPARSE, attention_density=1.0)), dense)


def test_nearly_all_blocks_are_nearly_the_clip(model: WanModel) -> None:
    """Of five blocks, 0.95 rounds to all: only the order of sums differs."""
    dense, sparse = (made(model, replace(SPARSE, attention_density=density)) for density in (1.0, 0.95))
    assert torch.allclose(dense, sparse, atol=1e-3)


def test_killed_after_any_step_it_is_the_same_clip(model: WanModel) -> None:
    whole = Journal(every=1)
    latents = made(model, SPARSE, journal=whole)
    for checkpoint in whole.checkpoints[:-1]:
        assert torch.equal(made(model, SPARSE, checkpoint), latents)


@pytest.mark.parametrize("change", [{"frame_count": 33, "window_frames": 17}, {"guidance": (1.0, 1.0)}])
def test_in_windows_and_without_guidance(model: WanModel, change: dict[str, object]) -> None:
    recipe = replace(SPARSE, **change)  # pyright: ignore[reportArgumentType]
    dense = made(model, replace(recipe, attention_density=1.0))
    assert not torch.equal(made(model, recipe), dense)


def test_from_a_picture(model: WanModel) -> None:
    """Where parts of the clip are clean already, the noise of the others says which step it is."""
    recipe = replace(SPARSE, task="i2v")
    conditioning = model.encode(recipe, PICTURE)
    with dense_calls(model) as calls:
        model.denoise(conditioning, recipe, Journal().hooks, None)
    assert calls == [0, 1, 1] * 2 + [0] * 6


@pytest.mark.parametrize(("steps", "dense"), [(1, 1), (4, 1), (12, 3), (40, 10)])
def test_the_first_steps_are_dense(steps: int, dense: int) -> None:
    assert dense_steps(replace(SPARSE, steps=steps)) == dense


def test_a_plan_counts_the_attention_that_is_left() -> None:
    spec, execution = find_model("wan2.2-t2v-a14b"), Execution("cuda:0", "bfloat16", token_chunk=4096)
    dense = replace(SPARSE, width=1280, height=720, frame_count=81, attention_density=1.0)
    sparse = replace(dense, attention_density=0.5)
    whole, less = (count_work(spec, recipe, execution) for recipe in (dense, sparse))
    assert computed_share(sparse, 40) == pytest.approx(1 - 0.5 * 0.75 * 39 / 40)
    assert less.attention / whole.attention == pytest.approx(computed_share(sparse, 40), abs=0.02)
    assert less.linear == whole.linear
    held = measure(spec, sparse)(execution).denoise - measure(spec, dense)(execution).denoise
    assert held > 5 * 2 * 5120 * 75600, "tokens in another order"
